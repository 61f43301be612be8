//! Apps: one store listing each, with sealed credentials.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{App, AppSeq, JsonText, ProjectId, StoreCode, Timestamp};

/// How many apps a project has at most; so every list has them all.
pub const APPS_MAX: i64 = 500;

macro_rules! columns {
    () => {
        "app_seq, store, store_app_id, name, environment, status, accept_sandbox, settings, credentials, trusted_roots, \
         in_charge_since, beside_live, nhn_test_payments, version, created_at, updated_at"
    };
}

/// An app with what only the server may see.
#[derive(Clone, sqlx::FromRow)]
pub struct StoredApp {
    #[sqlx(flatten)]
    pub app: App,
    /// Sealed JSON of the store's secrets.
    pub credentials: Option<String>,
    /// DER in base64.
    #[sqlx(try_from = "JsonText<Vec<String>>")]
    pub trusted_roots: Vec<String>,
}

/// An app of whichever project.
#[derive(sqlx::FromRow)]
struct OfProject {
    project_id: ProjectId,
    #[sqlx(flatten)]
    stored: StoredApp,
}

/// Adds an app; false when the project has one for this store and id.
pub async fn insert(tx: &mut Tx, project: &ProjectId, stored: &StoredApp) -> Result<bool> {
    const SQL: &str = "INSERT INTO apps (app_seq, project_id, store, store_app_id, name, environment, status, accept_sandbox,
             settings, credentials, trusted_roots, created_at, updated_at, in_charge_since, beside_live, nhn_test_payments)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $15) ON CONFLICT DO NOTHING";
    let app = &stored.app;
    super::projects::raise_revision(tx, project).await?;
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(app.app_seq).bind(project).bind(app.store).bind(&app.store_app_id)
            .bind(&app.name).bind(app.environment).bind(app.status).bind(app.accept_sandbox).bind(JsonText(&app.settings))
            .bind(stored.credentials.as_deref()).bind(JsonText(&stored.trusted_roots)).bind(app.created_at)
            .bind(app.in_charge_since).bind(app.beside_live).bind(app.nhn_test_payments).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Changes what may change; false when it is not the project's, or not of this version any more.
pub async fn update(tx: &mut Tx, project: &ProjectId, stored: &StoredApp, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE apps SET name = $3, environment = $4, status = $5, accept_sandbox = $6, settings = $7,
             credentials = $8, trusted_roots = $9, updated_at = $10, in_charge_since = $11, beside_live = $12,
             nhn_test_payments = $13, version = version + 1 WHERE project_id = $1 AND app_seq = $2 AND version = $14";
    let app = &stored.app;
    super::projects::raise_revision(tx, project).await?;
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(app.app_seq).bind(&app.name).bind(app.environment)
            .bind(app.status).bind(app.accept_sandbox).bind(JsonText(&app.settings)).bind(stored.credentials.as_deref())
            .bind(JsonText(&stored.trusted_roots)).bind(at).bind(app.in_charge_since).bind(app.beside_live).bind(app.nhn_test_payments)
            .bind(app.version).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

pub async fn find(tx: &mut Tx, project: &ProjectId, app: AppSeq) -> Result<Option<StoredApp>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM apps WHERE app_seq = $2 AND project_id = $1");
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(app).fetch_optional(c).await?))
}

/// The project an app belongs to.
pub async fn find_project(tx: &mut Tx, app: AppSeq) -> Result<Option<ProjectId>> {
    const SQL: &str = "SELECT project_id FROM apps WHERE app_seq = $1";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(app).fetch_optional(c).await?))
}

/// The project's apps in a store, by id.
pub async fn list_of_store(tx: &mut Tx, project: &ProjectId, store: StoreCode) -> Result<Vec<StoredApp>> {
    const SQL: &str =
        concat!("SELECT ", columns!(), " FROM apps WHERE project_id = $1 AND store = $2 ORDER BY store_app_id LIMIT $3");
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(store).bind(APPS_MAX).fetch_all(c).await?))
}

/// The apps of any project with a store's id, oldest first. A store's notification names no project, so this is not scoped to
/// one; each app's own trust decides which of them it is for.
pub async fn list_by_store_app(tx: &mut Tx, store: StoreCode, store_app_id: &str) -> Result<Vec<(ProjectId, StoredApp)>> {
    const SQL: &str = concat!(
        "SELECT project_id, ",
        columns!(),
        " FROM apps WHERE store = $1 AND store_app_id = $2 ORDER BY app_seq LIMIT 100"
    );
    let rows: Vec<OfProject> = on!(tx, c => sqlx::query_as(SQL).bind(store).bind(store_app_id).fetch_all(c).await?);
    Ok(rows.into_iter().map(|found| (found.project_id, found.stored)).collect())
}

/// The apps of any project whose settings have a value, oldest first: of any name, which the caller looks at. Not scoped to a
/// project for the same reason.
pub async fn list_by_setting(tx: &mut Tx, store: StoreCode, value: &str) -> Result<Vec<(ProjectId, StoredApp)>> {
    const SQL: &str = concat!(
        "SELECT project_id, ",
        columns!(),
        " FROM apps WHERE store = $1 AND settings LIKE '%' || $2 || '%' ORDER BY app_seq LIMIT 100"
    );
    let value = serde_json::Value::from(value).to_string();
    let rows: Vec<OfProject> = on!(tx, c => sqlx::query_as(SQL).bind(store).bind(value).fetch_all(c).await?);
    Ok(rows.into_iter().map(|found| (found.project_id, found.stored)).collect())
}

/// The apps of all projects in a store that have credentials, by number, from the one after `after` on. A worker's query.
pub async fn list_with_credentials(tx: &mut Tx, store: StoreCode, after: AppSeq, limit: i64) -> Result<Vec<(ProjectId, AppSeq)>> {
    const SQL: &str = "SELECT project_id, app_seq FROM apps
         WHERE store = $1 AND app_seq > $2 AND credentials IS NOT NULL ORDER BY app_seq LIMIT $3";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(store).bind(after).bind(limit).fetch_all(c).await?))
}

/// The projects that have a SIMULATOR app in a store.
pub async fn list_simulating(tx: &mut Tx, store: StoreCode) -> Result<Vec<ProjectId>> {
    const SQL: &str = "SELECT DISTINCT project_id FROM apps WHERE store = $1 AND environment = 'SIMULATOR'";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(store).fetch_all(c).await?))
}

/// All of the project's apps, oldest first.
pub async fn list(tx: &mut Tx, project: &ProjectId) -> Result<Vec<StoredApp>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM apps WHERE project_id = $1 ORDER BY app_seq LIMIT $2");
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(APPS_MAX).fetch_all(c).await?))
}

pub async fn count(tx: &mut Tx, project: &ProjectId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM apps WHERE project_id = $1";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(project).fetch_one(c).await?))
}

/// Whether any payment was made in the app.
pub async fn has_payments(tx: &mut Tx, app: AppSeq) -> Result<bool> {
    const SQL: &str = "SELECT EXISTS (SELECT 1 FROM products p JOIN payments y ON y.project_id = p.project_id
         AND y.product_seq = p.product_seq WHERE p.app_seq = $1)";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(app).fetch_one(c).await?))
}
