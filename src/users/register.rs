use super::user::User;
use crate::db;
use crate::error::Result;
use crate::model::ProjectId;
use crate::state::AppState;

/// A user known to a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    pub user: User,
    /// UUID, lower case, stable: the app hands it to the store.
    pub account_token: String,
    /// Whether this call made the user known.
    pub is_new: bool,
}

/// Registers a payment user; safe to repeat.
pub async fn register(state: &AppState, project: &ProjectId, user: User) -> Result<Registered> {
    let account_token = user.account_token(&state.keys.tokens, project);
    let at = state.clock.now();
    let is_new =
        state.db.write(async |tx| db::users::insert(tx, project, &user.channel, &user.key, &account_token, at).await).await?;
    Ok(Registered { user, account_token, is_new })
}
