use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::sign_in::SignInLayout;
use crate::console::i18n::tr;
use crate::console::queries::check_set_up_link;
use crate::console::server_fns::SetUp;
use crate::console::ui::{Callout, FormButtons, HiddenInput, PostForm, SubmitButton, TextInput, Tone, loaded};

/// The first operator's account, by the one-time link the server printed.
#[component]
pub fn Setup() -> AnyView {
    let token = use_query_map().with_untracked(|query| query.get("token")).unwrap_or_default();
    let (asked, has_token) = (token.clone(), !token.is_empty());
    let link = Resource::new(move || asked.clone(), check_set_up_link);
    let show = move |works: bool| if works { form(token.clone()) } else { no_link(has_token) };
    view! { <SignInLayout title=tr!("setup.title") text=tr!("setup.text")>{loaded(link, show)}</SignInLayout> }.into_any()
}

fn form(token: String) -> AnyView {
    let action = ServerAction::<SetUp>::new();
    view! {
        <PostForm action>
            <HiddenInput name="token" value=token/>
            <TextInput name="email" label=tr!("login.email") kind="email" autocomplete="username" required=true/>
            <TextInput name="password" label=tr!("setup.password") help=tr!("setup.password_help") kind="password"
                autocomplete="new-password" required=true/>
            <FormButtons><SubmitButton label=tr!("setup.create")/></FormButtons>
        </PostForm>
    }
    .into_any()
}

fn no_link(has_token: bool) -> AnyView {
    let (title, text) = match has_token {
        true => (tr!("setup.no_link"), tr!("setup.no_link_text")),
        false => (tr!("setup.needs_link"), tr!("setup.needs_link_text")),
    };
    view! {
        <Callout tone=Tone::Info title>
            <p>{text}</p>
            <p><a href="/login">{tr!("setup.to_login")}</a></p>
        </Callout>
    }
    .into_any()
}
