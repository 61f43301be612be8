//! What projects take over from NHN Cloud IAP, and how its calls find their project.

mod lookup;

use super::{Tx, on};
use crate::error::Result;
use crate::model::{NhnSettings, ProjectId, Timestamp};

pub use lookup::{LegacyProject, legacy_project_of_app, legacy_project_of_product, of_gamebase_app};

pub async fn find(tx: &mut Tx, project: &ProjectId) -> Result<Option<NhnSettings>> {
    const SQL: &str = "SELECT nhn_compatible, nhn_addresses, nhn_legacy, gamebase_app_id, nhn_version,
         gamebase_secret IS NOT NULL AS has_gamebase_secret,
         gamebase_secret IS NOT NULL AND NOT gamebase_secret_is_long AS has_weak_gamebase_secret FROM projects WHERE id = $1";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).fetch_optional(c).await?))
}

/// Keeps the switches, the addresses and the app id; false when they are not of this version any more.
pub async fn update(tx: &mut Tx, project: &ProjectId, settings: &NhnSettings, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE projects SET nhn_compatible = $2, nhn_addresses = $3, nhn_legacy = $4, gamebase_app_id = $5,
         updated_at = $6, nhn_version = nhn_version + 1 WHERE id = $1 AND nhn_version = $7";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(settings.door.is_open).bind(&settings.door.addresses).bind(settings.legacy)
            .bind(settings.gamebase_app_id.as_deref()).bind(at).bind(settings.version).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Keeps the keyed hash of a Gamebase secret key, or takes it away.
pub async fn set_secret(tx: &mut Tx, project: &ProjectId, hash: Option<&str>, is_long: bool, at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE projects SET gamebase_secret = $2, gamebase_secret_is_long = $3, updated_at = $4 WHERE id = $1";
    on!(tx, c => {
        sqlx::query(SQL).bind(project).bind(hash).bind(is_long).bind(at).execute(c).await?;
    });
    Ok(())
}

/// Whether a Gamebase app id already leads to another project.
pub async fn is_app_id_taken(tx: &mut Tx, project: &ProjectId, app_id: &str) -> Result<bool> {
    const SQL: &str = "SELECT EXISTS (SELECT 1 FROM projects WHERE id <> $1 AND (gamebase_app_id = $2 OR id = $2))
         OR EXISTS (SELECT 1 FROM app_keys WHERE project_id <> $1 AND app_key = $2)";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(project).bind(app_id).fetch_one(c).await?))
}

/// Whether the kept hash is this one, or there is none when none is asked for.
pub async fn has_secret(tx: &mut Tx, project: &ProjectId, hash: Option<&str>) -> Result<bool> {
    const SQL: &str = "SELECT gamebase_secret FROM projects WHERE id = $1";
    let kept: Option<Option<String>> = on!(tx, c => sqlx::query_scalar(SQL).bind(project).fetch_optional(c).await?);
    Ok(kept.flatten().as_deref() == hash)
}
