//! Who a key belongs to.

use crate::db::{self, SingleFlight};
use crate::error::{Error, Result};
use crate::keys::hash_secret;
use crate::model::{NhnDoor, ProjectId, Timestamp};
use crate::state::AppState;

/// A key's last use is written at most this often.
const TOUCH_MILLIS: i64 = Timestamp::MINUTE;
const KEY_BYTES_MAX: usize = 256;

/// What a valid key opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    pub project_id: ProjectId,
    /// The secret key's name; empty for an AppKey.
    pub name: String,
    pub client_consume: bool,
    pub user_token_required: bool,
    pub account_token_required: bool,
    /// Whether NHN's server API is answered to the AppKey's callers, and from which addresses.
    pub nhn: NhnDoor,
    /// Of the project's apps and products, as they stand now.
    pub revision: i64,
}

/// Looks of keys, shared by the calls that come with the same key at once. Each is a look at the database after the call came:
/// a key that was ended opens nothing from then on, in whichever process.
#[derive(Clone, Default)]
pub struct KeyLookups {
    app_keys: SingleFlight<Option<db::app_keys::Access>>,
    secret_keys: SingleFlight<Option<db::secret_keys::Access>>,
}

/// The project of an AppKey; `Unauthenticated` when it is unknown or its overlap is over.
pub async fn authenticate_app_key(state: &AppState, app_key: &str) -> Result<Access> {
    if app_key.is_empty() || app_key.len() > KEY_BYTES_MAX {
        return Err(Error::Unauthenticated);
    }
    let (db, clock) = (state.db.clone(), state.clock.clone());
    let look = move |app_key: String| {
        let (db, clock) = (db.clone(), clock.clone());
        async move { db::app_keys::find_access(&mut db.read().await?, &app_key, clock.now()).await }
    };
    let found = state.key_lookups.app_keys.ask(app_key, look).await?.ok_or(Error::Unauthenticated)?;
    Ok(Access {
        project_id: found.project_id,
        name: String::new(),
        client_consume: found.client_consume,
        user_token_required: found.user_token_required,
        account_token_required: found.account_token_required,
        nhn: NhnDoor { is_open: found.nhn_compatible, addresses: found.nhn_addresses },
        revision: found.revision,
    })
}

/// The project of a secret key, found by its hash; `Unauthenticated` when unknown or revoked.
pub async fn authenticate_secret_key(state: &AppState, secret: &str) -> Result<Access> {
    if !secret.starts_with("sk_") || secret.len() > KEY_BYTES_MAX {
        return Err(Error::Unauthenticated);
    }
    let db = state.db.clone();
    let look = move |hash: String| {
        let db = db.clone();
        async move { db::secret_keys::find_access(&mut db.read().await?, &hash).await }
    };
    let found = state.key_lookups.secret_keys.ask(&hash_secret(secret), look).await?.ok_or(Error::Unauthenticated)?;
    let now = state.clock.now();
    if found.last_used_at.is_none_or(|at| at.plus_millis(TOUCH_MILLIS) <= now) {
        state.db.write(async |tx| db::secret_keys::touch(tx, &found.id, now).await).await?;
    }
    Ok(Access {
        project_id: found.project_id,
        name: found.name,
        client_consume: found.client_consume,
        user_token_required: found.user_token_required,
        account_token_required: found.account_token_required,
        nhn: NhnDoor::default(),
        revision: found.revision,
    })
}
