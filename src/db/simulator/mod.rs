//! The simulated stores' own books: what they sold, what renews, and the notifications on their way. Nothing of ours is in them.

mod notifications;
mod purchases;
mod subscriptions;

pub use notifications::{
    Sent, claim_notifications, find_notification, insert_notification, list_notifications, list_told, mark_notification_due,
    mark_notification_sent, next_notification_due,
};
pub use purchases::{
    find_by_receipt, find_purchase, insert_purchase, is_customer, list_of_customer, list_purchases, list_sales, update_purchase,
};
pub use subscriptions::{
    find_of_group, find_subscription, insert_subscription, list_due_subscriptions, list_subscribers, list_subscriptions,
    list_subscriptions_of_customer, list_subscriptions_of_product, update_subscription,
};
