//! What the last test of each app's connection found.

use super::{Tx, on};
use crate::error::{Error, Result};
use crate::model::{AppHealth, AppSeq, ProjectId, Timestamp};

type Row = (i64, i64, String, String, i64);

/// Keeps the newest test of an app.
pub async fn upsert(tx: &mut Tx, project: &ProjectId, app: AppSeq, health: &AppHealth) -> Result<()> {
    const SQL: &str = "INSERT INTO app_health (app_seq, project_id, checked_at, status, findings) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (app_seq) DO UPDATE SET checked_at = excluded.checked_at, status = excluded.status,
             findings = excluded.findings WHERE app_health.project_id = excluded.project_id";
    let findings = serde_json::to_string(&health.findings).map_err(Error::internal)?;
    on!(tx, c => {
        sqlx::query(SQL).bind(app.0).bind(project.as_str()).bind(health.checked_at.0).bind(health.status.as_str())
            .bind(findings).execute(c).await?;
    });
    Ok(())
}

/// The newest test of each of the project's apps that was ever tested.
pub async fn list(tx: &mut Tx, project: &ProjectId) -> Result<Vec<(AppSeq, AppHealth)>> {
    const SQL: &str = "SELECT h.app_seq, h.checked_at, h.status, h.findings, a.updated_at FROM app_health h
         JOIN apps a ON a.app_seq = h.app_seq WHERE h.project_id = $1 ORDER BY h.app_seq LIMIT 500";
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(SQL).bind(project.as_str()).fetch_all(c).await?);
    rows.into_iter().map(read).collect()
}

/// The newest test of one app.
pub async fn find(tx: &mut Tx, project: &ProjectId, app: AppSeq) -> Result<Option<AppHealth>> {
    const SQL: &str = "SELECT h.app_seq, h.checked_at, h.status, h.findings, a.updated_at FROM app_health h
         JOIN apps a ON a.app_seq = h.app_seq WHERE h.project_id = $1 AND h.app_seq = $2";
    let row: Option<Row> = on!(tx, c => sqlx::query_as(SQL).bind(project.as_str()).bind(app.0).fetch_optional(c).await?);
    Ok(row.map(read).transpose()?.map(|(_, health)| health))
}

fn read((app, checked_at, status, findings, updated_at): Row) -> Result<(AppSeq, AppHealth)> {
    let health = AppHealth {
        checked_at: Timestamp(checked_at),
        status: status.parse().map_err(Error::internal)?,
        findings: serde_json::from_str(&findings).map_err(Error::internal)?,
        is_stale: updated_at > checked_at,
    };
    Ok((AppSeq(app), health))
}
