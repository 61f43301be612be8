use super::User;
use crate::error::{Error, Result};
use crate::model::{ProjectId, Timestamp};
use crate::state::AppState;

/// How long a user token is good. An app asks its game server for another before it is over.
const TOKEN_MILLIS: i64 = Timestamp::HOUR;

/// A signed user token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserToken {
    pub token: String,
    pub expires_at: Timestamp,
}

/// Vouches for a user towards ourselves; for the game server that asks, to hand to the user's app.
pub fn sign_user_token(state: &AppState, project: &ProjectId, user: &User) -> UserToken {
    let expires_at = state.clock.now().plus_millis(TOKEN_MILLIS);
    UserToken { token: state.keys.user_tokens.sign(project, &user.channel, &user.key, expires_at), expires_at }
}

/// The user of a token; `USER_TOKEN_INVALID` when it is none of ours for this project, or over.
pub fn open_user_token(state: &AppState, project: &ProjectId, token: &str) -> Result<User> {
    let opened = state.keys.user_tokens.open(project, token, state.clock.now());
    let (channel, key) =
        opened.ok_or_else(|| user_token_invalid("X-User-Token is no user token of this project, or it is over"))?;
    Ok(User { channel, key })
}

/// The refusal of a user token that is missing, forged, over, or another user's.
pub fn user_token_invalid(reason: &str) -> Error {
    Error::Forbidden { code: "USER_TOKEN_INVALID", message: reason.to_owned() }
}
