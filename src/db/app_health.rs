//! What the last test of each app's connection found.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{AppHealth, AppSeq, Finding, HealthStatus, JsonText, ProjectId, Timestamp};

type Row = (AppSeq, Timestamp, HealthStatus, JsonText<Vec<Finding>>, Timestamp);

/// Keeps the newest test of an app.
pub async fn upsert(tx: &mut Tx, project: &ProjectId, app: AppSeq, health: &AppHealth) -> Result<()> {
    const SQL: &str = "INSERT INTO app_health (app_seq, project_id, checked_at, status, findings) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (app_seq) DO UPDATE SET checked_at = excluded.checked_at, status = excluded.status,
             findings = excluded.findings WHERE app_health.project_id = excluded.project_id";
    on!(tx, c => {
        sqlx::query(SQL).bind(app).bind(project).bind(health.checked_at).bind(health.status)
            .bind(JsonText(&health.findings)).execute(c).await?;
    });
    Ok(())
}

/// The newest test of each of the project's apps that was ever tested.
pub async fn list(tx: &mut Tx, project: &ProjectId) -> Result<Vec<(AppSeq, AppHealth)>> {
    const SQL: &str = "SELECT h.app_seq, h.checked_at, h.status, h.findings, a.updated_at FROM app_health h
         JOIN apps a ON a.app_seq = h.app_seq WHERE h.project_id = $1 ORDER BY h.app_seq LIMIT 500";
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(SQL).bind(project).fetch_all(c).await?);
    Ok(rows.into_iter().map(read).collect())
}

/// The newest test of one app.
pub async fn find(tx: &mut Tx, project: &ProjectId, app: AppSeq) -> Result<Option<AppHealth>> {
    const SQL: &str = "SELECT h.app_seq, h.checked_at, h.status, h.findings, a.updated_at FROM app_health h
         JOIN apps a ON a.app_seq = h.app_seq WHERE h.project_id = $1 AND h.app_seq = $2";
    let row: Option<Row> = on!(tx, c => sqlx::query_as(SQL).bind(project).bind(app).fetch_optional(c).await?);
    Ok(row.map(|row| read(row).1))
}

fn read((app, checked_at, status, JsonText(findings), updated_at): Row) -> (AppSeq, AppHealth) {
    (app, AppHealth { checked_at, status, findings, is_stale: updated_at > checked_at })
}
