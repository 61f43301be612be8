//! What the simulated stores keep: what they sold, what renews, and the notifications on their way. Nothing of ours is in them.

mod notifications;
mod purchases;
mod subscriptions;

pub use notifications::{
    SentWindow, claim_notifications, find_notification, insert_notification, list_notifications, list_sent,
    mark_notification_due, mark_notification_sent, next_notification_due,
};
pub use purchases::{
    clear_due, find_by_receipt, find_due_purchase, find_purchase, find_sale, insert_purchase, is_customer, list_of_chain,
    list_of_customer, list_purchases, list_sales, list_voided, update_purchase,
};
pub use subscriptions::{
    find_of_group, find_subscription, insert_subscription, list_due_subscriptions, list_subscribers, list_subscriptions,
    list_subscriptions_of_customer, list_subscriptions_of_product, update_subscription,
};

use crate::model::{StoreCode, StoreEnvironment};

/// An app in one of its store's environments.
#[derive(Debug, Clone, Copy)]
pub struct AppScope<'a> {
    pub store: StoreCode,
    pub environment: StoreEnvironment,
    pub store_app_id: &'a str,
}
