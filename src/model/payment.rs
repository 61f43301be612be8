mod answer;
mod attribution;
mod event;
mod query;
mod status;

use serde::{Deserialize, Serialize};

use super::money::PriceColumns;
use super::subscription::OfferColumns;
use super::{
    AccessSalt, AppSeq, Environment, Money, Offer, Ownership, PaymentSeq, ProductSeq, ProductType, StoreCode, Timestamp,
};

#[cfg(test)]
pub use answer::samples as answer_samples;
pub use answer::{
    Answer, Circumstances, ClosedBy, NotGiven, Period, RefundedBy, Undelivered, answer, deciding_events, reads_as_ledgers,
};
pub use attribution::{Attribution, PaymentSource};
pub use event::{Actor, EventKind, PaymentEvent};
pub use query::{PaymentQuery, SavedView};
pub use status::{Attention, Finish, PaymentStatus, RefusalCode};

/// The user channel taken when a caller names none.
pub const USER_CHANNEL_DEFAULT: &str = "GF";

/// One reservation, purchase or renewal, as every surface shows it (docs/rules.md, Words).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Payment {
    pub payment_seq: PaymentSeq,
    pub app_seq: AppSeq,
    pub store: StoreCode,
    /// Package name or bundle id.
    pub store_app_id: String,
    pub product_seq: ProductSeq,
    /// The product's id in the store's console.
    #[sqlx(rename = "store_product_id")]
    pub product_id: String,
    /// The product's name when the payment was made.
    pub product_name: String,
    pub product_type: ProductType,
    pub user_channel: String,
    /// Empty when nobody is known yet.
    pub user_key: String,
    pub attribution: Attribution,
    pub status: PaymentStatus,
    pub finish: Finish,
    pub environment: Environment,
    pub store_order_id: Option<String>,
    pub original_order_id: Option<String>,
    /// The store's id of the account that paid; not shown.
    #[serde(skip)]
    pub store_account: Option<String>,
    pub purchase_token: Option<String>,
    pub quantity: i64,
    /// What the player paid for the whole quantity, when the store said so.
    #[sqlx(flatten, try_from = "PriceColumns")]
    pub price: Option<Money>,
    /// The developer's own text, given at the reservation.
    pub payload: Option<String>,
    /// Why the last verify was refused.
    pub refusal: Option<RefusalCode>,
    pub source: PaymentSource,
    /// The offer it was bought with.
    #[sqlx(flatten, try_from = "OfferColumns")]
    pub offer: Option<Offer>,
    pub ownership: Ownership,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub purchased_at: Option<Timestamp>,
    pub verified_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    /// When another plan took the place of this paid period.
    pub superseded_at: Option<Timestamp>,
    pub refunded_at: Option<Timestamp>,
    /// Who took it back.
    pub refunded_by: Option<Actor>,
    /// How much was given back; all of the price when the status is REFUND and this is none.
    pub refunded_micros: Option<i64>,
    /// How many of the pieces were given back, where only some were.
    pub refunded_quantity: Option<i64>,
    /// The store's own names of the refund's type and reason.
    pub refund_type: Option<String>,
    pub refund_reason: Option<String>,
    pub consumed_at: Option<Timestamp>,
    /// Bought before this server was in charge of the app, and not made consumable by staff.
    pub is_before_charge: bool,
    /// When staff corrected it by a number the store did not confirm; none once the store's transaction is known.
    pub hand_corrected_at: Option<Timestamp>,
    /// When it was granted by the purchase's signature alone, in outage mode; none once the store stands behind it.
    pub provisional_since: Option<Timestamp>,
    /// When staff said that what needed a person is dealt with.
    pub handled_at: Option<Timestamp>,
    /// When staff opened it last for one more consume, after it was consumed.
    pub reopened_at: Option<Timestamp>,
    /// None in payments made before tokens had one. It stays on the server.
    #[serde(skip)]
    pub access_salt: Option<AccessSalt>,
}

/// Why a paid payment of a consumable type gives no goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withheld {
    /// Another server granted what was bought then.
    BeforeCharge,
    /// Another plan took the period's place; the store gave its rest back.
    Superseded,
    /// The player did not pay for it: shared by a family member, assigned, or unknown.
    NotPurchased,
}

impl Payment {
    /// Whether an operator may correct the payment to SUCCESS with a proof. Not an open one where the store can verify every purchase
    /// late (`Ability::VerifyLate`; docs/stores/nhn.md, Manual changes).
    pub fn can_correct(&self, can_verify_late: bool) -> bool {
        self.status.can_correct() && !(can_verify_late && self.status == PaymentStatus::Reserved)
    }

    /// On the unconsumed list: paid, of a consumable type, not yet consumed, and not withheld.
    pub fn is_consumable(&self) -> bool {
        self.is_due() && self.withheld().is_none()
    }

