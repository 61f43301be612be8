//! What a search finds, and why.

mod normal;

use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;
use super::{AppSeq, Money, Payment, Product, ProjectId, StoreCode, StoreNotification, Subscription, Timestamp};

pub use normal::{KEY_CHARS, Normal, SearchKey};

text_enum! {
    /// How well a thing matches what was searched for; in the order of their ranks.
    MatchKind {
        /// The very id.
        Exact = "EXACT",
        /// The id in another spelling: case, blanks, dashes, 0 for O.
        Normalised = "NORMALISED",
        /// A part of the id.
        Fragment = "FRAGMENT",
        /// The id but for one character.
        Typo = "TYPO",
        /// What the text says of it: date, amount, product, user.
        Described = "DESCRIBED",
    }
}

text_enum! {
    /// What of a thing matched; in the order of their ranks.
    MatchField {
        PaymentSeq = "PAYMENT_SEQ",
        StoreOrderId = "STORE_ORDER_ID",
        /// Another number of the purchase: of the e-mailed receipt, of a restored purchase.
        OtherId = "OTHER_ID",
        /// The store's id of the paid period: Apple's web order line item.
        PeriodId = "PERIOD_ID",
        SubscriptionId = "SUBSCRIPTION_ID",
        /// The store's id of the subscription: original transaction id, purchase token, linked token.
        ChainId = "CHAIN_ID",
        PurchaseToken = "PURCHASE_TOKEN",
        OriginalOrderId = "ORIGINAL_ORDER_ID",
        AccountToken = "ACCOUNT_TOKEN",
        UserKey = "USER_KEY",
        NotificationId = "NOTIFICATION_ID",
        ProductId = "PRODUCT_ID",
        ProductName = "PRODUCT_NAME",
        /// Date, amount and product as the text says them.
        Description = "DESCRIPTION",
    }
}

/// Why a thing was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub kind: MatchKind,
    pub field: MatchField,
    /// What of the text matched, shortened.
    pub term: String,
}

/// A thing that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Found {
    Payment(Box<Payment>),
    Subscription(Box<Subscription>),
    User { user_key: String, user_channel: String },
    Notification(Box<StoreNotification>),
    Product(Box<Product>),
}

/// A thing that was found, where, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    pub project: ProjectId,
    pub found: Found,
    pub why: Why,
}

/// What was understood of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Understood {
    /// The ids, shortened.
    pub ids: Vec<String>,
    pub amounts: Vec<AskedAmount>,
    /// Days, each from its first moment to the first of the next.
    pub days: Vec<(Timestamp, Timestamp)>,
    /// Products whose words are in the text, by name.
    pub products: Vec<String>,
}

/// An amount of a text. Its symbol may be of several currencies, and it may have none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedAmount {
    pub micros: i64,
    pub currencies: Vec<String>,
}

impl AskedAmount {
    /// Whether it may be this price.
    pub fn is(&self, price: &Money) -> bool {
        let is_currency = self.currencies.is_empty() || self.currencies.contains(&price.currency);
        is_currency && self.micros == price.price_micros
    }
}

/// An id that a store can be asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskableId {
    pub project: ProjectId,
    pub app: AppSeq,
    pub store: StoreCode,
    pub app_name: String,
    pub id: String,
    /// Where the store has to be told the product too.
    pub product_id: Option<String>,
}

/// What a search found, what it understood, and how far it looked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchAnswer {
    /// Best first.
    pub hits: Vec<Hit>,
    pub understood: Understood,
    /// What a store can be asked about, where nothing is recorded under it.
    pub askable: Vec<AskableId>,
    /// For parts in the middle of an id only the newest so many payments of a project were looked through; none when nothing had to be.
    pub newest_scanned: Option<u32>,
    /// Whether more match than are shown.
    pub has_more: bool,
}
