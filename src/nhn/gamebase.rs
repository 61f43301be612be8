//! Who a Gamebase call is from: the app id in its address and the secret key in its header.

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
}

/// Looks the app id up (the one set for it, the project's id, or an AppKey in force), then wants a secret key of that
/// project: one of its own (`sk_…`), or the one taken over from Gamebase.
pub async fn authenticate_gamebase(state: &AppState, app_id: &str, secret: &str) -> Result<GamebaseAccess> {
    if app_id.is_empty() || app_id.len() > KEY_BYTES_MAX {
        return Ok(GamebaseAccess::UnknownApp);
    }
    let mut projects = db::nhn_settings::of_gamebase_app(&mut state.db.read().await?, app_id, state.clock.now()).await?;
    let first = projects.first().map(|(id, _)| ProjectId(id.clone()));
    let Some(first) = first else { return Ok(GamebaseAccess::UnknownApp) };
    if secret.is_empty() || secret.len() > KEY_BYTES_MAX {
        return Ok(GamebaseAccess::WrongSecret(first));
    }
    let by_own_key = match projects::authenticate_secret_key(state, secret).await {
        Ok(access) => Some(access),
        Err(Error::Unauthenticated) => None,
        Err(error) => return Err(error),
    };
    projects.retain(|(id, hash)| {
        let is_taken_over = hash.as_ref().is_some_and(|hash| state.keys.tokens.is_short_secret(id, secret, hash));
        is_taken_over || by_own_key.as_ref().is_some_and(|access| access.project_id.as_str() == id)
    });
    let granted = |(id, _)| GamebaseAccess::Granted(ProjectId(id), by_own_key.map(|access| access.name));
    Ok(projects.pop().map_or(GamebaseAccess::WrongSecret(first), granted))
}
