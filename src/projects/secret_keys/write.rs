//! Writing a secret key and taking it back.

use serde_json::json;

use super::{HINT_CHARS, ID_BYTES, SECRET_BYTES};
use crate::audit::{Change, Stamp};
use crate::db::secret_keys::{IN_FORCE_MAX, NewKey};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::keys::{hash_secret, random_text};
use crate::model::{AppReason, Kept, ProjectId, Reason};
use crate::projects::create::parse_name;

const SECRET_CHARS_MIN: usize = 20;
const SECRET_CHARS_MAX: usize = 200;

/// A key that is not written yet.
#[derive(Clone)]
pub(crate) struct DraftKey {
    pub(super) id: String,
    pub name: String,
    pub(super) secret: String,
}

pub(crate) fn draft_secret_key(name: &str, given: Option<&str>) -> Result<DraftKey> {
    let name = parse_name("name", name)?.to_owned();
    let secret = match given {
        Some(given) => parse_secret(given)?.to_owned(),
        None => format!("sk_{}", random_text(SECRET_BYTES)?),
    };
    Ok(DraftKey { id: random_text(ID_BYTES)?, name, secret })
}

pub(crate) async fn insert_secret_key(tx: &mut Tx, stamp: &Stamp<'_>, project: &ProjectId, draft: &DraftKey) -> Result<()> {
    let DraftKey { id, name, secret } = draft;
    let hint: String = secret.chars().skip(secret.chars().count() - HINT_CHARS).collect();
    let key = NewKey { id, name, hash: &hash_secret(secret), hint: &hint };
    if db::secret_keys::count_in_force(tx, project).await? >= IN_FORCE_MAX {
        return Err(Error::invalid("name", Reason::OneTooMany { of: Kept::SecretKeys, max: IN_FORCE_MAX }));
    }
    if !db::secret_keys::insert(tx, project, &key, stamp.at).await? {
        return Err(Error::invalid("value", Reason::InUse));
    }
    let change = Change {
        action: "secret_key.create",
        project: Some(project),
        target: format!("secret_key:{id}"),
        before: None,
        after: Some(json!({ "name": name, "hint": hint })),
    };
    stamp.record(tx, change).await
}

/// A secret given from outside: `sk_` and at least 20 characters.
pub(crate) fn parse_secret(given: &str) -> Result<&str> {
    let is_safe = given.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if !given.starts_with("sk_") || !(SECRET_CHARS_MIN..=SECRET_CHARS_MAX).contains(&given.len()) || !is_safe {
        let reason = AppReason::NotASecretKey { min: SECRET_CHARS_MIN, max: SECRET_CHARS_MAX };
        return Err(Error::invalid("value", reason));
    }
    Ok(given)
}

pub(crate) async fn write_revocation(tx: &mut Tx, stamp: &Stamp<'_>, project: &ProjectId, id: &str) -> Result<()> {
    let name = db::secret_keys::revoke(tx, project, id, stamp.at).await?.ok_or(Error::NotFound("secret key"))?;
    let change = Change {
        action: "secret_key.revoke",
        project: Some(project),
        target: format!("secret_key:{id}"),
        before: Some(json!({ "name": name })),
        after: None,
    };
    stamp.record(tx, change).await
}
