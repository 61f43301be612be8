use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::console::frame::PreferenceForms;
use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::server_fns::{EnterCode, SignIn};
use crate::console::ui::{
    ButtonKind, ButtonLink, Callout, DocumentTitle, FormButtons, HiddenInput, PostForm, SubmitButton, TextInput, Tone,
};

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

/// The pages before sign-in: one card in the middle, language and theme below it.
#[component]
pub fn SignInLayout(#[prop(into)] title: String, #[prop(into)] text: String, children: Children) -> AnyView {
    view! {
        <DocumentTitle text=format!("{title} · {}", tr!("app.name"))/>
        <div class="door">
            <p class="door-brand"><img src="/favicon.svg" alt="" width="32" height="32"/><span>{tr!("app.name")}</span></p>
            <div class="door-card">
                <h1>{title}</h1>
                <p class="muted">{text}</p>
                {children()}
            </div>
            <div class="door-preferences"><PreferenceForms/></div>
        </div>
    }
    .into_any()
}
