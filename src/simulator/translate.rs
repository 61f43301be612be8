//! From the shared code to the stores: what each store says in its own form, and which stores are played. Here alone the shared
//! code names a store; another store is a folder of its own and a line in `store_of`.

use async_trait::async_trait;
use serde_json::Value;

use super::happened::Happened;
use super::notification::{Content, Draft};
use super::{apple, google, onestore, test_store};
use crate::error::{Error, Result};
use crate::model::{
    NotificationDamage, ProductType, SalePayment, SimulatedNotification, SimulatedPurchase, SimulatorReason, StoreCode,
    StoreEnvironment, Timestamp,
};
use crate::state::AppState;

/// What every simulated store does: it sells, and hands the app a proof.
#[async_trait]
pub(super) trait SimulatedStore: Sync {
    /// The id of a sale of a moment, made from a number that no other sale has.
    fn order_id(&self, environment: StoreEnvironment, number: i64, at: Timestamp) -> String;

    /// The id of the period after one that was sold; `order_id` is a new sale's.
    fn renewal_id(&self, _last: &SimulatedPurchase, order_id: String) -> String {
        order_id
    }

    /// The proof the store's library hands to the app, as `proof` of verify takes it.
    async fn prove(&self, state: &AppState, sale: &SimulatedPurchase, as_of: Timestamp) -> Result<Value>;

    /// How long a sale may go unacknowledged before the store takes it back; for ever where it does not.
    fn finish_within_millis(&self, _environment: StoreEnvironment) -> Option<i64> {
        None
    }

    /// The same of a sale, where the store gives some of them less time.
    fn sale_finish_within_millis(&self, sale: &SimulatedPurchase) -> Option<i64> {
        self.finish_within_millis(sale.environment)
    }

    /// Whether a plan that is changed at the next renewal is a sign-up of its own at once.
    fn signs_up_for_later(&self) -> bool {
        false
    }

    /// The id the store knows a sale's subscription by.
    fn chain_id(&self, sale: &SimulatedPurchase) -> String {
        sale.chain_id.clone()
    }

    /// Whether a player who switched the renewal off can sign up once more before the end.
    fn sells_beside_canceled(&self) -> bool {
        false
    }

    /// Whether local law has the store ask for consent to steps of a price.
    fn asks_for_step_ups(&self) -> bool {
        false
    }

    /// Whether it sells more than plain plans and single products: payments that wait, prepaid plans, installments, several
    /// products at once.
    fn sells_with_terms(&self) -> bool {
        false
    }

    /// How the store notifies. A store that does not only sells: it has no subscriptions, no refunds and no clock of its own.
    fn notifier(&self) -> Option<&dyn Notifier>;
}

/// What a store does that also has subscriptions, refunds and notifications.
#[async_trait]
pub(super) trait Notifier: Sync {
    /// The notifications of what happened, in order; none where the store sends none.
    fn write(&self, draft: &Draft<'_>, happened: Happened) -> Vec<Content>;

    /// A notification in the store's own words, known or not.
    fn write_custom(&self, draft: &Draft<'_>, custom: Custom) -> Result<Content>;

    /// The request that delivers a notification.
    async fn request(
        &self,
        state: &AppState,
        notification: &SimulatedNotification,
        damage: Option<NotificationDamage>,
    ) -> Result<DeliveryRequest>;

    /// Whether the store takes an answer's status for "arrived".
    fn is_taken(&self, status: u16) -> bool {
        (200..=206).contains(&status)
    }

    /// Where this server takes an app's notifications; none while it does not listen.
    fn callback_url(&self, state: &AppState, store_app_id: &str) -> Option<String>;

    /// After how long a notification that did not arrive is sent again; none when it was tried often enough.
    fn retry_millis(&self, environment: StoreEnvironment, tries_before: usize) -> Option<i64>;
}

/// What is posted to deliver a notification.
#[derive(Debug)]
pub(super) struct DeliveryRequest {
    pub body: Value,
    /// The Authorization header, where the store signs in.
    pub authorization: Option<String>,
}

/// A notification in a store's own words.
#[derive(Debug, Clone)]
pub(super) struct Custom {
    pub kind: String,
    pub subtype: Option<String>,
    /// Members beside those of the sale and its subscription; null for none.
    pub data: Value,
}

/// A store as it is played; fails where it is not.
pub(super) fn store_of(code: StoreCode) -> Result<&'static dyn SimulatedStore> {
    match code {
        StoreCode::AppStore => Ok(&apple::SimulatedAppStore),
        StoreCode::Test => Ok(&test_store::SimulatedTestStore),
        StoreCode::GooglePlay => Ok(&google::SimulatedGooglePlay),
        StoreCode::OneStore => Ok(&onestore::SimulatedOneStore),
    }
}

/// How a store notifies; fails where it has no subscriptions and notifications.
pub(super) fn notifier_of(code: StoreCode) -> Result<&'static dyn Notifier> {
    store_of(code)?.notifier().ok_or_else(|| Error::invalid("store", SimulatorReason::SellsOnly))
}

/// Until when a sale is to be acknowledged that is paid for then; none where it need not be.
pub(super) fn finish_by(sale: &SimulatedPurchase, paid_at: Timestamp) -> Option<Timestamp> {
    let millis = store_of(sale.store).ok()?.sale_finish_within_millis(sale)?;
    let waits = !sale.details.is_renewal && sale.details.finished_at.is_none() && sale.details.payment == SalePayment::Paid;
    waits.then(|| paid_at.plus_millis(millis))
}

/// The stores that have subscriptions and notifications.
pub(super) fn notifying_stores() -> impl Iterator<Item = StoreCode> {
    StoreCode::ALL.iter().copied().filter(|code| notifier_of(*code).is_ok())
}

/// Whether a product of a type can be bought in a simulated store.
pub(super) fn can_sell(code: StoreCode, product_type: ProductType) -> bool {
    store_of(code).is_ok_and(|store| !product_type.is_subscription() || store.notifier().is_some())
}
