//! USE CASE: payment users, the developer's own user ids. May call `db` and `keys`.

mod token;

use serde::{Deserialize, Serialize};

use crate::db;
use crate::error::{Error, Result};
use crate::keys::Tokens;
use crate::model::{ProjectId, Reason, Timestamp, USER_CHANNEL_DEFAULT, Unit};
use crate::state::AppState;

pub use token::{UserToken, open_user_token, sign_user_token, user_token_invalid};

const KEY_CHARS_MAX: usize = 128;
const CHANNEL_CHARS_MAX: usize = 32;
const DOT_SEGMENTS: [&str; 2] = [".", ".."];

/// A user id in its channel: the developer's own, never a store account. 1 to 128 characters, no control characters, and not a
/// dot segment of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub channel: String,
    pub key: String,
}

impl User {
    /// Checks both parts; the channel defaults to `GF`. Errors name `userKey` or `userChannel`.
    pub fn parse(key: &str, channel: Option<&str>) -> Result<Self> {
        let channel = channel.filter(|channel| !channel.is_empty()).unwrap_or(USER_CHANNEL_DEFAULT);
        check("userKey", key, KEY_CHARS_MAX)?;
        // A user's lists are at an address with the key in it. HTTP clients resolve these two, percent-encoded too (RFC 3986
        // 6.2.2.3), so that the user could pay and never get their goods.
        if DOT_SEGMENTS.contains(&key) {
            return Err(Error::invalid("userKey", Reason::DotUserKey));
        }
        check("userChannel", channel, CHANNEL_CHARS_MAX)?;
        Ok(Self { channel: channel.to_owned(), key: key.to_owned() })
    }

    /// The UUID the app hands to the store for this user.
    pub fn account_token(&self, tokens: &Tokens, project: &ProjectId) -> String {
        tokens.account_token(project, &self.channel, &self.key)
    }
}

fn check(field: &str, text: &str, chars_max: usize) -> Result<()> {
    let length = text.chars().count();
    if length == 0 || length > chars_max {
        return Err(Error::invalid(field, Reason::length(Unit::Characters, 1, chars_max)));
    }
    if text.chars().any(char::is_control) || text.trim() != text {
        return Err(Error::invalid(field, Reason::ControlOrSpaces));
    }
    Ok(())
}

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

/// How much is known of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Activity {
    pub payments: i64,
    /// When the newest payment was made.
    pub last_at: Option<Timestamp>,
}

/// What is known of a user; none where this server knows no such user.
pub async fn find_activity(state: &AppState, project: &ProjectId, user: &User) -> Result<Option<Activity>> {
    let found = db::users::find_activity(&mut state.db.read().await?, project, &user.channel, &user.key).await?;
    Ok(found.map(|(payments, last_at)| Activity { payments, last_at }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_developers_use_and_names_what_is_wrong() {
        assert_eq!(User::parse("player-1", None).expect("fine").channel, "GF");
        assert!(User::parse("플레이어 1", Some("KR")).is_ok());
        for (key, channel, field) in
            [("", None, "userKey"), (" a", None, "userKey"), ("a\n", None, "userKey"), ("a", Some("\u{1}"), "userChannel")]
        {
            assert!(User::parse(key, channel).expect_err(key).to_string().starts_with(field));
        }
        assert!(User::parse(&"x".repeat(129), None).is_err());
        for (key, is_taken) in [(".", false), ("..", false), ("...", true), (".a", true), ("%2e", true), ("a/..", true)] {
            assert_eq!(User::parse(key, Some(".")).is_ok(), is_taken, "{key}");
        }
    }
}
