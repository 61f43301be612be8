use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use tower_sessions::Session;

use crate::audit::SignedIn;
use crate::auth;
use crate::error::Error;
use crate::model::{Fault, Secret};
use crate::state::AppState;

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

/// Begins a person's session and remembers the browser as theirs.
pub(super) async fn start_session(state: &AppState, session: &Session, operator: &SignedIn) -> Result<(), Fault> {
    auth::begin(session, operator).await?;
    remember_browser(state, operator).await
}

/// Gives the browser the cookie by which its tries to get in are told from strangers'.
pub(super) async fn remember_browser(state: &AppState, operator: &SignedIn) -> Result<(), Fault> {
    let line = auth::device_cookie(state, &operator.id).await?;
    let cookie = http::HeaderValue::from_str(&line).map_err(Error::internal)?;
    expect_context::<leptos_axum::ResponseOptions>().append_header(http::header::SET_COOKIE, cookie);
    Ok(())
}

/// Signs in and goes on to where one was headed. Open to anyone; tries are limited.
#[server]
pub async fn sign_in(input: SignInForm) -> Result<(), Fault> {
    use crate::console::paths;
    let state = expect_context::<AppState>();
    let parts = expect_context::<http::request::Parts>();
    let credentials = auth::Credentials {
        email: input.email,
        password: input.password.reveal().to_owned(),
        from: auth::visitor(&state, &parts),
    };
    let next = paths::local_or_home(input.next.as_deref());
    let session = auth::session_of(&parts)?;
    match auth::sign_in(&state, &credentials).await? {
        auth::SignIn::Done(operator) => {
            start_session(&state, &session, &operator).await?;
            leptos_axum::redirect(&next);
        }
        auth::SignIn::CodeNeeded(half) => {
            auth::begin_half(&session, &half).await?;
            leptos_axum::redirect(&paths::login_code(&next));
        }
    }
    Ok(())
}

/// The second step: a code, and in. Open to whoever gave the right password a moment ago; tries are limited.
#[server]
pub async fn enter_code(input: CodeForm) -> Result<(), Fault> {
    use crate::console::paths;
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let (session, from) = (auth::session_of(&parts)?, auth::visitor(&state, &parts));
    let operator = auth::enter_code(&state, auth::half_of(&session).await?, input.code.reveal(), &from).await?;
    start_session(&state, &session, &operator).await?;
    leptos_axum::redirect(&paths::local_or_home(input.next.as_deref()));
    Ok(())
}

/// Makes the first account and signs it in. Open to whoever has the one-time link.
#[server]
pub async fn set_up(input: SetUpForm) -> Result<(), Fault> {
    use crate::console::paths;
    let state = expect_context::<AppState>();
    let parts = expect_context::<http::request::Parts>();
    let address = auth::visitor(&state, &parts).address_text();
    let operator = auth::redeem_link(&state, &input.token, &input.email, input.password.reveal(), address).await?;
    start_session(&state, &auth::session_of(&parts)?, &operator).await?;
    leptos_axum::redirect(paths::HOME);
    Ok(())
}

/// Ends this session. Open to anyone: without a session there is nothing to end.
#[server]
pub async fn sign_out() -> Result<(), Fault> {
    use crate::console::paths;
    let parts = expect_context::<http::request::Parts>();
    auth::end(&auth::session_of(&parts)?).await?;
    leptos_axum::redirect(paths::LOGIN);
    Ok(())
}

/// What a reader chose: any of them, and the address to go back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    pub lang: Option<String>,
    pub theme: Option<String>,
    pub back: Option<String>,
}

/// Keeps the reader's language and theme in cookies for a year and goes back to the page. Open to anyone: it changes nothing of ours.
#[server]
pub async fn set_preferences(input: Preferences) -> Result<(), Fault> {
    use crate::console::{cookies, i18n::Locale, paths, reader};
    use http::{HeaderValue, header::SET_COOKIE};

    let lang = input.lang.as_deref().and_then(Locale::parse).map(|locale| (cookies::COOKIE_LOCALE, locale.code()));
    let theme = input.theme.as_deref().and_then(reader::Theme::parse).map(|theme| (cookies::COOKIE_THEME, theme.code()));
    let response = expect_context::<leptos_axum::ResponseOptions>();
    for (name, value) in [lang, theme].into_iter().flatten() {
        let cookie = cookies::set_cookie_line(name, value);
        response.append_header(SET_COOKIE, HeaderValue::from_str(&cookie).map_err(|_| Fault::new("INTERNAL", "bad cookie"))?);
    }
    leptos_axum::redirect(&paths::local_or_home(input.back.as_deref()));
    Ok(())
}
