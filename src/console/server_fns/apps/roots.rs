use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{AppSeq, Fault, ProjectId};

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewRootForm {
    pub project: ProjectId,
    pub app: AppSeq,
    /// One certificate in PEM or base64 DER.
    pub trusted_roots: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RootForm {
    pub project: ProjectId,
    pub app: AppSeq,
    pub fingerprint: String,
}

/// Trusts one more certificate in a SIMULATOR app. Operators of the project.
#[server]
pub async fn add_trusted_root(input: NewRootForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    Ok(projects::add_trusted_root(&state, &by, &input.project, input.app, &input.trusted_roots).await?)
}

/// Trusts a certificate no longer. Operators of the project.
#[server]
pub async fn remove_trusted_root(input: RootForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    Ok(projects::remove_trusted_root(&state, &by, &input.project, input.app, &input.fingerprint).await?)
}
