//! Signs a notification and what is signed within it (docs/stores/apple.md, Notifications V2: delivery).

use serde_json::json;

use super::Authority;
use super::addresses::apple_id_of;
use crate::error::{Error, Result};
use crate::model::{NotificationDamage, SimulatedNotification};
use crate::state::AppState;

/// Objects other than `data` that a notification may carry its addressee in.
const CARRIERS: [&str; 3] = ["summary", "appData", "externalPurchaseToken"];

/// The signed notification, as it is sent and as its history shows it.
pub(super) async fn sign(state: &AppState, notification: &SimulatedNotification) -> Result<String> {
    sign_by(state, authority(state)?, notification).await
}

/// The same with a fault in it, if one is set.
pub(super) async fn sign_damaged(
    state: &AppState,
    notification: &SimulatedNotification,
    damage: Option<NotificationDamage>,
) -> Result<String> {
    match damage {
        None => sign(state, notification).await,
        Some(NotificationDamage::WrongRoot) => {
            let stranger = Authority::generate(state.clock.now())?;
            sign_by(state, &stranger, notification).await
        }
        Some(NotificationDamage::WrongApp) => {
            let other_id = format!("{}.other", notification.store_app_id);
            sign(state, &SimulatedNotification { store_app_id: other_id, ..notification.clone() }).await
        }
        Some(NotificationDamage::BadSignature) => {
            let token = sign(state, notification).await?;
            let (signed, signature) = token.rsplit_once('.').unwrap_or((&token, ""));
            let turned: String = signature.chars().rev().collect();
            Ok(format!("{signed}.{turned}"))
        }
    }
}

fn authority(state: &AppState) -> Result<&Authority> {
    state.simulator.as_deref().ok_or(Error::NotFound("simulator"))
}

async fn sign_by(state: &AppState, authority: &Authority, notification: &SimulatedNotification) -> Result<String> {
    let mut payload = notification.payload.clone();
    let mut data = payload["data"].take();
    if let Some(members) = payload.as_object_mut() {
        members.remove("data");
    }
    let own_name = CARRIERS.into_iter().find(|name| !data[*name].is_null());
    let mut carrier = own_name.map_or_else(|| json!({}), |name| data[name].take());
    if own_name.is_none() {
        for (from, to) in [("transaction", "signedTransactionInfo"), ("renewal", "signedRenewalInfo")] {
            let inner = data[from].take();
            if !inner.is_null() {
                carrier[to] = authority.sign_jws(&inner)?.into();
            }
        }
        let others = data.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        for (name, value) in others {
            carrier[name] = value.clone();
        }
        carrier["bundleVersion"] = "1".into();
    }
    carrier["bundleId"] = notification.store_app_id.as_str().into();
    if own_name != Some("externalPurchaseToken") {
        carrier["environment"] = notification.environment.as_str().into();
    }
    if let Some(id) = apple_id_of(state, notification.environment, &notification.store_app_id).await? {
        carrier["appAppleId"] = id.into();
    }
    payload[own_name.unwrap_or("data")] = carrier;
    authority.sign_jws(&payload)
}
