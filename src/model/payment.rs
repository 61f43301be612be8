use serde::{Deserialize, Serialize};

use super::money::PriceColumns;
use super::subscription::OfferColumns;
use super::text_enum::text_enum;
use super::{
    AccessSalt, AppSeq, Environment, Evidence, Money, Offer, OfferType, Ownership, PaymentSeq, ProductSeq, ProductType,
    StoreCode, Timestamp,
};

/// The user channel taken when a caller names none.
pub const USER_CHANNEL_DEFAULT: &str = "GF";

text_enum! {
    /// Where a payment stands (docs/rules.md, Payment states).
    PaymentStatus {
        Reserved = "RESERVED",
        Pending = "PENDING",
        Success = "SUCCESS",
        Failure = "FAILURE",
        UserClose = "USER_CLOSE",
        Refund = "REFUND",
    }
}

impl PaymentStatus {
    /// Whether a valid proof may still turn this payment into SUCCESS.
    pub const fn can_verify(self) -> bool {
        matches!(self, Self::Reserved | Self::Pending | Self::Failure | Self::UserClose)
    }

    /// Whether a verify may still settle the payment.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Reserved | Self::Pending | Self::Failure | Self::UserClose)
    }

    /// Whether the player may still report having cancelled.
    pub const fn can_close(self) -> bool {
        matches!(self, Self::Reserved | Self::Pending)
    }

    /// Whether an operator may mark the payment refunded (docs/stores/nhn.md, Manual changes).
    pub const fn can_refund(self) -> bool {
        matches!(self, Self::Success | Self::Reserved | Self::Failure)
    }

    /// Whether an operator may correct the payment to SUCCESS with a proof.
    pub const fn can_correct(self) -> bool {
        matches!(self, Self::Reserved | Self::Failure)
    }
}

text_enum! {
    /// Our acknowledgement towards the store.
    Finish { None = "NONE", Due = "DUE", Done = "DONE", Failed = "FAILED" }
}

text_enum! {
    /// Who made a change to a payment.
    Actor { Server = "SERVER", Client = "CLIENT", Store = "STORE", Operator = "OPERATOR", System = "SYSTEM" }
}

text_enum! {
    /// How a payment came into the books.
    PaymentSource {
        Reservation = "RESERVATION",
        /// A proof was brought without a reservation: a promotion, a restore.
        Verify = "VERIFY",
        /// The store told of it first.
        Notification = "NOTICE",
        /// Found in the store's history, for its notification had been missed.
        Backfilled = "BACKFILLED",
    }
}

text_enum! {
    /// What led to a purchase's user.
    Attribution {
        /// The account token the app handed to the store.
        Token = "TOKEN",
        /// The reservation it settled.
        Reservation = "RESERVATION",
        /// Who presented it first: gives way to a token, a subscription's owner or a reservation.
        Presenter = "PRESENTER",
        /// Support staff.
        Staff = "STAFF",
        /// Another purchase of the same store account: a weak lead, which gives way to whoever presents the purchase.
        StoreAccount = "STORE_ACCOUNT",
        /// Nothing yet.
        None = "NONE",
    }
}

impl Attribution {
    /// Whether nobody said whose the purchase is, so that staff may.
    pub const fn is_weak(self) -> bool {
        matches!(self, Self::StoreAccount | Self::None)
    }

    /// Which of two leads to a purchase's owner holds (docs/rules.md, Whose a purchase is): the greater.
    pub const fn strength(self) -> u8 {
        match self {
            Self::None => 0,
            Self::StoreAccount => 1,
            Self::Presenter => 2,
            Self::Reservation => 3,
            Self::Token => 4,
            Self::Staff => 5,
        }
    }

    /// Whether it gives way to an account token or a reservation.
    pub const fn gives_way(self) -> bool {
        self.strength() <= Self::Presenter.strength()
    }
}

text_enum! {
    /// Why a verify was refused: one code per reason (docs/rules.md, Refusal codes).
    RefusalCode {
        ProofInvalid = "PROOF_INVALID",
        AppMismatch = "APP_MISMATCH",
        EnvironmentMismatch = "ENVIRONMENT_MISMATCH",
        ProductMismatch = "PRODUCT_MISMATCH",
        ProductUnknown = "PRODUCT_UNKNOWN",
        UserMismatch = "USER_MISMATCH",
        OwnedByAnotherUser = "OWNED_BY_ANOTHER_USER",
        AlreadyConsumed = "ALREADY_CONSUMED",
        Refunded = "REFUNDED",
        Expired = "EXPIRED",
        Pending = "PENDING",
        StoreUnavailable = "STORE_UNAVAILABLE",
        StoreCredentials = "STORE_CREDENTIALS",
        /// Our own questions to the store wait in a full queue; the store was not asked.
        TooManyRequests = "TOO_MANY_REQUESTS",
    }
}

impl RefusalCode {
    /// Whether it says something of us or of the way to the store, and nothing of the purchase.
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::StoreUnavailable | Self::StoreCredentials | Self::TooManyRequests)
    }
}

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

text_enum! {
    /// What happened to a payment.
    EventKind {
        Reserve = "RESERVE",
        Verify = "VERIFY",
        Refuse = "REFUSE",
        Pend = "PEND",
        Close = "CLOSE",
        Consume = "CONSUME",
        Refund = "REFUND",
        Correct = "CORRECT",
        /// The store told of a purchase.
        Notification = "NOTICE",
        /// The store gave back what it had taken.
        Reverse = "REVERSE",
        /// Another plan took the place of the paid period.
        Supersede = "SUPERSEDE",
        /// A purchase without a user got one.
        Assign = "ASSIGN",
        /// The store asked about it, and was answered or not.
        Answer = "ANSWER",
        /// It was laid beside what the store says of it.
        Check = "CHECK",
        /// Its paid period was made longer.
        Extend = "EXTEND",
        /// Staff made a purchase from before the app's date consumable.
        Release = "RELEASE",
        /// The store was told that the buyer has what was bought, or could not be.
        Finish = "FINISH",
        /// Something worth knowing that changed nothing.
        Note = "NOTE",
    }
}

/// One line of a payment's timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, sqlx::FromRow)]
pub struct PaymentEvent {
    pub at: Timestamp,
    pub actor: Actor,
    /// The key's or the operator's name.
    pub actor_name: Option<String>,
    pub kind: EventKind,
    /// None for the event that made the payment.
    #[sqlx(rename = "from_status")]
    pub from: Option<PaymentStatus>,
    #[sqlx(rename = "to_status")]
    pub to: PaymentStatus,
    pub reason: Option<String>,
    /// The proof's decoded fields, or what an operator gave as proof.
    pub evidence: Option<Evidence>,
}

/// A payment with its history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentDetail {
    pub payment: Payment,
    /// Oldest first.
    pub events: Vec<PaymentEvent>,
}

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
    /// Only what waits to be consumed.
    pub unconsumed: bool,
    /// Only paid purchases whose goods are withheld.
    pub withheld: bool,
    /// Only purchases nobody is known for: staff assign them.
    pub without_user: bool,
    pub offer_type: Option<OfferType>,
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
