use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, Secret, Viewer};

/// What a person types at the door.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignInForm {
    pub email: String,
    pub password: Secret,
    /// Where they were headed.
    pub next: Option<String>,
}

/// What a person with a second factor types after the password.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CodeForm {
    pub code: Secret,
    /// Where they were headed.
    pub next: Option<String>,
}

/// What the first operator chooses.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SetUpForm {
    pub token: String,
    pub email: String,
    pub password: Secret,
}

/// Signs in and goes on to where one was headed. Open to anyone; tries are limited.
#[server]
pub async fn sign_in(input: SignInForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, state::AppState};
    let state = expect_context::<AppState>();
    let parts = expect_context::<http::request::Parts>();
    let credentials = auth::Credentials {
        email: input.email,
        password: input.password.reveal().to_owned(),
        address: auth::address(&state, &parts).map(|address| address.to_string()),
    };
    let next = input.next.filter(|next| paths::is_local(next)).unwrap_or_else(|| paths::HOME.into());
    let session = auth::session_of(&parts)?;
    match auth::sign_in(&state, &credentials).await? {
        auth::Entry::In(operator) => {
            auth::begin(&session, &operator).await?;
            leptos_axum::redirect(&next);
        }
        auth::Entry::CodeNeeded(half) => {
            auth::begin_half(&session, &half).await?;
            leptos_axum::redirect(&paths::login_code(&next));
        }
    }
    Ok(())
}

/// The second step: a code, and in. Open to whoever gave the right password a moment ago; tries are limited.
#[server]
pub async fn enter_code(input: CodeForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let (session, address) = (auth::session_of(&parts)?, auth::address(&state, &parts).map(|address| address.to_string()));
    let operator = auth::enter_code(&state, auth::half_of(&session).await?, input.code.reveal(), address).await?;
    auth::begin(&session, &operator).await?;
    leptos_axum::redirect(&input.next.filter(|next| paths::is_local(next)).unwrap_or_else(|| paths::HOME.into()));
    Ok(())
}

/// Makes the first account and signs it in. Open to whoever has the one-time link.
#[server]
pub async fn set_up(input: SetUpForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, state::AppState};
    let state = expect_context::<AppState>();
    let parts = expect_context::<http::request::Parts>();
    let address = auth::address(&state, &parts).map(|address| address.to_string());
    let operator = auth::redeem_link(&state, &input.token, &input.email, input.password.reveal(), address).await?;
    auth::begin(&auth::session_of(&parts)?, &operator).await?;
    leptos_axum::redirect(paths::HOME);
    Ok(())
}

/// Whether a set-up link still works. Open to anyone: it tells nothing without the link.
#[server]
pub async fn check_set_up_link(token: String) -> Result<bool, Fault> {
    use crate::{auth, state::AppState};
    Ok(auth::check_link(&expect_context::<AppState>(), &token).await?)
}

/// Ends this session. Open to anyone: without a session there is nothing to end.
#[server]
pub async fn sign_out() -> Result<(), Fault> {
    use crate::{auth, console::paths};
    let parts = expect_context::<http::request::Parts>();
    auth::end(&auth::session_of(&parts)?).await?;
    leptos_axum::redirect(paths::LOGIN);
    Ok(())
}

/// Who is signed in; none when nobody is, so it is open to anyone.
#[server]
pub async fn get_viewer() -> Result<Option<Viewer>, Fault> {
    use crate::{auth, state::AppState};
    let parts = expect_context::<http::request::Parts>();
    Ok(auth::viewer(&expect_context::<AppState>(), &parts).await?)
}
