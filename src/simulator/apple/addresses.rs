//! Where this server takes an app's notifications from the App Store, and the App Store's number of an app.

use super::payloads::apple_id;
use crate::db;
use crate::error::Result;
use crate::model::{Environment, StoreCode, StoreEnvironment};
use crate::simulator::reach::own_address;
use crate::state::AppState;

/// This server's own callback; none while it does not listen.
pub(super) fn callback_url(state: &AppState, bundle_id: &str) -> Option<String> {
    let own = own_address(state)?;
    let segment: String = url::form_urlencoded::byte_serialize(bundle_id.as_bytes()).collect();
    Some(format!("{own}/callback/subscription/{segment}/AS/v2"))
}

/// The App Store's number of an app: what the app's settings say, else one made from its name, which the sandbox leaves out.
pub(super) async fn apple_id_of(state: &AppState, environment: StoreEnvironment, bundle_id: &str) -> Result<Option<i64>> {
    let apps = db::apps::list_by_store_app(&mut state.db.read().await?, StoreCode::AppStore, bundle_id).await?;
    let of_simulator = apps.into_iter().map(|(_, stored)| stored.app).filter(|app| app.environment == Environment::Simulator);
    let said = of_simulator.filter_map(|app| app.settings.get("app_apple_id")?.parse().ok()).next();
    Ok(said.or((environment == StoreEnvironment::Production).then(|| apple_id(bundle_id))))
}
