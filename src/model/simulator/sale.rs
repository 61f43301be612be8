//! A sale of a simulated store: what was sold, to whom, and what became of it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Lifecycle;
use super::terms::SaleItem;
use super::voided::{RefundReview, SaleOrigin, SalePayment, VoidRecord};
use crate::model::text_enum::text_enum;
use crate::model::{Money, PaymentSeq, PaymentStatus, StoreCode, Timestamp};

text_enum! {
    /// Stores keep real and test purchases apart; ids of one mean nothing in the other.
    StoreEnvironment { Production = "Production", Sandbox = "Sandbox" }
}

text_enum! {
    /// What is sold. The texts are what databases keep and the control API takes.
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

/// An offer a simulated purchase is made with.
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
        /// Of an organisation's seat.
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

/// What is known of a sale beside its row's own columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SaleDetails {
    pub kind: SaleKind,
    /// Of subscriptions: the group of plans it is in.
    pub group_id: Option<String>,
    /// When the chain began; at the purchase when none.
    pub first_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    /// Of subscriptions: the paid period's id.
    #[serde(rename = "lineItemId")]
    pub period_id: Option<String>,
    pub is_renewal: bool,
    pub is_family: bool,
    /// A seat that an organisation or a group pays for.
    pub is_assigned: bool,
    /// The country it was sold in (ISO 3166, three letters); the price's currency decides when none.
    #[serde(rename = "storefront")]
    pub country: Option<String>,
    /// Another plan took its place before its end.
    #[serde(rename = "isUpgraded")]
    pub is_superseded: bool,
    pub offer: Option<SimulatedOffer>,
    pub revocation: Option<Revocation>,
    /// When the app or its server acknowledged it.
    pub finished_at: Option<Timestamp>,
    /// What the developer's server said of its use, when the customer asked for the money back.
    pub consumption: Option<Value>,
    /// When the store last said anything about it.
    #[serde(rename = "signedAt")]
    pub as_of: Option<Timestamp>,
    pub payment: SalePayment,
    /// When a payment that was pending came in.
    pub paid_at: Option<Timestamp>,
    /// When the paid period begins, where that is not with the purchase.
    pub period_start: Option<Timestamp>,
    /// Of a plan that is paid for in advance and does not renew.
    pub is_prepaid: bool,
    /// How its sign-up stood at its end, once another one followed.
    pub signup_end: Option<Box<Lifecycle>>,
    /// The further products of its order; the first is the sale's own.
    pub items: Vec<SaleItem>,
    pub origin: SaleOrigin,
    /// The sale the customer last signed up with; its own id when it renews nothing.
    pub signup_id: Option<String>,
    /// The sign-up that this one takes the place of.
    pub previous_signup_id: Option<String>,
    /// The sale whose period still runs, of a sign-up for another plan from its end on.
    pub running_order_id: Option<String>,
    /// Signed up again in the store, not in the app, after the end of the one before.
    pub is_out_of_app: bool,
    /// When the app or its server consumed it.
    pub consumed_at: Option<Timestamp>,
    /// How many of its pieces were taken back.
    pub refunded_quantity: i64,
    /// When the money went back and the customer kept what it was for.
    pub refunded_at: Option<Timestamp>,
    /// The oldest first.
    pub voids: Vec<VoidRecord>,
    pub review: Option<RefundReview>,
    /// The app's second id of the customer, beside the account token.
    pub profile_id: Option<String>,
}

impl Default for SaleDetails {
    fn default() -> Self {
        Self {
            kind: SaleKind::Consumable,
            group_id: None,
            first_at: None,
            expires_at: None,
            period_id: None,
            is_renewal: false,
            is_family: false,
            is_assigned: false,
            country: None,
            is_superseded: false,
            offer: None,
            revocation: None,
            finished_at: None,
            consumption: None,
            as_of: None,
            payment: SalePayment::Paid,
            paid_at: None,
            period_start: None,
            is_prepaid: false,
            signup_end: None,
            items: Vec::new(),
            origin: SaleOrigin::Ordinary,
            signup_id: None,
            previous_signup_id: None,
            running_order_id: None,
            is_out_of_app: false,
            consumed_at: None,
            refunded_quantity: 0,
            refunded_at: None,
            voids: Vec::new(),
            review: None,
            profile_id: None,
        }
    }
}

impl SaleDetails {
    /// Whether the customer tries it for free.
    pub fn is_free_trial(&self) -> bool {
        self.offer.as_ref().is_some_and(|offer| offer.discount.as_deref() == Some("FREE_TRIAL"))
    }
}

/// One sale of a simulated store, as the simulator keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedPurchase {
    pub order_id: String,
    pub store: StoreCode,
    /// Package name or bundle id.
    pub store_app_id: String,
    pub product_id: String,
    /// The store account that bought; empty when nobody was named.
    pub player: String,
    pub account_token: Option<String>,
    pub quantity: i64,
    /// For the whole quantity.
    pub price: Option<Money>,
    pub purchased_at: Timestamp,
    /// When the store took it back.
    pub revoked_at: Option<Timestamp>,
    pub environment: StoreEnvironment,
    /// The store account's id within the app.
    pub customer_id: String,
    /// The first purchase of its chain; its own id when it renews nothing.
    pub chain_id: String,
    /// The number on the customer's receipt.
    pub receipt_id: String,
    /// Counts the changes among a customer's purchases.
    pub changed: i64,
    /// When something happens to it by itself, by the simulated clock.
    #[serde(default)]
    pub due_at: Option<Timestamp>,
    pub details: SaleDetails,
}

impl SimulatedPurchase {
    /// One consumable of a store's sandbox, bought then by nobody named, for no price said.
    pub fn consumable(store: StoreCode, order_id: &str, store_app_id: &str, product_id: &str, purchased_at: Timestamp) -> Self {
        Self {
            order_id: order_id.to_owned(),
            store,
            store_app_id: store_app_id.to_owned(),
            product_id: product_id.to_owned(),
            player: String::new(),
            account_token: None,
            quantity: 1,
            price: None,
            purchased_at,
            revoked_at: None,
            environment: StoreEnvironment::Sandbox,
            customer_id: "704000000000000001".into(),
            chain_id: order_id.to_owned(),
            receipt_id: format!("S{order_id}"),
            changed: 0,
            due_at: None,
            details: SaleDetails::default(),
        }
    }

    /// When the period begins that it paid for.
    pub fn period_start(&self) -> Timestamp {
        self.details.period_start.unwrap_or(self.purchased_at)
    }

    /// What was paid for all products of its order.
    pub fn total(&self) -> Option<Money> {
        let price = self.price.clone()?;
        let others = self.details.items.iter().filter_map(|item| item.price.as_ref()).map(|price| price.price_micros);
        Some(Money { price_micros: price.price_micros + others.sum::<i64>(), ..price })
    }

    /// The sign-up it belongs to.
    pub fn signup_id(&self) -> &str {
        self.details.signup_id.as_deref().unwrap_or(&self.order_id)
    }
}

/// A sale of a simulated store and the payment it became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedSale {
    pub purchase: SimulatedPurchase,
    /// None while no app has brought its proof.
    pub payment: Option<(PaymentSeq, PaymentStatus)>,
}
