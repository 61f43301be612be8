//! How far payments are added up, and what each half hour of them added.

use crate::db::bulk::{self, Rows};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{ProjectId, Timestamp};

/// How far a project's payments are added up.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Progress {
    pub roll_id: i64,
    pub time_zone: String,
    pub began_at: Timestamp,
    pub rolled_to: Timestamp,
    pub seen_to: Timestamp,
    pub version: i64,
}

pub async fn find(tx: &mut Tx, project: &ProjectId) -> Result<Option<Progress>> {
    const SQL: &str = "SELECT roll_id, time_zone, began_at, rolled_to, seen_to, version FROM statistics_progress
         WHERE project_id = $1";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).fetch_optional(c).await?))
}

/// Begins; false when another process has.
pub async fn insert(tx: &mut Tx, project: &ProjectId, new: &Progress) -> Result<bool> {
    const SQL: &str = "INSERT INTO statistics_progress
             (project_id, roll_id, time_zone, began_at, rolled_to, seen_to, version) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT DO NOTHING";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(new.roll_id).bind(&new.time_zone).bind(new.began_at).bind(new.rolled_to)
            .bind(new.seen_to).bind(new.version).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Goes from one version to the next; false when another process has.
pub async fn update(tx: &mut Tx, project: &ProjectId, new: &Progress) -> Result<bool> {
    const SQL: &str = "UPDATE statistics_progress SET roll_id = $2, time_zone = $3, began_at = $4, rolled_to = $5, seen_to = $6,
             version = version + 1 WHERE project_id = $1 AND version = $7";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(new.roll_id).bind(&new.time_zone).bind(new.began_at).bind(new.rolled_to)
            .bind(new.seen_to).bind(new.version).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// What the half hours that begin at these moments added: content by beginning.
pub async fn list_chunks(tx: &mut Tx, roll: i64, starts: &[Timestamp]) -> Result<Vec<(Timestamp, String)>> {
    const SQL: &str = "SELECT starts_at, content FROM statistics_chunks JOIN {rows}
         ON statistics_chunks.roll_id = given.column1 AND statistics_chunks.starts_at = given.column2";
    let rows: Rows<'_> = starts.iter().map(|start| [roll.into(), start.0.into()]).collect();
    bulk::fetch(tx, (SQL, rows)).await
}

/// Keeps what half hours added.
pub async fn save_chunks(tx: &mut Tx, roll: i64, chunks: &[(Timestamp, String)]) -> Result<()> {
    const SQL: &str = "INSERT INTO statistics_chunks (roll_id, starts_at, content) SELECT * FROM {rows} WHERE TRUE
         ON CONFLICT (roll_id, starts_at) DO UPDATE SET content = excluded.content";
    let rows = chunks.iter().map(|(start, content)| [roll.into(), start.0.into(), content.as_str().into()]).collect();
    bulk::execute(tx, &[(SQL, rows)]).await
}

/// Removes some rows of sums that no project counts by any more; how many.
pub async fn delete_outdated(tx: &mut Tx, limit: i64) -> Result<u64> {
    const KEPT: &str = "SELECT roll_id FROM statistics_progress";
    let mut deleted = 0;
    for (table, key) in [
        ("statistics_sums", "roll_id, environment, dimension, span, day, value, currency"),
        ("statistics_payer_pairs", "roll_id, environment, span, day, previous_day"),
        ("statistics_payers", "roll_id, environment, user_key, user_channel, day"),
        ("statistics_chunks", "roll_id, starts_at"),
    ] {
        let sql = format!(
            "DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} WHERE roll_id NOT IN ({KEPT}) ORDER BY {key} LIMIT $1)"
        );
        deleted += on!(tx, c => sqlx::query(sqlx::AssertSqlSafe(sql)).bind(limit).execute(c).await?.rows_affected());
    }
    Ok(deleted)
}
