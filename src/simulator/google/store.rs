//! Google Play as the simulator's shared code knows it: its order ids, its proofs and its notifications.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{ids, licence, notification, push};
use crate::error::{Error, Result};
use crate::model::{NotificationDamage, SimulatedNotification, SimulatedPurchase, SimulatorReason, StoreEnvironment, Timestamp};
use crate::simulator::happened::Happened;
use crate::simulator::notification::{Content, Draft};
use crate::simulator::purchase::check_text;
use crate::simulator::reach::own_address;
use crate::simulator::translate::{Custom, DeliveryRequest, Notifier, SimulatedStore};
use crate::state::AppState;

/// What is not acknowledged by then is taken back; a licence tester has no days to wait.
const FINISH_MILLIS: i64 = 3 * Timestamp::DAY;
const TESTER_FINISH_MILLIS: i64 = 180 * Timestamp::SECOND;
const PREPAID_SHORT_MILLIS: i64 = 7 * Timestamp::DAY;
/// Pub/Sub tries again after this, then twice as long each time, up to the longest.
const RETRY_FIRST_MILLIS: i64 = 10 * Timestamp::SECOND;
const RETRY_MILLIS_MAX: i64 = 600 * Timestamp::SECOND;
/// Where Pub/Sub goes on for a week, a simulator that nobody listens to stops after about a day.
const TRIES_MAX: usize = 150;
/// The doublings after which a wait is the longest.
const DOUBLINGS_MAX: usize = 6;
const TEST: &str = "TEST";

/// Google Play as it is played.
pub struct SimulatedGooglePlay;

#[async_trait]
impl SimulatedStore for SimulatedGooglePlay {
    fn order_id(&self, _: StoreEnvironment, number: i64, _: Timestamp) -> String {
        ids::order_id(number)
    }

    fn renewal_id(&self, last: &SimulatedPurchase, _: String) -> String {
        ids::renewal_id(last.signup_id(), &last.order_id)
    }

    async fn prove(&self, state: &AppState, sale: &SimulatedPurchase, _: Timestamp) -> Result<Value> {
        let (data, signature) = licence::sign_purchase(state, sale).await?;
        let token = ids::purchase_token(sale.signup_id());
        Ok(json!({ "purchaseToken": token, "productId": sale.product_id, "data": data, "signature": signature }))
    }

    fn finish_within_millis(&self, environment: StoreEnvironment) -> Option<i64> {
        Some(match environment {
            StoreEnvironment::Production => FINISH_MILLIS,
            StoreEnvironment::Sandbox => TESTER_FINISH_MILLIS,
        })
    }

    /// A prepaid plan shorter than a week has half of its period.
    fn sale_finish_within_millis(&self, sale: &SimulatedPurchase) -> Option<i64> {
        let within = self.finish_within_millis(sale.environment)?;
        let period = sale.details.expires_at.map(|end| end.0 - sale.period_start().0);
        let short = period.filter(|millis| sale.details.is_prepaid && *millis < PREPAID_SHORT_MILLIS);
        Some(short.map_or(within, |millis| within.min(millis / 2)))
    }

    fn signs_up_for_later(&self) -> bool {
        true
    }

    fn chain_id(&self, sale: &SimulatedPurchase) -> String {
        ids::purchase_token(sale.signup_id())
    }

    fn sells_beside_canceled(&self) -> bool {
        true
    }

    fn asks_for_step_ups(&self) -> bool {
        true
    }

    fn sells_with_terms(&self) -> bool {
        true
    }

    fn notifier(&self) -> Option<&dyn Notifier> {
        Some(self)
    }
}

#[async_trait]
impl Notifier for SimulatedGooglePlay {
    fn write(&self, draft: &Draft<'_>, happened: Happened) -> Vec<Content> {
        notification::write(draft, happened)
    }

    fn write_custom(&self, draft: &Draft<'_>, custom: Custom) -> Result<Content> {
        check_text("notificationType", &custom.kind, true)?;
        match (custom.data, draft.sale) {
            (Value::Null, None) if custom.kind == TEST => Ok(notification::test(draft)),
            (Value::Null, Some(sale)) => notification::of_kind(draft, sale, &custom.kind)
                .ok_or_else(|| Error::invalid("notificationType", SimulatorReason::NotAnObject)),
            (members @ Value::Object(_), _) => Ok(notification::custom(draft, &custom.kind, members)),
            _ => Err(Error::invalid("data", SimulatorReason::NotAnObject)),
        }
    }

    async fn request(
        &self,
        state: &AppState,
        notification: &SimulatedNotification,
        damage: Option<NotificationDamage>,
    ) -> Result<DeliveryRequest> {
        push::request(state, notification, damage).await
    }

    fn is_taken(&self, status: u16) -> bool {
        matches!(status, 102 | 200 | 201 | 202 | 204)
    }

    fn callback_url(&self, state: &AppState, store_app_id: &str) -> Option<String> {
        own_address(state).map(|own| format!("{own}{}", push::callback_path(store_app_id)))
    }

    fn retry_millis(&self, _: StoreEnvironment, tries_before: usize) -> Option<i64> {
        let doubled = RETRY_FIRST_MILLIS << tries_before.min(DOUBLINGS_MAX);
        (tries_before < TRIES_MAX).then_some(doubled.min(RETRY_MILLIS_MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pubsub_waits_twice_as_long_each_time() {
        let wait = |tries| SimulatedGooglePlay.retry_millis(StoreEnvironment::Production, tries);
        assert_eq!([0, 1, 2, 5, 6, 100].map(wait), [10, 20, 40, 320, 600, 600].map(|seconds| Some(seconds * 1_000)));
        assert_eq!(wait(TRIES_MAX), None);
    }
}
