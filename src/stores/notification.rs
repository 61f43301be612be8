//! What a store tells us of its own accord, from the request it sends to what is to be done about it.

use serde_json::Value;

use super::Refusal;
use crate::model::{Environment, Money, Reason, RefusalCode, Snapshot, Timestamp};

/// What came to an app's callback address.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// Which of a store's addresses it came to; stores with one address do not look at it.
    pub address: &'a str,
    /// The whole address as the store has it, e.g. `https://purser.example/callback/subscription/com.example.game/GG`.
    pub url: &'a str,
    /// The value of the request's Authorization header.
    pub authorization: Option<&'a str>,
    pub body: &'a Value,
    /// The body as it came, which some stores sign.
    pub bytes: &'a [u8],
}

/// A notification whose sender and addressee were checked, in the form it is kept in and can be read again from.
#[derive(Debug, Clone, PartialEq)]
pub struct RawNotification {
    pub payload: String,
    /// When it reached us; its own date where it has none.
    pub received_at: Timestamp,
}

/// A notification that was authenticated now: what is kept of it, and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Authenticated {
    pub raw: RawNotification,
    pub notification: Notification,
}

/// Why a notification is not taken. Nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// The body is not of the store's form; the member, and what is wrong with it.
    Malformed(&'static str, Reason),
    /// Nobody the app trusts signed it, it is damaged, or it is no notification.
    Forged(String),
    /// It is genuine, but for another app or another environment.
    NotForApp(String),
    /// It is genuine, and no app of this address can ever use it: it need not be sent again.
    Useless(String),
    /// The app is set to take another form of its store's notifications.
    Off,
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        match refusal.code {
            RefusalCode::AppMismatch | RefusalCode::EnvironmentMismatch => Self::NotForApp(refusal.reason),
            _ => Self::Forged(refusal.reason),
        }
    }
}

/// A store's notification as an adapter reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    /// The store's own id of it, the same however often it is sent.
    pub id: String,
    /// The store's own name of the type.
    pub kind: String,
    pub subtype: Option<String>,
    pub environment: Environment,
    /// When the store made it.
    pub sent_at: Timestamp,
    /// What it says of a purchase under the store's signature. Most stores sign nothing: theirs only name purchases.
    pub snapshot: Option<Snapshot>,
    /// The subscriptions it names, to be asked about, by the ids of their chains.
    pub chains: Vec<String>,
    /// The purchases it names, to be asked about.
    pub purchases: Vec<NamedPurchase>,
    /// The purchases it names by their tokens alone, to be asked about.
    pub tokens: Vec<NamedToken>,
    pub effect: Effect,
    /// The store asks, before it refunds its purchase, how far the purchase was used; until when it waits for the answer.
    pub refund_question_until: Option<Timestamp>,
    /// What the store wants back with the answer to that question.
    pub refund_question_token: Option<String>,
    /// Why something it carries could not be read, and was left out.
    pub unread: Option<String>,
}

impl Notification {
    /// The number of the first purchase it names by one.
    pub fn named_order_id(&self) -> Option<&str> {
        let by_token = || self.tokens.iter().find_map(|token| token.order.as_ref()).map(|order| order.order_id.as_str());
        self.purchases.first().map(|purchase| purchase.order_id.as_str()).or_else(by_token)
    }

    /// The first chain it names: by its id, or by a purchase token, which is the chain's id where the token is a subscription's.
    pub fn named_chain_id(&self) -> Option<&str> {
        let by_token = || self.tokens.first().map(|token| token.purchase_token.as_str());
        self.chains.first().map(String::as_str).or_else(by_token)
    }
}

/// A purchase a notification names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPurchase {
    pub order_id: String,
    /// Said to be refunded or revoked.
    pub is_taken_back: bool,
    /// Only some of its pieces were; how many, the store has to be asked.
    pub is_partial: bool,
}

/// A purchase a notification names by its token: the store has given it no other number yet, or does not say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedToken {
    pub purchase_token: String,
    /// The product's id in the store's console, where the store says it.
    pub product_id: Option<String>,
    /// What a notification the store signed says of one of the token's purchases.
    pub order: Option<NamedOrder>,
}

/// A purchase as a signed notification names it beside its token. The store is asked all the same, and its answer counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedOrder {
    pub order_id: String,
    /// What was paid, for stores whose answers have no price.
    pub price: Option<Money>,
    /// When it was paid for, where that is said.
    pub paid_at: Option<Timestamp>,
    /// Said to be taken back.
    pub is_taken_back: bool,
}

/// What is to be done about a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Record its snapshot; the effect's name, where what changes in the payment says too little.
    Apply(Option<&'static str>),
    /// Ask the store about what it names; the effect's name.
    Refetch(&'static str),
    /// Keep it, no more; why.
    Ignore(&'static str),
}
