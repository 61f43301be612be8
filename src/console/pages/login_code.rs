use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::sign_in_layout::SignInLayout;
use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::server_fns::EnterCode;
use crate::console::ui::{ButtonKind, ButtonLink, FormButtons, HiddenInput, PostForm, SubmitButton, TextInput};

/// The second step of signing in.
#[component]
pub fn LoginCode() -> AnyView {
    let action = ServerAction::<EnterCode>::new();
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_default();
    view! {
        <SignInLayout title=tr!("login_code.title") text=tr!("login_code.text")>
            <PostForm action>
                <HiddenInput name="next" value=next/>
                <TextInput name="code" label=tr!("login_code.code") help=tr!("login_code.code_help") autocomplete="one-time-code"
                    maxlength=30 required=true mono=true/>
                <FormButtons>
                    <SubmitButton label=tr!("login.sign_in")/>
                    <ButtonLink href=paths::LOGIN label=tr!("login_code.back") kind=ButtonKind::Ghost/>
                </FormButtons>
            </PostForm>
        </SignInLayout>
    }
    .into_any()
}
