use serde_json::json;

use super::create::parse_name;
use crate::audit::{self, By, Change};
use crate::db::{self, secret_keys::NewKey};
use crate::error::{Error, Result};
use crate::keys::{hash_secret, random_text};
use crate::model::{ProjectId, SecretKey};
use crate::state::AppState;

const SECRET_BYTES: usize = 32;
const ID_BYTES: usize = 9;
const SECRET_CHARS_MIN: usize = 20;

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
    let name = parse_name("name", name)?;
    let secret = match given {
        Some(given) => parse_secret(given)?.to_owned(),
        None => format!("sk_{}", random_text(SECRET_BYTES)?),
    };
    let created = CreatedKey { id: random_text(ID_BYTES)?, secret };
    let (at, row_no) = (state.clock.now(), state.numbers.next_row().await?);
    let hash = hash_secret(&created.secret);
    let hint: String = created.secret.chars().skip(created.secret.chars().count() - 4).collect();
    state
        .db
        .write(async |tx| {
            let key = NewKey { id: &created.id, name, hash: &hash, hint: &hint };
            if !db::secret_keys::insert(tx, project, &key, at).await? {
                return Err(Error::invalid("value", "is in use already"));
            }
            let change = Change {
                action: "secret_key.create",
                project: Some(project),
                target: format!("secret_key:{}", created.id),
                before: None,
                after: Some(json!({ "name": name, "hint": hint })),
            };
            audit::record(tx, row_no, by, at, change).await
        })
        .await?;
    Ok(created)
}

/// A secret given from outside: `sk_` and at least 20 characters.
pub(crate) fn parse_secret(given: &str) -> Result<&str> {
    let is_safe = given.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if !given.starts_with("sk_") || given.len() < SECRET_CHARS_MIN || given.len() > 200 || !is_safe {
        return Err(Error::invalid("value", "must start with sk_ and have 20 to 200 letters, digits, - or _"));
    }
    Ok(given)
}

/// All secret keys, newest first, revoked ones too.
pub async fn list_secret_keys(state: &AppState, project: &ProjectId) -> Result<Vec<SecretKey>> {
    db::secret_keys::list(&mut state.db.read().await?, project).await
}

/// Ends a key at once.
pub async fn revoke_secret_key(state: &AppState, by: &By, project: &ProjectId, id: &str) -> Result<()> {
    let (at, row_no) = (state.clock.now(), state.numbers.next_row().await?);
    state
        .db
        .write(async |tx| {
            let name = db::secret_keys::revoke(tx, project, id, at).await?.ok_or(Error::NotFound("secret key"))?;
            let change = Change {
                action: "secret_key.revoke",
                project: Some(project),
                target: format!("secret_key:{id}"),
                before: Some(json!({ "name": name })),
                after: None,
            };
            audit::record(tx, row_no, by, at, change).await
        })
        .await
}

/// Whether a key of this name and hash is in force.
pub async fn has_secret_key(state: &AppState, project: &ProjectId, name: &str, hash: &str) -> Result<bool> {
    let found = db::secret_keys::find_access(&mut state.db.read().await?, hash).await?;
    Ok(found.is_some_and(|key| key.project_id == project.as_str() && key.name == name))
}
