use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{AppSeq, Fault, ProjectId};

/// A purchase that a store knows by an id, to be recorded.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdoptForm {
    pub project: ProjectId,
    pub app: AppSeq,
    pub id: String,
    #[serde(default)]
    pub product_id: String,
}

/// Records what a store says of an id, and leads to its payment. Support of the project.
#[server]
pub async fn adopt_purchase(input: AdoptForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, model::Permission, search, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    let product_id = Some(input.product_id.as_str()).filter(|id| !id.is_empty());
    let payment = search::adopt(&state, &by, &input.project, input.app, &input.id, product_id).await?;
    leptos_axum::redirect(&paths::payment(&input.project, &payment));
    Ok(())
}
