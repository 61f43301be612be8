//! Whose notifications come: apps are looked for in all projects, for a store's notification names the app only.

use crate::db;
use crate::error::Result;
use crate::model::{AppSettings, StoreCode};
use crate::state::AppState;

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
