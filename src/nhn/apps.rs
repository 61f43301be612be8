//! Apps and products that are looked for in all projects: legacy calls carry no key, and a store's notification names the app only.

use super::addresses::is_allowed;
use crate::auth::Address;
use crate::db::{self, nhn_settings::LegacyProject};
use crate::error::Result;
use crate::model::{AppSeq, AppSettings, NhnDoor, ProductSeq, ProjectId, StoreCode};
use crate::state::AppState;

/// The project of an app; none when there is no such app or its project leaves legacy calls, or this caller's, unanswered.
pub async fn legacy_project_of_app(state: &AppState, app: AppSeq, address: Option<Address>) -> Result<Option<ProjectId>> {
    let found = db::nhn_settings::legacy_project_of_app(&mut state.db.read().await?, app).await?;
    Ok(found.and_then(|found| admit(found, address)))
}

/// The project of a product; none when there is no such product or its project leaves legacy calls, or this caller's,
/// unanswered.
pub async fn legacy_project_of_product(
    state: &AppState,
    product: ProductSeq,
    address: Option<Address>,
) -> Result<Option<ProjectId>> {
    let found = db::nhn_settings::legacy_project_of_product(&mut state.db.read().await?, product).await?;
    Ok(found.and_then(|found| admit(found, address)))
}

fn admit(found: LegacyProject, address: Option<Address>) -> Option<ProjectId> {
    let door = NhnDoor { is_open: true, addresses: found.nhn_addresses };
    is_allowed(&door, address).then_some(found.id)
}

/// Whether any project has the app.
pub async fn has_app(state: &AppState, store: StoreCode, store_app_id: &str) -> Result<bool> {
    db::nhn_settings::has_app(&mut state.db.read().await?, store, store_app_id).await
}

/// Whether any project has an app in the store with this client id.
pub async fn has_client(state: &AppState, store: StoreCode, client_id: &str) -> Result<bool> {
    let all = db::nhn_settings::list_settings(&mut state.db.read().await?, store).await?;
    let is_of = |text: &String| {
        let settings: AppSettings = serde_json::from_str(text).unwrap_or_default();
        settings.get("client_id").is_some_and(|id| id == client_id)
    };
    Ok(all.iter().any(is_of))
}
