//! Whose app it is, over all projects.

use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, ProductSeq, ProjectId, Timestamp};

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
