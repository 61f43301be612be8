//! Values the instance keeps for itself.

use super::{Db, Tx, on};
use crate::error::Result;
use crate::model::Timestamp;

/// One value; none when it was never set.
pub async fn find(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    const SQL: &str = "SELECT value FROM instance_values WHERE name = $1";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(name).fetch_optional(c).await?))
}

/// Keeps `value` unless another was first; gives the one that is kept.
pub async fn get_or_insert(db: &Db, name: &str, value: &str, at: Timestamp) -> Result<String> {
    const SQL: &str = "INSERT INTO instance_values (name, value, updated_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    if let Some(found) = find(&mut db.read().await?, name).await? {
        return Ok(found);
    }
    db.write(async |tx| {
        on!(tx, c => sqlx::query(SQL).bind(name).bind(value).bind(at).execute(c).await.map(drop))?;
        Ok(find(tx, name).await?.unwrap_or_else(|| value.to_owned()))
    })
    .await
}

/// Sets a value, replacing what was there.
pub async fn set(tx: &mut Tx, name: &str, value: &str, at: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO instance_values (name, value, updated_at) VALUES ($1, $2, $3)
                       ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at";
    on!(tx, c => Ok(sqlx::query(SQL).bind(name).bind(value).bind(at).execute(c).await.map(drop)?))
}
