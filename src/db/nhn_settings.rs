//! What projects take over from NHN Cloud IAP, and how its calls find their project.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, NhnSettings, ProductSeq, ProjectId, StoreCode, Timestamp};

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

/// The projects a Gamebase address may mean, with the hash of the secret key each has taken over: by the id set for it,
/// by the project's own id, or by an AppKey in force.
pub async fn of_gamebase_app(tx: &mut Tx, app_id: &str, now: Timestamp) -> Result<Vec<(ProjectId, Option<String>)>> {
    const SQL: &str = "SELECT id, gamebase_secret FROM projects WHERE gamebase_app_id = $1 OR id = $1
         UNION SELECT p.id, p.gamebase_secret FROM app_keys k JOIN projects p ON p.id = k.project_id
         WHERE k.app_key = $1 AND (k.expires_at IS NULL OR k.expires_at > $2)";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(app_id).bind(now).fetch_all(c).await?))
}

/// A project that answers legacy calls, and from where.
#[derive(sqlx::FromRow)]
pub struct LegacyProject {
    pub id: ProjectId,
    pub nhn_addresses: String,
}

/// The project of an app, when it answers legacy calls.
pub async fn legacy_project_of_app(tx: &mut Tx, app: AppSeq) -> Result<Option<LegacyProject>> {
    const SQL: &str = "SELECT p.id, p.nhn_addresses FROM apps a JOIN projects p ON p.id = a.project_id
         WHERE a.app_seq = $1 AND p.nhn_legacy AND p.nhn_compatible";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(app).fetch_optional(c).await?))
}

/// The project of a product, when it answers legacy calls.
pub async fn legacy_project_of_product(tx: &mut Tx, product: ProductSeq) -> Result<Option<LegacyProject>> {
    const SQL: &str = "SELECT p.id, p.nhn_addresses FROM products i JOIN projects p ON p.id = i.project_id
         WHERE i.product_seq = $1 AND p.nhn_legacy AND p.nhn_compatible";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(product).fetch_optional(c).await?))
}

/// Whether the kept hash is this one, or there is none when none is asked for.
pub async fn has_secret(tx: &mut Tx, project: &ProjectId, hash: Option<&str>) -> Result<bool> {
    const SQL: &str = "SELECT gamebase_secret FROM projects WHERE id = $1";
    let kept: Option<Option<String>> = on!(tx, c => sqlx::query_scalar(SQL).bind(project).fetch_optional(c).await?);
    Ok(kept.flatten().as_deref() == hash)
}

/// Whether any project has an app of this store and id.
pub async fn has_app(tx: &mut Tx, store: StoreCode, store_app_id: &str) -> Result<bool> {
    const SQL: &str = "SELECT EXISTS (SELECT 1 FROM apps WHERE store = $1 AND store_app_id = $2)";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(store).bind(store_app_id).fetch_one(c).await?))
}

/// The settings of all apps of a store, as JSON texts.
pub async fn list_settings(tx: &mut Tx, store: StoreCode) -> Result<Vec<String>> {
    const SQL: &str = "SELECT settings FROM apps WHERE store = $1 ORDER BY app_seq LIMIT 1000";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(store).fetch_all(c).await?))
}
