//! Testing an app's connection to its store.

use serde_json::json;

use super::store_app::store_app_of;
use crate::audit::{self, By, Change};
use crate::db;
use crate::error::Result;
use crate::model::{AppHealth, AppSeq, ProjectId};
use crate::state::AppState;

/// Asks the app's store whether it takes the app's key, and keeps what was found as the app's health.
pub async fn check_app(state: &AppState, by: &By, project: &ProjectId, app: AppSeq) -> Result<AppHealth> {
    let store_app = store_app_of(state, project, app).await?;
    let now = state.clock.now();
    let findings = state.stores.of(store_app.store).check(&store_app, now).await;
    let status = AppHealth::status_of(&findings);
    let health = AppHealth { checked_at: now, status, findings, is_stale: false };
    state
        .db
        .write(async |tx| {
            let before = db::app_health::find(tx, project, app).await?;
            db::app_health::upsert(tx, project, app, &health).await?;
            let change = Change {
                action: "app.check",
                project: Some(project),
                target: format!("app:{app}"),
                before: before.map(|before| json!({ "status": before.status })),
                after: Some(json!({ "status": health.status, "findings": health.findings })),
            };
            audit::record(tx, by, now, change).await
        })
        .await?;
    Ok(health)
}

/// What the last test of the app found, if there was one.
pub async fn find_health(state: &AppState, project: &ProjectId, app: AppSeq) -> Result<Option<AppHealth>> {
    db::app_health::find(&mut state.db.read().await?, project, app).await
}

/// The last tests of the project's apps, by app.
pub async fn list_health(state: &AppState, project: &ProjectId) -> Result<Vec<(AppSeq, AppHealth)>> {
    db::app_health::list(&mut state.db.read().await?, project).await
}
