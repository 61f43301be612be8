//! The simulated App Store's books.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::text_enum::text_enum;
use super::{Money, Timestamp};

text_enum! {
    /// The App Store keeps real and test purchases apart; ids of one mean nothing in the other.
    StoreEnvironment { Production = "Production", Sandbox = "Sandbox" }
}

text_enum! {
    /// What is sold, in the App Store's words.
    SaleKind {
        Consumable = "Consumable" | "CONSUMABLE",
        NonConsumable = "Non-Consumable" | "NON_CONSUMABLE",
        NonRenewing = "Non-Renewing Subscription" | "NON_RENEWABLE",
        AutoRenewable = "Auto-Renewable Subscription" | "AUTO_RENEWABLE",
    }
}

impl SaleKind {
    pub fn renews(self) -> bool {
        self == Self::AutoRenewable
    }
}

/// An offer a simulated purchase is made with, in Apple's numbers and words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SimulatedOffer {
    /// 1 introductory, 2 promotional, 3 offer code, 4 win-back.
    #[serde(rename = "type")]
    pub offer_type: i64,
    /// Introductory offers have none.
    pub id: Option<String>,
    /// `FREE_TRIAL`, `PAY_AS_YOU_GO`, `PAY_UP_FRONT` or `ONE_TIME`.
    pub discount: Option<String>,
    /// ISO 8601, e.g. `P1W`.
    pub period: Option<String>,
}

text_enum! {
    /// How a store took a purchase back.
    RevocationKind {
        RefundFull = "REFUND_FULL",
        RefundProrated = "REFUND_PRORATED",
        FamilyRevoke = "FAMILY_REVOKE",
        /// Of an organisation's seat. Apple has published the word of StoreKit alone (assignmentRevocation).
        AssignmentRevoke = "ASSIGNMENT_REVOKE",
    }
}

impl RevocationKind {
    /// Whether money went back.
    pub const fn is_refund(self) -> bool {
        matches!(self, Self::RefundFull | Self::RefundProrated)
    }
}

/// That a store took a purchase back, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revocation {
    pub kind: RevocationKind,
    /// 1 for an issue in the app, 0 for another.
    pub reason: i64,
    /// Thousandths of a percent, of a prorated refund.
    pub percentage: Option<i64>,
}

/// What the books know of a sale beside what every store's do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SaleDetails {
    pub kind: SaleKind,
    /// Of subscriptions: the group of plans it is in.
    pub group_id: Option<String>,
    /// When the chain began; at the purchase when none.
    pub first_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    /// Of subscriptions: the period's number.
    pub line_item_id: Option<String>,
    pub is_renewal: bool,
    pub is_family: bool,
    /// A seat that an organisation or a group pays for.
    pub is_assigned: bool,
    /// The country whose App Store sold it; told by the price's currency when none.
    pub storefront: Option<String>,
    /// Another plan took its place before its end.
    pub is_upgraded: bool,
    pub offer: Option<SimulatedOffer>,
    pub revocation: Option<Revocation>,
    /// When the app or its server acknowledged it.
    pub finished_at: Option<Timestamp>,
    /// What the developer's server said of its use, when the customer asked for the money back.
    pub consumption: Option<Value>,
    /// The latest moment anything was signed about it.
    pub signed_at: Option<Timestamp>,
}

impl Default for SaleDetails {
    fn default() -> Self {
        Self {
            kind: SaleKind::Consumable,
            group_id: None,
            first_at: None,
            expires_at: None,
            line_item_id: None,
            is_renewal: false,
            is_family: false,
            is_assigned: false,
            storefront: None,
            is_upgraded: false,
            offer: None,
            revocation: None,
            finished_at: None,
            consumption: None,
            signed_at: None,
        }
    }
}

impl SaleDetails {
    /// Whether the customer tries it for free.
    pub fn is_free_trial(&self) -> bool {
        self.offer.as_ref().is_some_and(|offer| offer.discount.as_deref() == Some("FREE_TRIAL"))
    }

    /// Whose it is, in the App Store's words.
    pub const fn ownership(&self) -> &'static str {
        match (self.is_assigned, self.is_family) {
            (true, _) => "ASSIGNED",
            (false, true) => "FAMILY_SHARED",
            (false, false) => "PURCHASED",
        }
    }
}

/// A plan with its price and the length of its periods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    pub product_id: String,
    /// ISO 8601: `P3D`, `P1W`, `P1M`, `P1Y`.
    pub period: String,
    pub price: Option<Money>,
}

/// An offer that still runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunningOffer {
    pub offer: SimulatedOffer,
    /// Of one of its periods.
    pub price: Option<Money>,
    /// How many periods it covers yet.
    pub periods_left: u32,
}

/// A higher price the customer was told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceRise {
    pub price: Money,
    /// Agreed to, or no consent is needed; else the subscription ends before it is charged.
    pub is_accepted: bool,
}

