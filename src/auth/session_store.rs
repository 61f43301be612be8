//! tower-sessions on our own database.

use std::fmt;

use async_trait::async_trait;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error as StoreError, Result as StoreResult};

use crate::clock::Clock;
use crate::db::{self, Db, sessions::NewSession};
use crate::error::Error;
use crate::keys::hash_secret;
use crate::model::Timestamp;

/// A session ends when it was not used for so long…
const IDLE_MILLIS: i64 = 12 * Timestamp::HOUR;
/// …and at the latest after so long.
pub(super) const LIFE_MILLIS: i64 = 7 * Timestamp::DAY;
/// Use is written down at most this often.
const TOUCH_MILLIS: i64 = 5 * Timestamp::MINUTE;
/// The members of a session's data that name its operator, and where they signed in.
pub(super) const OPERATOR: &str = "operator";
pub(super) const ADDRESS: &str = "address";

/// Sessions in the database; their ids are stored hashed, and ours is the clock that ends them.
#[derive(Clone)]
pub struct Sessions {
    db: Db,
    clock: Clock,
}

impl Sessions {
    pub fn new(db: Db, clock: Clock) -> Self {
        Self { db, clock }
    }
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

/// How a session's id is stored.
pub(super) fn hash_id(id: Id) -> String {
    hash_secret(&id.to_string())
}

fn failed(error: Error) -> StoreError {
    tracing::error!(%error, "a session could not be kept or read");
    StoreError::Backend("the database failed".into())
}

fn text(record: &Record) -> StoreResult<String> {
    serde_json::to_string(&record.data).map_err(|error| StoreError::Encode(error.to_string()))
}

fn operator(record: &Record) -> Option<&str> {
    record.data.get(OPERATOR).and_then(serde_json::Value::as_str)
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        loop {
            let (id_hash, data, at) = (hash_id(record.id), text(record)?, self.clock.now());
            let expires_at = at.plus_millis(IDLE_MILLIS);
            let new = NewSession { id_hash: &id_hash, operator: operator(record), data: &data, at, expires_at };
            if self.db.write(async |tx| db::sessions::insert(tx, &new).await).await.map_err(failed)? {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> StoreResult<()> {
        let (id_hash, data) = (hash_id(record.id), text(record)?);
        let save = async |tx: &mut db::Tx| db::sessions::set_data(tx, &id_hash, operator(record), &data).await;
        self.db.write(save).await.map(drop).map_err(failed)
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let (id_hash, now) = (hash_id(*id), self.clock.now());
        let mut tx = self.db.read().await.map_err(failed)?;
        let Some(found) = db::sessions::find(&mut tx, &id_hash, now).await.map_err(failed)? else { return Ok(None) };
        drop(tx);
        let end = found.created_at.plus_millis(LIFE_MILLIS).min(now.plus_millis(IDLE_MILLIS));
        if end.0 - found.expires_at.0 >= TOUCH_MILLIS {
            self.db.write(async |tx| db::sessions::touch(tx, &id_hash, end).await).await.map_err(failed)?;
        }
        let data = serde_json::from_str(&found.data).map_err(|error| StoreError::Decode(error.to_string()))?;
        let expiry_date =
            time::OffsetDateTime::from_unix_timestamp(end.0 / Timestamp::SECOND).unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        let id_hash = hash_id(*id);
        self.db.write(async |tx| db::sessions::delete(tx, &id_hash).await).await.map_err(failed)
    }
}
