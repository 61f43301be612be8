use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, ProjectId};

/// Filters to keep under a name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaveViewForm {
    pub project: ProjectId,
    pub name: String,
    pub query: String,
}

/// Keeps the filters of the list of payments for the reader alone. Readers of the project.
#[server]
pub async fn save_view(input: SaveViewForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, model::SavedView, payments, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    auth::member(&state, &parts, &input.project, Permission::Read).await?;
    let operator = auth::signed_in(&state, &parts).await?;
    let view = SavedView { name: input.name, query: input.query };
    payments::save_view(&state, &operator, &input.project, &view).await?;
    Ok(())
}

/// A view to forget.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeleteViewForm {
    pub project: ProjectId,
    pub name: String,
}

/// Forgets one of the reader's own views. Readers of the project.
#[server]
pub async fn delete_view(input: DeleteViewForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, payments, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    auth::member(&state, &parts, &input.project, Permission::Read).await?;
    let operator = auth::signed_in(&state, &parts).await?;
    payments::delete_view(&state, &operator, &input.project, &input.name).await?;
    Ok(())
}
