use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::sign_in_layout::SignInLayout;
use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::server_fns::SignIn;
use crate::console::ui::{Callout, FormButtons, HiddenInput, PostForm, SubmitButton, TextInput, Tone};

/// Signing in.
#[component]
pub fn Login() -> AnyView {
    let action = ServerAction::<SignIn>::new();
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_default();
    let was_signed_out = use_query_map().with_untracked(|query| query.get(paths::SIGNED_OUT).is_some());
    view! {
        <SignInLayout title=tr!("login.title") text=tr!("login.text")>
            {was_signed_out.then(|| view! { <Callout tone=Tone::Warn title=tr!("toast.signed_out")><p>{tr!("login.signed_out")}</p></Callout> })}
            <PostForm action>
                <HiddenInput name="next" value=next/>
                <TextInput name="email" label=tr!("login.email") kind="email" autocomplete="username" required=true/>
                <TextInput name="password" label=tr!("login.password") kind="password" autocomplete="current-password" required=true/>
                <FormButtons><SubmitButton label=tr!("login.sign_in")/></FormButtons>
            </PostForm>
        </SignInLayout>
    }
    .into_any()
}
