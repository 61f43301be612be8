//! From the shared code to the stores: what each store says in its own form, and which stores are played. Here alone the shared
//! code names a store; another store is a folder of its own and a line in `store_of`.

use async_trait::async_trait;
use serde_json::Value;

use super::happened::Happened;
use super::notification::{Content, Draft};
use super::{apple, test_store};
use crate::error::{Error, Result};
use crate::model::{
    NotificationDamage, ProductType, SimulatedNotification, SimulatedPurchase, StoreCode, StoreEnvironment, Timestamp,
};
use crate::state::AppState;

/// What every simulated store does: it sells, and hands the app a proof.
pub(super) trait SimulatedStore: Sync {
    /// A sale's id, made from a number that no other sale has.
    fn order_id(&self, environment: StoreEnvironment, number: i64) -> String;

    /// The proof the store's library hands to the app, as `proof` of verify takes it.
    fn prove(&self, state: &AppState, sale: &SimulatedPurchase, as_of: Timestamp) -> Result<Value>;

    /// How the store notifies. A store that does not only sells: it has no subscriptions, no refunds and no clock of its own.
    fn notifier(&self) -> Option<&dyn Notifier>;
}

/// What a store does that also has subscriptions, refunds and notifications.
#[async_trait]
pub(super) trait Notifier: Sync {
    /// The notification of what happened; none where the store sends none.
    fn write(&self, draft: &Draft<'_>, happened: Happened) -> Option<Content>;

    /// A notification in the store's own words, known or not.
    fn write_custom(&self, draft: &Draft<'_>, custom: Custom) -> Result<Content>;

    /// The body of the request that delivers a notification.
    async fn body(
        &self,
        state: &AppState,
        notification: &SimulatedNotification,
        damage: Option<NotificationDamage>,
    ) -> Result<Value>;

    /// Where this server takes an app's notifications; none while it does not listen.
    fn callback_url(&self, state: &AppState, store_app_id: &str) -> Option<String>;

    /// After how many hours each a notification that did not arrive is sent again.
    fn retry_hours(&self, environment: StoreEnvironment) -> &'static [i64];
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
        StoreCode::GooglePlay | StoreCode::OneStore => Err(Error::invalid("store", "is not simulated yet; take AS or TEST")),
    }
}

/// How a store notifies; fails where it has no subscriptions and notifications.
pub(super) fn notifier_of(code: StoreCode) -> Result<&'static dyn Notifier> {
    store_of(code)?.notifier().ok_or(Error::NotFound("simulated store with subscriptions"))
}

/// The stores that have subscriptions and notifications.
pub(super) fn notifying_stores() -> impl Iterator<Item = StoreCode> {
    StoreCode::ALL.iter().copied().filter(|code| notifier_of(*code).is_ok())
}

/// Whether a product of a type can be bought in a simulated store.
pub(super) fn can_sell(code: StoreCode, product_type: ProductType) -> bool {
    store_of(code).is_ok_and(|store| !product_type.is_subscription() || store.notifier().is_some())
}
