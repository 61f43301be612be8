//! Legacy calls carry no key: a number in them leads to the project, if that project answers such calls.

use crate::db;
use crate::error::Result;
use crate::model::{AppSeq, ProductSeq, ProjectId};
use crate::state::AppState;

/// The project of an app; none when there is no such app or its project leaves legacy calls off.
pub async fn legacy_project_of_app(state: &AppState, app: AppSeq) -> Result<Option<ProjectId>> {
    db::nhn_settings::legacy_project_of_app(&mut state.db.read().await?, app).await
}

/// The project of a product; none when there is no such product or its project leaves legacy calls off.
pub async fn legacy_project_of_product(state: &AppState, product: ProductSeq) -> Result<Option<ProjectId>> {
    db::nhn_settings::legacy_project_of_product(&mut state.db.read().await?, product).await
}
