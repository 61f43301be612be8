//! ONE store as the simulator's shared code knows it: its purchase ids, its proofs and its notifications.

use async_trait::async_trait;
use serde_json::Value;

use super::{ids, licence, notification};
use crate::error::{Error, Result};
use crate::model::{NotificationDamage, SimulatedNotification, SimulatedPurchase, SimulatorReason, StoreEnvironment, Timestamp};
use crate::simulator::happened::Happened;
use crate::simulator::notification::{Content, Draft};
use crate::simulator::purchase::check_text;
use crate::simulator::reach::own_address;
use crate::simulator::translate::{Custom, DeliveryRequest, Notifier, SimulatedStore};
use crate::state::AppState;

/// What is neither acknowledged nor consumed by then is taken back.
const FINISH_MILLIS: i64 = 3 * Timestamp::DAY;
/// The first wait; the n-th is n² times as long.
const RETRY_MILLIS: i64 = 30 * Timestamp::SECOND;
/// Within three days.
const TRIES_MAX: usize = 30;

/// ONE store as it is played.
pub struct SimulatedOneStore;

#[async_trait]
impl SimulatedStore for SimulatedOneStore {
    fn order_id(&self, _: StoreEnvironment, number: i64, at: Timestamp) -> String {
        ids::purchase_id(number, at)
    }

    async fn prove(&self, state: &AppState, sale: &SimulatedPurchase, _: Timestamp) -> Result<Value> {
        licence::prove(state, sale).await
    }

    fn finish_within_millis(&self, _: StoreEnvironment) -> Option<i64> {
        Some(FINISH_MILLIS)
    }

    /// What waits for another plan's end is not paid for, and need not be acknowledged.
    fn sale_finish_within_millis(&self, sale: &SimulatedPurchase) -> Option<i64> {
        sale.details.running_order_id.is_none().then_some(FINISH_MILLIS)
    }

    fn signs_up_for_later(&self) -> bool {
        true
    }

    fn chain_id(&self, sale: &SimulatedPurchase) -> String {
        ids::purchase_token(sale.signup_id())
    }

    fn notifier(&self) -> Option<&dyn Notifier> {
        Some(self)
    }
}

#[async_trait]
impl Notifier for SimulatedOneStore {
    fn write(&self, draft: &Draft<'_>, happened: Happened) -> Vec<Content> {
        notification::write(draft, happened)
    }

    fn write_custom(&self, draft: &Draft<'_>, custom: Custom) -> Result<Content> {
        check_text("notificationType", &custom.kind, true)?;
        match (custom.data, draft.sale) {
            (Value::Null, Some(sale)) => notification::of_kind(draft, sale, &custom.kind)
                .ok_or_else(|| Error::invalid("notificationType", SimulatorReason::NotAnObject)),
            (members @ Value::Object(_), _) => Ok(notification::custom(&custom.kind, members)),
            _ => Err(Error::invalid("data", SimulatorReason::NotAnObject)),
        }
    }

    async fn request(
        &self,
        state: &AppState,
        notification: &SimulatedNotification,
        damage: Option<NotificationDamage>,
    ) -> Result<DeliveryRequest> {
        notification::request(state, notification, damage).await
    }

    fn is_taken(&self, status: u16) -> bool {
        status == 200
    }

    fn callback_url(&self, state: &AppState, store_app_id: &str) -> Option<String> {
        let segment: String = url::form_urlencoded::byte_serialize(store_app_id.as_bytes()).collect();
        own_address(state).map(|own| format!("{own}/markets/ONESTORE/notification/{segment}/receive"))
    }

    fn retry_millis(&self, _: StoreEnvironment, tries_before: usize) -> Option<i64> {
        let tries = i64::try_from(tries_before + 1).unwrap_or(i64::MAX);
        (tries_before < TRIES_MAX).then(|| RETRY_MILLIS * tries * tries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_longer_and_all_fit_into_three_days() {
        let wait = |tries| SimulatedOneStore.retry_millis(StoreEnvironment::Sandbox, tries);
        assert_eq!([0, 1, 2, 3].map(wait), [30, 120, 270, 480].map(|seconds| Some(seconds * 1_000)));
        let all: i64 = (0..TRIES_MAX - 1).filter_map(wait).sum();
        assert!(all <= 3 * Timestamp::DAY && wait(TRIES_MAX).is_none(), "{all}");
    }
}
