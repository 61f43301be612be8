//! What a store says of a purchase and of how a subscription goes on: what an adapter reads, the ledger decides by and the
//! database keeps.

use serde::{Deserialize, Serialize};

use super::{
    Environment, Evidence, ExpirationReason, Money, Offer, Ownership, PriceConsent, ProductType, PurchaseKind, Timestamp,
};

/// What a store signed or confirmed about one purchase or paid period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Purchase {
    /// The store's own number of this purchase or renewal; grants once.
    pub order_id: String,
    /// Another number the same purchase is seen with: a restored non-consumable's.
    #[serde(default)]
    pub other_id: Option<String>,
    /// The store's id of the paid period, the same under every `order_id` the period is seen with (Apple's
    /// webOrderLineItemId), or of a purchase whose order has no number yet (Google's token with the product).
    #[serde(default)]
    pub period_id: Option<String>,
    /// The chain: the number of its first purchase, equal to `order_id` for one-time purchases.
    pub original_order_id: String,
    /// The chain this one goes on from under a new number (Apple's previousOriginalTransactionId).
    #[serde(default)]
    pub previous_chain_id: Option<String>,
    /// The product's id in the store's console.
    pub product_id: String,
    pub quantity: u32,
    /// The account token the app handed to the store, lower case.
    pub account_token: Option<String>,
    pub environment: Environment,
    pub purchased_at: Timestamp,
    /// When the chain began, where the store says so.
    pub started_at: Option<Timestamp>,
    /// End of the paid period; subscriptions only.
    pub expires_at: Option<Timestamp>,
    /// Chosen but not paid for yet (cash, a parent's consent): nothing may be granted.
    pub pending: bool,
    /// Given up before it was paid for: no money was ever taken.
    #[serde(default)]
    pub never_paid: bool,
    /// When the store took the purchase back.
    pub revoked_at: Option<Timestamp>,
    /// What the store gave back, where it says more than that it took the purchase back.
    #[serde(default)]
    pub refund: Option<RefundedPart>,
    /// What the player paid, for the whole quantity; some stores do not say.
    pub price: Option<Money>,
    /// What the store sold, so that a product of another type is refused; `None` when the store does not say.
    pub kind: Option<PurchaseKind>,
    /// Charged by the store on its own, rather than bought by the player.
    pub is_renewal: bool,
    /// Another plan took its place before its end.
    pub is_superseded: bool,
    pub ownership: Ownership,
    pub offer: Option<Offer>,
    /// The group of plans it can move within.
    pub group_id: Option<String>,
    /// The store's id of the account that paid, the same in all of its purchases in this app.
    pub store_account: Option<String>,
    /// The secret the buyer's app was given; stores that sign their purchases have none.
    #[serde(default)]
    pub purchase_token: Option<String>,
    /// Whether the store waits to be told that the buyer has what was bought.
    #[serde(default)]
    pub finish: StoreFinish,
    /// Only its signature stands behind it: the store could not be asked. Whatever the store says is newer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_provisional: bool,
    /// When the store said this: of two snapshots of one purchase the later one holds.
    #[serde(alias = "signed_at")]
    pub as_of: Timestamp,
    /// The proof's decoded fields, kept as evidence and shown to support staff; no certificates, no secrets.
    #[serde(skip)]
    pub evidence: Evidence,
}

impl Purchase {
    /// What makes the purchase one, under however many numbers it is seen (docs/rules.md, Identity of a purchase): the paid period's id where the player
    /// paid for it, else its own number. Unique in an app.
    pub fn identity(&self) -> String {
        match self.period_id.as_ref().filter(|_| self.ownership == Ownership::Purchased) {
            Some(period_id) => format!("period:{period_id}"),
            None => self.order_id.clone(),
        }
    }

    /// Whether the store says that it is a paid period of a subscription.
    pub fn is_subscription(&self) -> bool {
        self.kind == Some(PurchaseKind::AutoRenewable)
    }

    /// Whether the store sells it as a product of this type, as far as it says so.
    pub fn is_of_type(&self, product_type: ProductType) -> bool {
        self.kind.is_none_or(|kind| kind.fits(product_type))
    }
}

/// Whether a store waits to be told that a buyer has what was bought (Google's acknowledgement and consumption).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StoreFinish {
    /// The store does not ask for it.
    #[default]
    NotAsked,
    /// Not acknowledged: the store gives the purchase back after this moment.
    Until(Timestamp),
    /// Acknowledged, and not consumed: a consumable can't be bought again yet.
    Acknowledged,
    /// Consumed, so that it can be bought again.
    Consumed,
}

/// What a store gave back of a purchase.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RefundedPart {
    /// In millionths of the price's currency; all of the price when the store does not say.
    pub price_micros: Option<i64>,
    /// How many of the pieces; all of them when the store does not say.
    pub quantity: Option<u32>,
    /// The store's own name of the type, e.g. `REFUND_PRORATED`.
    pub kind: Option<String>,
    /// The store's own name or number of the reason.
    pub reason: Option<String>,
}

/// What a store signed or confirmed about how a chain goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Renewal {
    pub chain_id: String,
    /// The plan from the next renewal on.
    pub next_product_id: Option<String>,
    pub auto_renew: bool,
    /// The store tries to charge again.
    pub in_retry: bool,
    pub is_paused: bool,
    pub grace_end: Option<Timestamp>,
    pub expiration_reason: Option<ExpirationReason>,
    pub price_consent: Option<PriceConsent>,
    pub next_price: Option<Money>,
    /// When the latest period ends.
    pub renews_at: Option<Timestamp>,
    /// When the store said this.
    #[serde(alias = "signed_at")]
    pub as_of: Timestamp,
}

/// All that a store says at one moment of a purchase, or of a subscription.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// One purchase, or the latest period of each product of a subscription.
    pub purchases: Vec<Purchase>,
    /// How the subscription goes on, where the store says so.
    pub renewal: Option<Renewal>,
}

impl Snapshot {
    /// Of one purchase.
    pub fn of(purchase: Purchase, renewal: Option<Renewal>) -> Self {
        Self { purchases: vec![purchase], renewal }
    }
}
/// The store's own order: further products of one order have its id with their own behind a colon.
pub fn order_of(order_id: &str) -> &str {
    order_id.split_once(':').map_or(order_id, |(order, _)| order)
}
