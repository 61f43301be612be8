use serde::{Deserialize, Serialize};

use super::{Attention, PaymentSource, PaymentStatus, RefusalCode};
use crate::model::{AppSeq, DiscountType, Environment, OfferType, StoreCode, Timestamp};

/// What to look for among a project's payments; everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentQuery {
    /// Any id a player or a store gave: user key, payment number, store order id, purchase token.
    pub any_id: Option<String>,
    pub user_key: Option<String>,
    pub user_channel: Option<String>,
    pub store_order_id: Option<String>,
    pub status: Option<PaymentStatus>,
    pub store: Option<StoreCode>,
    pub environment: Option<Environment>,
    pub product_id: Option<String>,
    /// Only of products with this id or name.
    pub product: Option<String>,
    pub app: Option<AppSeq>,
    /// The least and the most they cost, in millionths of any currency.
    pub price_from_micros: Option<i64>,
    pub price_to_micros: Option<i64>,
    pub currency: Option<String>,
    /// Only what waits to be consumed.
    pub unconsumed: bool,
    /// Only paid purchases whose goods are withheld.
    pub withheld: bool,
    /// Only purchases nobody is known for: staff assign them.
    pub without_user: bool,
    /// Only what needs a person, for this reason.
    pub attention: Option<Attention>,
    pub refusal: Option<RefusalCode>,
    pub offer_type: Option<OfferType>,
    pub discount_type: Option<DiscountType>,
    pub source: Option<PaymentSource>,
    /// Made at or after.
    pub from: Option<Timestamp>,
    /// Made before.
    pub to: Option<Timestamp>,
    /// Oldest first instead of newest first.
    pub oldest_first: bool,
    /// Where the previous page ended.
    pub cursor: Option<String>,
    /// Rows a page, 1 to 100; 0 takes the default of 50.
    pub limit: u32,
}

/// A list's filters that an operator keeps under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct SavedView {
    pub name: String,
    /// As it stands in the list's address, without the page.
    pub query: String,
}
