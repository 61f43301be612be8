use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::sign_in::SignInLayout;
use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::queries::get_link_holder;
use crate::console::server_fns::{AcceptInvitation, ResetSecondFactor};
use crate::console::ui::{ButtonKind, ButtonLink, FormButtons, HiddenInput, PostForm, SubmitButton, TextInput, loaded};
use crate::model::{LinkHolder, LinkPurpose};

/// What a one-time link from an administrator leads to: choosing a password, or going on without a lost second factor.
#[component]
pub fn Invitation() -> AnyView {
    let token = use_query_map().with_untracked(|query| query.get("token")).unwrap_or_default();
    let asked = token.clone();
    let holder = Resource::new(move || asked.clone(), get_link_holder);
    let (accept, reset) = (ServerAction::<AcceptInvitation>::new(), ServerAction::<ResetSecondFactor>::new());
    loaded(holder, move |holder: Option<LinkHolder>| match holder {
        Some(LinkHolder { email, purpose: LinkPurpose::SecondFactorReset }) => second_factor(token.clone(), email, reset),
        Some(LinkHolder { email, purpose }) => password(token.clone(), email, purpose, accept),
        None => no_link(),
    })
}

fn password(token: String, email: String, purpose: LinkPurpose, action: ServerAction<AcceptInvitation>) -> AnyView {
    let is_new = purpose == LinkPurpose::Invitation;
    let title = if is_new { tr!("setup.title") } else { tr!("invitation.reset_title") };
    let text = if is_new { tr!("invitation.text") } else { tr!("invitation.reset_text") };
    view! {
        <SignInLayout title text>
            <PostForm action>
                <HiddenInput name="token" value=token/>
                <TextInput name="email" label=tr!("login.email") value=email kind="email" autocomplete="username" readonly=true/>
                <TextInput name="password" label=tr!("setup.password") help=tr!("setup.password_help") kind="password"
                    autocomplete="new-password" required=true/>
                <FormButtons><SubmitButton label=tr!("invitation.choose")/></FormButtons>
            </PostForm>
        </SignInLayout>
    }
    .into_any()
}

fn second_factor(token: String, email: String, action: ServerAction<ResetSecondFactor>) -> AnyView {
    view! {
        <SignInLayout title=tr!("invitation.factor_title") text=tr!("invitation.factor_text")>
            <PostForm action>
                <HiddenInput name="token" value=token/>
                <TextInput name="email" label=tr!("login.email") value=email kind="email" autocomplete="username" readonly=true/>
                <TextInput name="password" label=tr!("login.password") kind="password" autocomplete="current-password" required=true/>
                <FormButtons><SubmitButton label=tr!("factor.disable")/></FormButtons>
            </PostForm>
        </SignInLayout>
    }
    .into_any()
}

fn no_link() -> AnyView {
    view! {
        <SignInLayout title=tr!("setup.no_link") text=tr!("invitation.no_link_text")>
            <FormButtons><ButtonLink href=paths::LOGIN label=tr!("setup.to_login") kind=ButtonKind::Plain/></FormButtons>
        </SignInLayout>
    }
    .into_any()
}
