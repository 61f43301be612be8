use serde_json::json;

use super::create::parse_name;
use crate::audit::{By, Change, Stamp};
use crate::db::secret_keys::{IN_FORCE_MAX, NewKey};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::keys::{hash_secret, random_text};
use crate::model::{AppReason, Kept, ProjectId, Reason, SecretKey};
use crate::state::AppState;

const SECRET_BYTES: usize = 32;
const ID_BYTES: usize = 9;
const SECRET_CHARS_MIN: usize = 20;
const SECRET_CHARS_MAX: usize = 200;
const HINT_CHARS: usize = 4;

/// A new key with its secret, which is never shown again.
#[derive(Clone)]
pub struct CreatedKey {
    pub id: String,
    pub secret: String,
}

/// Makes a secret key, or takes the given secret (`sk_…`, at least 20 characters) from a declared file.
pub async fn create_secret_key(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    name: &str,
    given: Option<&str>,
) -> Result<CreatedKey> {
    let at = state.clock.now();
    let draft = draft_secret_key(name, given)?;
    let stamp = Stamp { by, at };
    state.db.write(async |tx| insert_secret_key(tx, &stamp, project, &draft).await).await?;
    Ok(CreatedKey { id: draft.id, secret: draft.secret })
}

/// A key that is not written yet.
#[derive(Clone)]
pub(crate) struct DraftKey {
    id: String,
    pub name: String,
    secret: String,
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

/// All secret keys, newest first, revoked ones too.
pub async fn list_secret_keys(state: &AppState, project: &ProjectId) -> Result<Vec<SecretKey>> {
    db::secret_keys::list(&mut state.db.read().await?, project).await
}

/// Ends a key at once.
pub async fn revoke_secret_key(state: &AppState, by: &By, project: &ProjectId, id: &str) -> Result<()> {
    let at = state.clock.now();
    let stamp = Stamp { by, at };
    state.db.write(async |tx| write_revocation(tx, &stamp, project, id).await).await
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

/// Whether a key of this name and hash is in force.
pub async fn has_secret_key(state: &AppState, project: &ProjectId, name: &str, hash: &str) -> Result<bool> {
    let found = db::secret_keys::find_access(&mut state.db.read().await?, hash).await?;
    Ok(found.is_some_and(|key| key.project_id == *project && key.name == name))
}
