//! Projects.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{Consent, ConsumptionPolicy, Project, ProjectId, StorePolicy, Timestamp, Version};

/// How many projects a server has at most; so every list has them all.
pub const PROJECTS_MAX: i64 = 1_000;

pub async fn count(tx: &mut Tx) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM projects";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).fetch_one(c).await?))
}

pub async fn insert(tx: &mut Tx, project: &Project) -> Result<()> {
    const SQL: &str =
        "INSERT INTO projects (id, name, client_consume, user_token_required, account_token_required, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6)";
    on!(tx, c => {
        sqlx::query(SQL).bind(&project.id).bind(&project.name).bind(project.client_consume)
            .bind(project.user_token_required).bind(project.account_token_required).bind(project.created_at).execute(c).await?;
    });
    Ok(())
}

pub async fn find(tx: &mut Tx, id: &ProjectId) -> Result<Option<Project>> {
    const SQL: &str = "SELECT id, name, client_consume, user_token_required, account_token_required, version, created_at FROM projects WHERE id = $1";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(id).fetch_optional(c).await?))
}

/// Counts a change of the project's apps or products, in the write that makes it.
pub(super) async fn raise_revision(tx: &mut Tx, id: &ProjectId) -> Result<()> {
    const SQL: &str = "UPDATE projects SET revision = revision + 1 WHERE id = $1";
    on!(tx, c => {
        sqlx::query(SQL).bind(id).execute(c).await?;
    });
    Ok(())
}

/// How many of those there were.
pub async fn find_revision(tx: &mut Tx, id: &ProjectId) -> Result<i64> {
    const SQL: &str = "SELECT revision FROM projects WHERE id = $1";
    let revision: Option<i64> = on!(tx, c => sqlx::query_scalar(SQL).bind(id).fetch_optional(c).await?);
    Ok(revision.unwrap_or(0))
}

/// The oldest project of a name.
pub async fn find_by_name(tx: &mut Tx, name: &str) -> Result<Option<Project>> {
    const SQL: &str = "SELECT id, name, client_consume, user_token_required, account_token_required, version, created_at FROM projects WHERE name = $1
         ORDER BY created_at LIMIT 1";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(name).fetch_optional(c).await?))
}

/// Keeps name and consume model; false when they are not of the project's version any more.
pub async fn update(tx: &mut Tx, project: &Project, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE projects SET name = $2, client_consume = $3, user_token_required = $4,
             account_token_required = $5, updated_at = $6, version = version + 1 WHERE id = $1 AND version = $7";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(&project.id).bind(&project.name).bind(project.client_consume)
            .bind(project.user_token_required).bind(project.account_token_required).bind(at).bind(project.version).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// All projects by name; an instance has few.
pub async fn list(tx: &mut Tx) -> Result<Vec<Project>> {
    const SQL: &str =
        "SELECT id, name, client_consume, user_token_required, account_token_required, version, created_at FROM projects
         ORDER BY name, id LIMIT $1";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(PROJECTS_MAX).fetch_all(c).await?))
}

/// How the project deals with what stores ask.
pub async fn find_policy(tx: &mut Tx, id: &ProjectId) -> Result<Option<StorePolicy>> {
    type Row = (ConsumptionPolicy, Option<Timestamp>, Option<String>, Version);
    const SQL: &str = "SELECT consumption_policy, consumption_consent_at, consumption_consent_by, policy_version
         FROM projects WHERE id = $1";
    let row: Option<Row> = on!(tx, c => sqlx::query_as(SQL).bind(id).fetch_optional(c).await?);
    Ok(row.map(|(consumption, at, by, version)| {
        let consent = at.zip(by).map(|(at, by)| Consent { at, by });
        StorePolicy { consumption, consent, version }
    }))
}

/// Keeps it; false when it is not of the present version any more.
pub async fn update_policy(tx: &mut Tx, id: &ProjectId, policy: &StorePolicy, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE projects SET consumption_policy = $2, consumption_consent_at = $3, consumption_consent_by = $4,
             updated_at = $5, policy_version = policy_version + 1 WHERE id = $1 AND policy_version = $6";
    let consent = policy.consent.as_ref();
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(id).bind(policy.consumption).bind(consent.map(|consent| consent.at))
            .bind(consent.map(|consent| consent.by.as_str())).bind(at).bind(policy.version).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}
