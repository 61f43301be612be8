use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, Secret};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NameForm {
    pub name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordForm {
    pub current_password: Secret,
    pub new_password: Secret,
}

/// What changes the second factor: both of what a person knows and has.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BothForm {
    pub password: Secret,
    pub code: Secret,
}

/// Changes the reader's own name. Anyone signed in.
#[server]
pub async fn rename_account(input: NameForm) -> Result<(), Fault> {
    use crate::{auth, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::signed_in(&state, &expect_context::<http::request::Parts>()).await?;
    Ok(auth::rename(&state, &by, &input.name).await?)
}

/// Changes the reader's own password and ends their other sessions. Anyone signed in, with the present password.
#[server]
pub async fn change_password(input: PasswordForm) -> Result<(), Fault> {
    use crate::{auth, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let by = auth::signed_in(&state, &parts).await?;
    let keep = auth::stored_id(&auth::session_of(&parts)?);
    let (current, new) = (input.current_password.reveal(), input.new_password.reveal());
    auth::change_password(&state, &by, current, new, keep.as_deref()).await?;
    super::session::remember_browser(&state, &by).await
}

/// Ends the reader's other sessions. Anyone signed in.
#[server]
pub async fn end_other_sessions() -> Result<(), Fault> {
    use crate::{auth, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let by = auth::signed_in(&state, &parts).await?;
    Ok(auth::end_others(&state, &by, &auth::session_of(&parts)?).await?)
}

/// Makes a secret and goes to where it is confirmed. Anyone signed in.
#[server]
pub async fn draft_second_factor() -> Result<(), Fault> {
    use crate::{auth, console::paths, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let by = auth::signed_in(&state, &parts).await?;
    auth::draft_second_factor(&state, &by, &auth::session_of(&parts)?).await?;
    leptos_axum::redirect(paths::SECOND_FACTOR);
    Ok(())
}

/// Turns the second factor on; its recovery codes are left for the page to show once. Anyone signed in, with the password.
#[server]
pub async fn enable_second_factor(input: BothForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let by = auth::signed_in(&state, &parts).await?;
    let proof = auth::BothFactors { password: input.password.0, code: input.code.0 };
    let codes = auth::enable_second_factor(&state, &by, &auth::session_of(&parts)?, &proof).await?;
    Ok(auth::put_flash(&state, &parts, paths::SECOND_FACTOR, &codes.join(" ")).await?)
}

/// Makes new recovery codes, left for the page to show once. Anyone signed in, with the password and a code.
#[server]
pub async fn renew_recovery_codes(input: BothForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let by = auth::signed_in(&state, &parts).await?;
    let proof = auth::BothFactors { password: input.password.0, code: input.code.0 };
    let codes = auth::renew_recovery_codes(&state, &by, &proof).await?;
    Ok(auth::put_flash(&state, &parts, paths::SECOND_FACTOR, &codes.join(" ")).await?)
}

/// Turns the second factor off. Anyone signed in, with the password and a code.
#[server]
pub async fn disable_second_factor(input: BothForm) -> Result<(), Fault> {
    use crate::{auth, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::signed_in(&state, &expect_context::<http::request::Parts>()).await?;
    let proof = auth::BothFactors { password: input.password.0, code: input.code.0 };
    Ok(auth::disable_second_factor(&state, &by, &proof).await?)
}
