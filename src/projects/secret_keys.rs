mod write;

use crate::audit::{By, Stamp};
use crate::db;
use crate::error::Result;
use crate::model::{ProjectId, SecretKey};
use crate::state::AppState;

pub(crate) use write::{DraftKey, draft_secret_key, insert_secret_key, parse_secret, write_revocation};

const SECRET_BYTES: usize = 32;
const ID_BYTES: usize = 9;
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

/// Whether a key of this name and hash is in force.
pub async fn has_secret_key(state: &AppState, project: &ProjectId, name: &str, hash: &str) -> Result<bool> {
    let found = db::secret_keys::find_access(&mut state.db.read().await?, hash).await?;
    Ok(found.is_some_and(|key| key.project_id == *project && key.name == name))
}
