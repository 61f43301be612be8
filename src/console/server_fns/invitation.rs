use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, Secret};

/// What the holder of a one-time link sends: a password to choose, or to prove who they are.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LinkPasswordForm {
    pub token: String,
    pub password: Secret,
}

/// Chooses a password and goes in, or on to the code. Open to whoever has the one-time link.
#[server]
pub async fn accept_invitation(input: LinkPasswordForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let (session, address) = (auth::session_of(&parts)?, auth::visitor(&state, &parts).address_text());
    match auth::accept_invitation(&state, &input.token, input.password.reveal(), address).await? {
        auth::SignIn::Done(operator) => {
            super::session::start_session(&state, &session, &operator).await?;
            leptos_axum::redirect(paths::HOME);
        }
        auth::SignIn::CodeNeeded(half) => {
            auth::begin_half(&session, &half).await?;
            leptos_axum::redirect(&paths::login_code(paths::HOME));
        }
    }
    Ok(())
}

/// Turns a lost second factor off and goes to the door. Open to whoever has the one-time link and the password.
#[server]
pub async fn reset_second_factor(input: LinkPasswordForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let from = auth::visitor(&state, &parts);
    auth::reset_second_factor(&state, &input.token, input.password.reveal(), &from).await?;
    leptos_axum::redirect(paths::LOGIN);
    Ok(())
}
