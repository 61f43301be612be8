use serde::{Deserialize, Serialize};

use super::{Subscription, SubscriptionState};
use crate::model::{Environment, Payment, StoreCode, StoreNotification, Timestamp};

/// What to look for among a project's subscriptions; everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubscriptionQuery {
    /// Any id at hand: user key, subscription number, the store's chain id or any of its order ids.
    pub any_id: Option<String>,
    pub user_key: Option<String>,
    pub user_channel: Option<String>,
    pub state: Option<SubscriptionState>,
    pub store: Option<StoreCode>,
    pub environment: Option<Environment>,
    /// The present plan.
    pub product_id: Option<String>,
    /// Only those nobody is known for.
    pub without_user: bool,
    /// Begun at or after.
    pub from: Option<Timestamp>,
    /// Begun before.
    pub to: Option<Timestamp>,
    /// Where the previous page ended.
    pub cursor: Option<String>,
    /// Rows a page, 1 to 100; 0 takes the default of 50.
    pub limit: u32,
}

/// A subscription with its paid periods and what the store told of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionDetail {
    pub subscription: Subscription,
    /// One payment per paid period, newest period first.
    pub periods: Vec<Payment>,
    /// Newest first.
    pub notifications: Vec<StoreNotification>,
}