/// How a simulated subscription goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lifecycle {
    pub plan: Plan,
    /// The plan from the next renewal on, when it is another.
    pub next_plan: Option<Plan>,
    /// The present period's transaction, its start and its end.
    pub order_id: String,
    pub period_start: Timestamp,
    pub period_end: Timestamp,
    /// When the chain began, and its present streak.
    pub first_at: Timestamp,
    pub streak_at: Timestamp,
    pub auto_renew: bool,
    /// The customer's card is refused from now on.
    pub card_fails: bool,
    /// Days of grace the app grants; 0 for none.
    pub grace_days: i64,
    /// Since when billing is tried again.
    pub retry_since: Option<Timestamp>,
    pub grace_end: Option<Timestamp>,
    /// Apple's number of why it ended: 1 cancelled, 2 billing, 3 price refused, 4 not for sale, 5 other.
    pub expiration_intent: Option<i64>,
    pub revoked_at: Option<Timestamp>,
    pub price_rise: Option<PriceRise>,
    pub offer: Option<RunningOffer>,
    pub is_withdrawn: bool,
    pub is_family: bool,
    #[serde(default)]
    pub is_assigned: bool,
    /// The token of the next renewal.
    pub account_token: Option<String>,
    /// When its end was moved by the developer.
    pub extended_at: Vec<Timestamp>,
    pub periods_paid: u32,
    /// The latest moment anything was signed about it: words on it are never dated alike.
    pub signed_at: Timestamp,
}

/// A simulated subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedSubscription {
    /// Its first purchase's transaction id.
    pub chain_id: String,
    pub world: StoreEnvironment,
    /// The bundle id.
    pub store_app_id: String,
    pub customer_id: String,
    pub player: String,
    pub group_id: String,
    /// When something happens to it next, by the simulated clock.
    pub next_at: Option<Timestamp>,
    /// Counts its changes.
    pub version: i64,
    #[serde(rename = "course")]
    pub lifecycle: Lifecycle,
}

text_enum! {
    /// Where a simulated subscription stands, by Apple's numbers 1 to 5.
    LifecycleStatus {
        Active = "ACTIVE",
        Expired = "EXPIRED",
        BillingRetry = "BILLING_RETRY",
        GracePeriod = "GRACE_PERIOD",
        Revoked = "REVOKED",
    }
}

impl LifecycleStatus {
    /// Apple's number.
    pub const fn code(self) -> i64 {
        match self {
            Self::Active => 1,
            Self::Expired => 2,
            Self::BillingRetry => 3,
            Self::GracePeriod => 4,
            Self::Revoked => 5,
        }
    }
}

impl Lifecycle {
    /// Where it stands at a moment of the simulated clock (docs/stores/apple.md, Subscription states).
    pub fn status_at(&self, now: Timestamp) -> LifecycleStatus {
        let now = now.max(self.signed_at);
        if self.revoked_at.is_some() {
            LifecycleStatus::Revoked
        } else if self.expiration_intent.is_some() {
            LifecycleStatus::Expired
        } else if now < self.period_end {
            LifecycleStatus::Active
        } else if self.grace_end.is_some_and(|end| now < end) {
            LifecycleStatus::GracePeriod
        } else if self.retry_since.is_some() {
            LifecycleStatus::BillingRetry
        } else {
            LifecycleStatus::Expired
        }
    }
}

/// One sending of a simulated notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SendAttempt {
    /// By the simulated clock.
    pub attempt_date: Timestamp,
    /// Apple's word: `SUCCESS`, `NO_RESPONSE`, `UNSUCCESSFUL_HTTP_RESPONSE_CODE`, …
    pub send_attempt_result: String,
}

/// A notification of the simulated App Store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedNotification {
    /// A UUID, the same on every sending.
    pub notice_id: String,
    pub world: StoreEnvironment,
    pub store_app_id: String,
    pub customer_id: String,
    pub kind: String,
    pub subtype: Option<String>,
    /// What it says before it is signed.
    pub payload: Value,
    pub signed_at: Timestamp,
    pub made_at: Timestamp,
    pub due_at: Option<Timestamp>,
    pub attempts: Vec<SendAttempt>,
    pub is_delivered: bool,
}

text_enum! {
    /// What is wrong with a notification sent on purpose.
    NotificationDamage {
        BadSignature = "BAD_SIGNATURE",
        WrongBundle = "WRONG_BUNDLE",
        WrongRoot = "WRONG_ROOT",
    }
}

/// What goes wrong with notifications; percentages of those sent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct NotificationFaults {
    pub lost_percent: u32,
    pub repeated_percent: u32,
    /// Sent in any order.
    pub reordered: bool,
    /// Sent so much later, by the simulated clock.
    pub delay_seconds: i64,
    pub damage: Option<NotificationDamage>,
}

/// What goes wrong with calls of the App Store Server API.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ApiFaults {
    /// The HTTP status answered instead: 401, 404, 429, 500, 503, …; none for a good answer.
    pub status: Option<u16>,
    /// Apple's number in the body; the status' own when none.
    pub error_code: Option<i64>,
    /// For how many more calls; for all when none.
    pub calls: Option<u32>,
    /// Only calls whose path has this in it.
    pub path: Option<String>,
    /// How long after now a 429 says to come back.
    pub retry_after_millis: Option<i64>,
    /// How long each answer takes.
    pub delay_millis: u64,
}

/// What the simulator was told to get wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SimulatorFaults {
    pub api: ApiFaults,
    #[serde(rename = "notices")]
    pub notifications: NotificationFaults,
    /// Apple's limits on calls per second are kept.
    pub rate_limits: bool,
    /// Production answers 401, as it was seen to for apps that were never released.
    pub unreleased: bool,
}
