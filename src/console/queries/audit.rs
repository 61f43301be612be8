use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::audit;
use crate::model::{AuditQuery, AuditRow, Fault, Page, Permission, ProjectId};

/// One page of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    pub rows: Page<AuditRow>,
    /// The actions there are rows of, to choose from.
    pub actions: Vec<String>,
}

/// What was done in a project. Administrators of the project.
pub async fn list_project_audit(project: ProjectId, query: AuditQuery) -> Result<AuditPage, Fault> {
    let Request { state, .. } = Request::of_member(&project, Permission::Administer).await?;
    let query = AuditQuery { project: Some(project), ..query };
    Ok(AuditPage { rows: audit::list(&state, &query).await?, actions: audit::list_actions(&state).await? })
}

/// What was done anywhere. Instance administrators.
pub async fn list_audit(query: AuditQuery) -> Result<AuditPage, Fault> {
    let Request { state, .. } = Request::of_administrator().await?;
    Ok(AuditPage { rows: audit::list(&state, &query).await?, actions: audit::list_actions(&state).await? })
}
