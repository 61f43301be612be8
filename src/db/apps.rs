//! Apps: one store listing each, with sealed credentials.

use super::{Tx, on};
use crate::error::{Error, Result};
use crate::model::{App, AppSeq, AppSettings, ProjectId, StoreCode, Timestamp, Version};

/// How many apps a project has at most; so every list has them all.
pub const APPS_MAX: i64 = 500;

macro_rules! columns {
    () => {
        "app_seq, store, store_app_id, name, environment, status, accept_sandbox, settings, credentials, trusted_roots, \
         in_charge_since, beside_live, nhn_test_payments, version, created_at, updated_at"
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    app_seq: i64,
    store: String,
    store_app_id: String,
    name: String,
    environment: String,
    status: String,
    accept_sandbox: bool,
    settings: String,
    credentials: Option<String>,
    trusted_roots: String,
    in_charge_since: Option<i64>,
    beside_live: bool,
    nhn_test_payments: bool,
    version: i64,
    created_at: i64,
    updated_at: i64,
}

/// An app with what only the server may see.
#[derive(Clone)]
pub struct StoredApp {
    pub app: App,
    /// Sealed JSON of the store's secrets.
    pub credentials: Option<String>,
    /// DER in base64.
    pub trusted_roots: Vec<String>,
}

impl TryFrom<Row> for StoredApp {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let settings: AppSettings = serde_json::from_str(&row.settings).map_err(Error::internal)?;
        let app = App {
            app_seq: AppSeq(row.app_seq),
            store: row.store.parse().map_err(Error::internal)?,
            store_app_id: row.store_app_id,
            name: row.name,
            environment: row.environment.parse().map_err(Error::internal)?,
            status: row.status.parse().map_err(Error::internal)?,
            accept_sandbox: row.accept_sandbox,
            in_charge_since: row.in_charge_since.map(Timestamp),
            beside_live: row.beside_live,
            nhn_test_payments: row.nhn_test_payments,
            settings,
            version: Version(row.version),
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
        };
        let trusted_roots = serde_json::from_str(&row.trusted_roots).map_err(Error::internal)?;
        Ok(Self { app, credentials: row.credentials, trusted_roots })
    }
}

/// Adds an app; false when the project has one for this store and id.
pub async fn insert(tx: &mut Tx, project: &ProjectId, stored: &StoredApp) -> Result<bool> {
    const SQL: &str = "INSERT INTO apps (app_seq, project_id, store, store_app_id, name, environment, status, accept_sandbox,
             settings, credentials, trusted_roots, created_at, updated_at, in_charge_since, beside_live, nhn_test_payments)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14, $15) ON CONFLICT DO NOTHING";
    let app = &stored.app;
    let (settings, roots) = texts(stored)?;
    super::projects::raise_revision(tx, project).await?;
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(app.app_seq.0).bind(project.as_str()).bind(app.store.as_str()).bind(&app.store_app_id)
            .bind(&app.name).bind(app.environment.as_str()).bind(app.status.as_str()).bind(app.accept_sandbox).bind(settings)
            .bind(stored.credentials.as_deref()).bind(roots).bind(app.created_at.0)
            .bind(app.in_charge_since.map(|at| at.0)).bind(app.beside_live).bind(app.nhn_test_payments).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Changes what may change; false when it is not the project's, or not of this version any more.
pub async fn update(tx: &mut Tx, project: &ProjectId, stored: &StoredApp, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE apps SET name = $3, environment = $4, status = $5, accept_sandbox = $6, settings = $7,
             credentials = $8, trusted_roots = $9, updated_at = $10, in_charge_since = $11, beside_live = $12,
             nhn_test_payments = $13, version = version + 1 WHERE project_id = $1 AND app_seq = $2 AND version = $14";
    let app = &stored.app;
    let (settings, roots) = texts(stored)?;
    super::projects::raise_revision(tx, project).await?;
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project.as_str()).bind(app.app_seq.0).bind(&app.name).bind(app.environment.as_str())
            .bind(app.status.as_str()).bind(app.accept_sandbox).bind(settings).bind(stored.credentials.as_deref())
            .bind(roots).bind(at.0).bind(app.in_charge_since.map(|at| at.0)).bind(app.beside_live).bind(app.nhn_test_payments)
            .bind(app.version.0).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

fn texts(stored: &StoredApp) -> Result<(String, String)> {
    let settings = serde_json::to_string(&stored.app.settings).map_err(Error::internal)?;
    let roots = serde_json::to_string(&stored.trusted_roots).map_err(Error::internal)?;
    Ok((settings, roots))
}

