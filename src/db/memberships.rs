//! Who may do what in which project.

use super::projects::PROJECTS_MAX;
use super::{Tx, on};
use crate::error::Result;
use crate::model::{Member, OperatorId, ProjectId, Role, Timestamp, Version, ViewerProject};

/// How many members a project has at most; so every list has them all.
pub const MEMBERS_MAX: i64 = 500;

/// Whether the project exists (outer), and what the operator is in it (inner).
pub async fn find_role(tx: &mut Tx, project: &ProjectId, operator: &OperatorId) -> Result<Option<Option<Role>>> {
    const SQL: &str = "SELECT m.role FROM projects p
                       LEFT JOIN memberships m ON m.project_id = p.id AND m.operator_id = $2 WHERE p.id = $1";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(project).bind(operator).fetch_optional(c).await?))
}

/// One member of a project.
pub async fn find(tx: &mut Tx, project: &ProjectId, operator: &OperatorId) -> Result<Option<Member>> {
    const SQL: &str = "SELECT m.operator_id, o.email, o.name, o.is_active, m.role, m.version
                       FROM memberships m JOIN operators o ON o.id = m.operator_id
                       WHERE m.project_id = $1 AND m.operator_id = $2";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(operator).fetch_optional(c).await?))
}

pub async fn count(tx: &mut Tx, project: &ProjectId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM memberships WHERE project_id = $1";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(project).fetch_one(c).await?))
}

/// A project's members by e-mail.
pub async fn list(tx: &mut Tx, project: &ProjectId) -> Result<Vec<Member>> {
    const SQL: &str = "SELECT m.operator_id, o.email, o.name, o.is_active, m.role, m.version
                       FROM memberships m JOIN operators o ON o.id = m.operator_id
                       WHERE m.project_id = $1 ORDER BY o.email LIMIT $2";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(MEMBERS_MAX).fetch_all(c).await?))
}

/// Adds a member; false when the operator is one already.
pub async fn insert(tx: &mut Tx, project: &ProjectId, operator: &OperatorId, role: Role, at: Timestamp) -> Result<bool> {
    const SQL: &str = "INSERT INTO memberships (project_id, operator_id, role, created_at) VALUES ($1, $2, $3, $4)
                       ON CONFLICT DO NOTHING";
    on!(tx, c => {
        let query = sqlx::query(SQL).bind(project).bind(operator).bind(role).bind(at);
        Ok(query.execute(c).await?.rows_affected() == 1)
    })
}

/// Gives a member another role; false when it is not of this version any more.
pub async fn set_role(tx: &mut Tx, project: &ProjectId, operator: &OperatorId, role: Role, seen: Version) -> Result<bool> {
    const SQL: &str = "UPDATE memberships SET role = $3, version = version + 1
                       WHERE project_id = $1 AND operator_id = $2 AND version = $4";
    on!(tx, c => {
        let query = sqlx::query(SQL).bind(project).bind(operator).bind(role).bind(seen);
        Ok(query.execute(c).await?.rows_affected() == 1)
    })
}

pub async fn delete(tx: &mut Tx, project: &ProjectId, operator: &OperatorId) -> Result<bool> {
    const SQL: &str = "DELETE FROM memberships WHERE project_id = $1 AND operator_id = $2";
    on!(tx, c => Ok(sqlx::query(SQL).bind(project).bind(operator).execute(c).await?.rows_affected() == 1))
}

/// The projects an operator sees, by name: their own, or every one as ADMIN.
pub async fn list_projects(tx: &mut Tx, operator: &OperatorId, is_admin: bool) -> Result<Vec<ViewerProject>> {
    const OWN: &str = "SELECT p.id, p.name, m.role FROM memberships m JOIN projects p ON p.id = m.project_id
                       WHERE m.operator_id = $1 ORDER BY p.name, p.id LIMIT $2";
    const ALL: &str = "SELECT id, name, CAST($1 AS TEXT) AS role FROM projects ORDER BY name, id LIMIT $2";
    let (sql, first) = if is_admin { (ALL, Role::Admin.as_str()) } else { (OWN, operator.as_str()) };
    on!(tx, c => Ok(sqlx::query_as(sql).bind(first).bind(PROJECTS_MAX).fetch_all(c).await?))
}
