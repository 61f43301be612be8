//! What a store can be asked to do, and what this server can ask of it.

use serde_json::Value;

use crate::model::{ExtensionReason, Money, ProductType, Timestamp};

/// What a store is asked to do about a purchase or a subscription.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Make the paid period longer. The same `request_id` extends once, however often it is asked for.
    Extend { days: u32, reason: ExtensionReason, request_id: String },
    /// Answer the store's question before a refund, how far the purchase was used.
    AnswerRefundQuestion(RefundAnswer),
    /// Stop the subscription's renewal; the paid period runs to its end.
    Cancel,
    /// Take a cancellation back whose paid period still runs: the subscription renews again.
    Reactivate,
    /// End the subscription's access at once and give money back.
    Revoke { refund: RevokeRefund },
    /// Give a purchase's money back; with or without ending the access it gave.
    Refund { ends_access: bool },
    /// Move the next charge so far into the future, for free: of a period that ends at a moment, not of one that was moved already.
    Defer { days: u32, from: Timestamp },
}

/// What an action is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// A subscription's chain, or a purchase's order.
    pub id: &'a str,
    /// The product's id in the store's console, where it is known: some stores want it too.
    pub product_id: Option<&'a str>,
}

impl<'a> Subject<'a> {
    /// By its id alone.
    pub const fn of(id: &'a str) -> Self {
        Self { id, product_id: None }
    }
}

/// How much is given back when a subscription is revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokeRefund {
    Full,
    /// For the rest of the paid period.
    Prorated,
}

/// How far a purchase was used whose buyer wants the money back. Only said where the customer agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundAnswer {
    /// Whether the player has what was bought.
    pub is_delivered: bool,
    /// How much of it was used, in percent; not for subscriptions.
    pub used_percent: Option<u32>,
    /// The token the question came with, where the store wants it back (`Notification::refund_question_token`).
    pub token: Option<String>,
}

/// What a store did.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ActionOutcome {
    /// When the subscription renews from now on, where that changed.
    pub renews_at: Option<Timestamp>,
    /// What the store was sent, where people should see it.
    pub sent: Option<Value>,
}

/// An offer to sign for a player (docs/stores/apple.md, Offers).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferRequest<'a> {
    /// A promotional offer in the original form. `username` is the account token or the name the app will buy with; empty when
    /// it sets none.
    Original { product_id: &'a str, offer_id: &'a str, username: &'a str },
    /// A promotional offer as a JWS, for a customer known by one of their transactions where there is one.
    Promotional { product_id: &'a str, offer_id: &'a str, transaction_id: Option<&'a str> },
    /// Whether a customer may have the introductory offer.
    Introductory { product_id: &'a str, is_allowed: bool, transaction_id: &'a str },
}

/// What the app hands to the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferSignature {
    pub key_id: String,
    /// Base64 of DER in the original form, else a compact JWS.
    pub signature: String,
}

/// What the number on a player's receipt is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptNumber {
    /// The store can be asked what it is of.
    Askable,
    /// The store's own id of the purchase, which its proof will carry; the store can't be asked.
    OrderId,
    /// Another number than the purchase's proof will carry; the store can't be asked.
    Other,
    /// This store's numbers are taken on the receipt's word.
    OnItsWord,
}

/// One of the lists a store keeps of the notifications it sent an app, from a moment to another.
#[derive(Debug, Clone, Copy)]
pub struct SentQuery<'a> {
    /// One of `Store::notification_lists`.
    pub list: &'a str,
    pub from: Timestamp,
    pub until: Timestamp,
    pub cursor: Option<&'a str>,
}

/// A purchase whose store still waits to be told that its buyer has what was bought.
#[derive(Debug, Clone, Copy)]
pub struct Unfinished<'a> {
    pub purchase_token: &'a str,
    /// The product's id in the store's console, and what it is to us: consumables are consumed, all else is acknowledged.
    pub product_id: &'a str,
    pub product_type: ProductType,
    /// The account token of the purchase's user, where it may not be on the purchase: a subscription bought again at the store.
    pub account_token: Option<&'a str>,
}

/// What a store took back, as its list of voided purchases says.
#[derive(Debug, Clone, PartialEq)]
pub struct TakenBack {
    /// The order it is of.
    pub order_id: String,
    pub purchase_token: String,
    pub at: Timestamp,
    /// How many of the pieces; all of them when none.
    pub quantity: Option<u32>,
    /// The store's own name or number of the reason.
    pub reason: Option<String>,
}

/// A product in a store's own catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogItem {
    pub product_id: String,
    /// Its title in the app's first language.
    pub name: String,
    /// What it may be to us. A store that does not say whether a one-time product is used up or kept gives the consumable first.
    pub product_types: Vec<ProductType>,
    /// Whether it is on sale.
    pub is_active: bool,
    /// A price as an example, where the store says one.
    pub price: Option<Money>,
}