pub async fn find(tx: &mut Tx, project: &ProjectId, app: AppSeq) -> Result<Option<StoredApp>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM apps WHERE app_seq = $2 AND project_id = $1");
    let row: Option<Row> = on!(tx, c => sqlx::query_as(SQL).bind(project.as_str()).bind(app.0).fetch_optional(c).await?);
    row.map(StoredApp::try_from).transpose()
}

/// The project an app belongs to.
pub async fn find_project(tx: &mut Tx, app: AppSeq) -> Result<Option<ProjectId>> {
    const SQL: &str = "SELECT project_id FROM apps WHERE app_seq = $1";
    let id: Option<String> = on!(tx, c => sqlx::query_scalar(SQL).bind(app.0).fetch_optional(c).await?);
    Ok(id.map(ProjectId))
}

/// The project's apps in a store, by id.
pub async fn list_of_store(tx: &mut Tx, project: &ProjectId, store: StoreCode) -> Result<Vec<StoredApp>> {
    const SQL: &str =
        concat!("SELECT ", columns!(), " FROM apps WHERE project_id = $1 AND store = $2 ORDER BY store_app_id LIMIT $3");
    let rows: Vec<Row> =
        on!(tx, c => sqlx::query_as(SQL).bind(project.as_str()).bind(store.as_str()).bind(APPS_MAX).fetch_all(c).await?);
    rows.into_iter().map(StoredApp::try_from).collect()
}

/// The apps of any project with a store's id, oldest first. A store's notification names no project, so this is not scoped to
/// one; each app's own trust decides which of them it is for.
pub async fn list_by_store_app(tx: &mut Tx, store: StoreCode, store_app_id: &str) -> Result<Vec<(ProjectId, StoredApp)>> {
    #[derive(sqlx::FromRow)]
    struct OfProject {
        project_id: String,
        #[sqlx(flatten)]
        row: Row,
    }
    const SQL: &str = concat!(
        "SELECT project_id, ",
        columns!(),
        " FROM apps WHERE store = $1 AND store_app_id = $2 ORDER BY app_seq LIMIT 100"
    );
    let rows: Vec<OfProject> = on!(tx, c => sqlx::query_as(SQL).bind(store.as_str()).bind(store_app_id).fetch_all(c).await?);
    rows.into_iter().map(|found| Ok((ProjectId(found.project_id), found.row.try_into()?))).collect()
}

/// The apps of all projects in a store that have credentials, by number, from the one after `after` on. A worker's query.
pub async fn list_with_credentials(tx: &mut Tx, store: StoreCode, after: AppSeq, limit: i64) -> Result<Vec<(ProjectId, AppSeq)>> {
    const SQL: &str = "SELECT project_id, app_seq FROM apps
         WHERE store = $1 AND app_seq > $2 AND credentials IS NOT NULL ORDER BY app_seq LIMIT $3";
    let rows: Vec<(String, i64)> =
        on!(tx, c => sqlx::query_as(SQL).bind(store.as_str()).bind(after.0).bind(limit).fetch_all(c).await?);
    Ok(rows.into_iter().map(|(project, app)| (ProjectId(project), AppSeq(app))).collect())
}

/// The projects that have a SIMULATOR app in a store.
pub async fn list_simulating(tx: &mut Tx, store: StoreCode) -> Result<Vec<ProjectId>> {
    const SQL: &str = "SELECT DISTINCT project_id FROM apps WHERE store = $1 AND environment = 'SIMULATOR'";
    let rows: Vec<String> = on!(tx, c => sqlx::query_scalar(SQL).bind(store.as_str()).fetch_all(c).await?);
    Ok(rows.into_iter().map(ProjectId).collect())
}

/// All of the project's apps, oldest first.
pub async fn list(tx: &mut Tx, project: &ProjectId) -> Result<Vec<StoredApp>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM apps WHERE project_id = $1 ORDER BY app_seq LIMIT $2");
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(SQL).bind(project.as_str()).bind(APPS_MAX).fetch_all(c).await?);
    rows.into_iter().map(StoredApp::try_from).collect()
}

pub async fn count(tx: &mut Tx, project: &ProjectId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM apps WHERE project_id = $1";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(project.as_str()).fetch_one(c).await?))
}

/// Whether any payment was made in the app.
pub async fn has_payments(tx: &mut Tx, app: AppSeq) -> Result<bool> {
    const SQL: &str = "SELECT EXISTS (SELECT 1 FROM products p JOIN payments y ON y.project_id = p.project_id
         AND y.product_seq = p.product_seq WHERE p.app_seq = $1)";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(app.0).fetch_one(c).await?))
}
