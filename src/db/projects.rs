//! Projects.

use super::{Tx, on};
use crate::error::{Error, Result};
use crate::model::{Consent, Project, ProjectId, StorePolicy, Timestamp, Version};

/// How many projects a server has at most; so every list has them all.
pub const PROJECTS_MAX: i64 = 1_000;

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    client_consume: bool,
    user_token_required: bool,
    version: i64,
    created_at: i64,
}

fn read(row: Row) -> Project {
    Project {
        id: ProjectId(row.id),
        name: row.name,
        client_consume: row.client_consume,
        user_token_required: row.user_token_required,
        version: Version(row.version),
        created_at: Timestamp(row.created_at),
    }
}

pub async fn count(tx: &mut Tx) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM projects";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).fetch_one(c).await?))
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
    const SQL: &str = "SELECT id, name, client_consume, user_token_required, version, created_at FROM projects WHERE id = $1";
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
    const SQL: &str = "SELECT id, name, client_consume, user_token_required, version, created_at FROM projects WHERE name = $1
         ORDER BY created_at LIMIT 1";
    let row: Option<Row> = on!(tx, c => sqlx::query_as(SQL).bind(name).fetch_optional(c).await?);
    Ok(row.map(read))
}

/// Keeps name and consume model; false when they are not of the project's version any more.
pub async fn update(tx: &mut Tx, project: &Project, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE projects SET name = $2, client_consume = $3, user_token_required = $4, updated_at = $5,
             version = version + 1 WHERE id = $1 AND version = $6";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project.id.as_str()).bind(&project.name).bind(project.client_consume)
            .bind(project.user_token_required).bind(at.0).bind(project.version.0).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// All projects by name; an instance has few.
pub async fn list(tx: &mut Tx) -> Result<Vec<Project>> {
    const SQL: &str = "SELECT id, name, client_consume, user_token_required, version, created_at FROM projects
         ORDER BY name, id LIMIT $1";
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(SQL).bind(PROJECTS_MAX).fetch_all(c).await?);
    Ok(rows.into_iter().map(read).collect())
}

/// How the project deals with what stores ask.
pub async fn find_policy(tx: &mut Tx, id: &ProjectId) -> Result<Option<StorePolicy>> {
    type Row = (String, Option<i64>, Option<String>, i64);
    const SQL: &str = "SELECT consumption_policy, consumption_consent_at, consumption_consent_by, policy_version
         FROM projects WHERE id = $1";
    let row: Option<Row> = on!(tx, c => sqlx::query_as(SQL).bind(id.as_str()).fetch_optional(c).await?);
    let read = |(consumption, at, by, version): Row| {
        let consent = at.zip(by).map(|(at, by)| Consent { at: Timestamp(at), by });
        Ok(StorePolicy { consumption: consumption.parse().map_err(Error::internal)?, consent, version: Version(version) })
    };
    row.map(read).transpose()
}

/// Keeps it; false when it is not of the present version any more.
pub async fn update_policy(tx: &mut Tx, id: &ProjectId, policy: &StorePolicy, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE projects SET consumption_policy = $2, consumption_consent_at = $3, consumption_consent_by = $4,
             updated_at = $5, policy_version = policy_version + 1 WHERE id = $1 AND policy_version = $6";
    let consent = policy.consent.as_ref();
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(id.as_str()).bind(policy.consumption.as_str()).bind(consent.map(|consent| consent.at.0))
            .bind(consent.map(|consent| consent.by.as_str())).bind(at.0).bind(policy.version.0).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}
