//! Signed user tokens: what a game server hands to its app so that the app may act for one player for a while.

use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::master::MasterKey;
use super::random::is_equal;
use crate::error::Result;
use crate::model::{ProjectId, Timestamp};

/// A token's tag stands before what it says.
const TAG_BYTES: usize = 32;
/// More than the longest channel and user key take.
const TOKEN_CHARS_MAX: usize = 2_048;

/// Signs and reads user tokens; nothing is stored.
#[derive(Clone)]
pub struct UserTokens(Arc<hmac::Key>);

impl UserTokens {
    pub fn new(master: &MasterKey) -> Result<Self> {
        Ok(Self(Arc::new(hmac::Key::new(hmac::HMAC_SHA512, &master.derive("user-token")?))))
    }

    /// A token of `(channel, user key)` in a project, good until a moment.
    pub fn sign(&self, project: &ProjectId, channel: &str, user_key: &str, expires_at: Timestamp) -> String {
        // Neither channel nor key holds a control character, so a line each keeps them apart.
        let says = format!("{expires_at}\n{channel}\n{user_key}", expires_at = expires_at.0);
        let mut token = self.tag(project, &says).to_vec();
        token.extend_from_slice(says.as_bytes());
        URL_SAFE_NO_PAD.encode(token)
    }

    /// The `(channel, user key)` of a token that is good now; none when it is forged, over, or another project's. Compares in
    /// constant time.
    pub fn open(&self, project: &ProjectId, token: &str, now: Timestamp) -> Option<(String, String)> {
        let token = Some(token).filter(|token| token.len() <= TOKEN_CHARS_MAX)?;
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (tag, says) = bytes.split_first_chunk::<TAG_BYTES>()?;
        let says = std::str::from_utf8(says).ok().filter(|says| is_equal(&self.tag(project, says), tag))?;
        let (expires_at, user) = says.split_once('\n')?;
        let (channel, user_key) = user.split_once('\n')?;
        let is_good = expires_at.parse().is_ok_and(|expires_at: i64| now.0 < expires_at);
        is_good.then(|| (channel.to_owned(), user_key.to_owned()))
    }

    fn tag(&self, project: &ProjectId, says: &str) -> [u8; TAG_BYTES] {
        let tag = hmac::sign(&self.0, format!("{project}\n{says}").as_bytes());
        let mut bytes = [0; TAG_BYTES];
        bytes.copy_from_slice(&tag.as_ref()[..TAG_BYTES]);
        bytes
    }
}

#[cfg(test)]
mod tests;
