//! Who a Gamebase call is from: the app id in its address and the secret key in its header.

use crate::auth::Address;
use crate::db;
use crate::error::{Error, Result};
use crate::model::ProjectId;
use crate::projects;
use crate::state::AppState;

const KEY_BYTES_MAX: usize = 256;

/// What app id and secret key open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GamebaseAccess {
    /// The project, and the name of the secret key where it is one of its own.
    Granted(ProjectId, Option<String>),
    UnknownApp,
    WrongSecret(ProjectId),
    /// Too many wrong secret keys came from this address; none is looked at for so many seconds.
    TooManyGuesses {
        project: ProjectId,
        retry_after_seconds: i64,
    },
}

/// Looks the app id up (the one set for it, the project's id, or an AppKey in force), then wants a secret key of that
/// project: one of its own (`sk_…`), or the one taken over from Gamebase. Guesses from one address are limited.
pub async fn authenticate_gamebase(
    state: &AppState,
    app_id: &str,
    secret: &str,
    from: Option<Address>,
) -> Result<GamebaseAccess> {
    if app_id.is_empty() || app_id.len() > KEY_BYTES_MAX {
        return Ok(GamebaseAccess::UnknownApp);
    }
    let mut projects = db::nhn_settings::of_gamebase_app(&mut state.db.read().await?, app_id, state.clock.now()).await?;
    let first = projects.first().map(|(id, _)| id.clone());
    let Some(first) = first else { return Ok(GamebaseAccess::UnknownApp) };
    let now = state.clock.now();
    if let Some(retry_after_seconds) = state.nhn_guesses.wait_seconds(from, &first, now) {
        return Ok(GamebaseAccess::TooManyGuesses { project: first, retry_after_seconds });
    }
    if secret.is_empty() || secret.len() > KEY_BYTES_MAX {
        state.nhn_guesses.note_wrong(from, &first, now);
        return Ok(GamebaseAccess::WrongSecret(first));
    }
    let by_own_key = match projects::authenticate_secret_key(state, secret).await {
        Ok(access) => Some(access),
        Err(Error::Unauthenticated) => None,
        Err(error) => return Err(error),
    };
    projects.retain(|(id, hash)| {
        let is_taken_over = hash.as_ref().is_some_and(|hash| state.keys.tokens.is_short_secret(id.as_str(), secret, hash));
        is_taken_over || by_own_key.as_ref().is_some_and(|access| access.project_id == *id)
    });
    match projects.pop() {
        Some((id, _)) => Ok(GamebaseAccess::Granted(id, by_own_key.map(|access| access.name))),
        None => {
            state.nhn_guesses.note_wrong(from, &first, now);
            Ok(GamebaseAccess::WrongSecret(first))
        }
    }
}
