//! The App Store as the simulator's shared code knows it: its order ids, its proofs and its notifications.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::payloads::{self, transaction};
use super::{addresses, notification, seal};
use crate::error::{Error, Result};
use crate::model::{NotificationDamage, SimulatedNotification, SimulatedPurchase, SimulatorReason, StoreEnvironment, Timestamp};
use crate::simulator::happened::Happened;
use crate::simulator::notification::{Content, Draft};
use crate::simulator::purchase::check_text;
use crate::simulator::translate::{Custom, DeliveryRequest, Notifier, SimulatedStore};
use crate::state::AppState;

/// Production sends again so many hours after the try before; the sandbox never does.
const RETRY_HOURS: [i64; 5] = [1, 12, 24, 48, 72];

/// The App Store as it is played.
pub struct SimulatedAppStore;

#[async_trait]
impl SimulatedStore for SimulatedAppStore {
    fn order_id(&self, environment: StoreEnvironment, number: i64, _: Timestamp) -> String {
        payloads::transaction_id(environment, number)
    }

    async fn prove(&self, state: &AppState, sale: &SimulatedPurchase, as_of: Timestamp) -> Result<Value> {
        let authority = state.simulator.as_deref().ok_or(Error::NotFound("simulator"))?;
        Ok(json!({ "signedTransaction": authority.sign_jws(&transaction(sale, as_of))? }))
    }

    fn notifier(&self) -> Option<&dyn Notifier> {
        Some(self)
    }
}

#[async_trait]
impl Notifier for SimulatedAppStore {
    fn write(&self, draft: &Draft<'_>, happened: Happened) -> Vec<Content> {
        notification::write(draft, happened).into_iter().collect()
    }

    fn write_custom(&self, draft: &Draft<'_>, custom: Custom) -> Result<Content> {
        check_text("notificationType", &custom.kind, true)?;
        check_text("subtype", custom.subtype.as_deref().unwrap_or_default(), false)?;
        let data = match custom.data {
            Value::Null => json!({}),
            Value::Object(members) => Value::Object(members),
            _ => return Err(Error::invalid("data", SimulatorReason::NotAnObject)),
        };
        Ok(notification::content(draft, &custom.kind, custom.subtype.as_deref(), data))
    }

    async fn request(
        &self,
        state: &AppState,
        notification: &SimulatedNotification,
        damage: Option<NotificationDamage>,
    ) -> Result<DeliveryRequest> {
        let body = json!({ "signedPayload": seal::sign_damaged(state, notification, damage).await? });
        Ok(DeliveryRequest { body, authorization: None })
    }

    fn callback_url(&self, state: &AppState, store_app_id: &str) -> Option<String> {
        addresses::callback_url(state, store_app_id)
    }

    fn retry_millis(&self, environment: StoreEnvironment, tries_before: usize) -> Option<i64> {
        let hours = RETRY_HOURS.get(tries_before).filter(|_| environment == StoreEnvironment::Production);
        hours.map(|hours| hours * Timestamp::HOUR)
    }
}
