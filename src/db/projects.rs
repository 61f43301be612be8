//! Projects.

use super::{Tx, on};
use crate::error::{Error, Result};
use crate::model::{Consent, Project, ProjectId, StorePolicy, Timestamp};

type Row = (String, String, bool, bool, i64);

fn read((id, name, client_consume, user_token_required, created_at): Row) -> Project {
    Project { id: ProjectId(id), name, client_consume, user_token_required, created_at: Timestamp(created_at) }
}

pub async fn insert(tx: &mut Tx, project: &Project) -> Result<()> {
    const SQL: &str = "INSERT INTO projects (id, name, client_consume, user_token_required, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $5)";
    on!(tx, c => {
        sqlx::query(SQL).bind(project.id.as_str()).bind(&project.name).bind(project.client_consume)
            .bind(project.user_token_required).bind(project.created_at.0).execute(c).await?;
    });
    Ok(())
}

pub async fn find(tx: &mut Tx, id: &ProjectId) -> Result<Option<Project>> {
    const SQL: &str = "SELECT id, name, client_consume, user_token_required, created_at FROM projects WHERE id = $1";
    let row: Option<Row> = on!(tx, c => sqlx::query_as(SQL).bind(id.as_str()).fetch_optional(c).await?);
    Ok(row.map(read))
}

/// Counts a change of the project's apps or products, in the write that makes it.
pub(super) async fn raise_revision(tx: &mut Tx, id: &ProjectId) -> Result<()> {
    const SQL: &str = "UPDATE projects SET revision = revision + 1 WHERE id = $1";
    on!(tx, c => {
        sqlx::query(SQL).bind(id.as_str()).execute(c).await?;
    });
    Ok(())
}

/// How many of those there were.
pub async fn find_revision(tx: &mut Tx, id: &ProjectId) -> Result<i64> {
    const SQL: &str = "SELECT revision FROM projects WHERE id = $1";
    let revision: Option<i64> = on!(tx, c => sqlx::query_scalar(SQL).bind(id.as_str()).fetch_optional(c).await?);
    Ok(revision.unwrap_or(0))
}

/// The oldest project of a name.
pub async fn find_by_name(tx: &mut Tx, name: &str) -> Result<Option<Project>> {
    const SQL: &str = "SELECT id, name, client_consume, user_token_required, created_at FROM projects WHERE name = $1
         ORDER BY created_at LIMIT 1";
    let row: Option<Row> = on!(tx, c => sqlx::query_as(SQL).bind(name).fetch_optional(c).await?);
    Ok(row.map(read))
}

/// Keeps name and consume model.
pub async fn update(tx: &mut Tx, project: &Project, at: Timestamp) -> Result<bool> {
    const SQL: &str =
        "UPDATE projects SET name = $2, client_consume = $3, user_token_required = $4, updated_at = $5 WHERE id = $1";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project.id.as_str()).bind(&project.name).bind(project.client_consume)
            .bind(project.user_token_required).bind(at.0).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// All projects by name; an instance has few.
pub async fn list(tx: &mut Tx) -> Result<Vec<Project>> {
    const SQL: &str =
        "SELECT id, name, client_consume, user_token_required, created_at FROM projects ORDER BY name, id LIMIT 1000";
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(SQL).fetch_all(c).await?);
    Ok(rows.into_iter().map(read).collect())
}

/// How the project deals with what stores ask.
pub async fn find_policy(tx: &mut Tx, id: &ProjectId) -> Result<Option<StorePolicy>> {
    const SQL: &str = "SELECT consumption_policy, consumption_consent_at, consumption_consent_by FROM projects WHERE id = $1";
    let row: Option<(String, Option<i64>, Option<String>)> =
        on!(tx, c => sqlx::query_as(SQL).bind(id.as_str()).fetch_optional(c).await?);
    let read = |(consumption, at, by): (String, Option<i64>, Option<String>)| {
        let consent = at.zip(by).map(|(at, by)| Consent { at: Timestamp(at), by });
        Ok(StorePolicy { consumption: consumption.parse().map_err(Error::internal)?, consent })
    };
    row.map(read).transpose()
}

pub async fn update_policy(tx: &mut Tx, id: &ProjectId, policy: &StorePolicy, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE projects SET consumption_policy = $2, consumption_consent_at = $3, consumption_consent_by = $4,
             updated_at = $5 WHERE id = $1";
    let consent = policy.consent.as_ref();
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(id.as_str()).bind(policy.consumption.as_str()).bind(consent.map(|consent| consent.at.0))
            .bind(consent.map(|consent| consent.by.as_str())).bind(at.0).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}