    /// On the list of what the user owns: paid, bought once and kept. Whoever paid for it: a family member's share is owned too.
    pub fn is_owned(&self) -> bool {
        self.status == PaymentStatus::Success && self.product_type.is_owned()
    }

    /// Whether its goods may be given though the store was not asked yet (docs/rules.md, Outage mode).
    pub fn is_provisional(&self) -> bool {
        self.provisional_since.is_some() && self.status == PaymentStatus::Success
    }

    /// Whether it was taken back because the store does not stand behind it.
    pub fn is_unconfirmed(&self) -> bool {
        let is_ours = self.status == PaymentStatus::Refund && self.refunded_by == Some(Actor::System);
        is_ours && self.provisional_since.is_some()
    }

    /// What of it needs a person, if anything does.
    pub fn attention(&self) -> Option<Attention> {
        match self.status {
            _ if self.handled_at.is_some() => None,
            PaymentStatus::Success if self.finish == Finish::Failed => Some(Attention::FinishFailed),
            PaymentStatus::Refund if self.is_unconfirmed() && self.was_delivered() => Some(Attention::Unconfirmed),
            PaymentStatus::Success if self.provisional_since.is_some() => Some(Attention::Provisional),
            _ => None,
        }
    }

    /// Whether staff may have the store told once more that the buyer has what was bought.
    pub fn can_finish_again(&self) -> bool {
        self.finish == Finish::Failed && self.status == PaymentStatus::Success
    }

    /// Whether staff may say that what needed a person is dealt with. What is provisional, the store has to answer for.
    pub fn can_mark_handled(&self) -> bool {
        self.attention().is_some_and(|attention| attention != Attention::Provisional)
    }

    /// Whether staff may make it consumable.
    pub fn can_release(&self) -> bool {
        self.is_due() && self.withheld() == Some(Withheld::BeforeCharge)
    }

    /// Why its goods are not given, whatever its status.
    pub fn withheld(&self) -> Option<Withheld> {
        if self.ownership != Ownership::Purchased {
            Some(Withheld::NotPurchased)
        } else if self.superseded_at.is_some() {
            Some(Withheld::Superseded)
        } else {
            self.is_before_charge.then_some(Withheld::BeforeCharge)
        }
    }

    /// When the money was paid, as far as anybody said.
    pub fn paid_at(&self) -> Timestamp {
        self.purchased_at.or(self.verified_at).unwrap_or(self.created_at)
    }

    /// Whether only a share of its price was given back, of a payment that was taken back or not.
    pub fn is_partly_refunded(&self) -> bool {
        let share = self.refunded_money().zip(self.price.as_ref());
        share.is_some_and(|(part, price)| 0 < part.price_micros && part.price_micros < price.price_micros)
    }

    /// Whether what somebody else paid for and shared was taken away: no money moved.
    pub fn is_access_revoked(&self) -> bool {
        self.status == PaymentStatus::Refund && self.ownership != Ownership::Purchased
    }

    /// Whether its goods were given, also where they may be given once more: it stays whose it is.
    pub fn was_delivered(&self) -> bool {
        self.consumed_at.is_some() || self.reopened_at.is_some()
    }

    /// Whether staff may open it for one more consume: the goods were given, and may be given (docs/rules.md, Changes by staff).
    pub fn can_reopen(&self) -> bool {
        let is_delivered = self.status == PaymentStatus::Success && self.consumed_at.is_some();
        is_delivered
            && !self.is_provisional()
            && self.product_type.is_consumable()
            && self.withheld().is_none()
            && self.remaining_quantity() > 0
    }

    /// Whether staff may say whose it is: nobody is surely known, or staff said it and no goods were given yet.
    pub fn can_assign(&self) -> bool {
        let is_open = self.attribution.is_weak() || self.attribution == Attribution::Staff;
        is_open && self.store_order_id.is_some() && !self.was_delivered()
    }

    /// The pieces that were not given back.
    pub fn remaining_quantity(&self) -> i64 {
        (self.quantity - self.refunded_quantity.unwrap_or_default()).max(0)
    }

    /// What was given back of its price, if anything was.
    pub fn refunded_money(&self) -> Option<Money> {
        let price = self.price.as_ref()?;
        let all = (self.status == PaymentStatus::Refund).then_some(price.price_micros);
        let price_micros = self.refunded_micros.or(all)?;
        Some(Money { price_micros, currency: price.currency.clone() })
    }

    /// Paid, of a consumable type, and not yet consumed.
    pub fn is_due(&self) -> bool {
        self.status == PaymentStatus::Success && self.consumed_at.is_none() && self.product_type.is_consumable()
    }
}

/// A payment with its history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentDetail {
    pub payment: Payment,
    /// Oldest first.
    pub events: Vec<PaymentEvent>,
}
