use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{AuditQuery, AuditRow, Fault, Page, ProjectId};

/// One page of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditPage {
    pub rows: Page<AuditRow>,
    /// The actions there are rows of, to choose from.
    pub actions: Vec<String>,
}

/// What was done in a project. Administrators of the project.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn list_project_audit(project: ProjectId, query: AuditQuery) -> Result<AuditPage, Fault> {
    use crate::{audit, auth, model::Permission, state::AppState};
    let state = expect_context::<AppState>();
    auth::member(&state, &expect_context::<http::request::Parts>(), &project, Permission::Administer).await?;
    let query = AuditQuery { project: Some(project), ..query };
    Ok(AuditPage { rows: audit::list(&state, &query).await?, actions: audit::list_actions(&state).await? })
}

/// What was done anywhere. Instance administrators.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn list_audit(query: AuditQuery) -> Result<AuditPage, Fault> {
    use crate::{audit, auth, state::AppState};
    let state = expect_context::<AppState>();
    auth::administrator(&state, &expect_context::<http::request::Parts>()).await?;
    Ok(AuditPage { rows: audit::list(&state, &query).await?, actions: audit::list_actions(&state).await? })
}
