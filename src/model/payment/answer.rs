//! What a payment's state means to whoever answers its player: the state in one value, with its cause.

mod evidence;
mod period;

use serde::{Deserialize, Serialize};

use super::{Actor, EventKind, Finish, Payment, PaymentEvent, PaymentSource, PaymentStatus, RefusalCode, Withheld};
use crate::model::{Money, Ownership, PaymentSeq, ProductType, Subscription, Timestamp};

pub use evidence::deciding_events;
pub use period::Period;

/// Where a payment stands, and why. One variant for each sentence that staff and players are told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// Reserved, and nobody brought a purchase.
    NeverPaid { at: Timestamp },
    /// Chosen, and the store still waits for the money.
    AwaitsMoney { at: Timestamp },
    /// Waited for the money, and was given up.
    GivenUp { at: Timestamp },
    /// The proof that was brought was refused.
    Refused { at: Timestamp, code: RefusalCode },
    /// Failed for a reason that was not kept.
    Failed { at: Timestamp },
    /// Ended without a purchase.
    Closed { at: Timestamp, by: ClosedBy },
    /// Paid, and nobody knows by whom.
    WithoutUser { paid_at: Timestamp },
    /// Granted in outage mode; the store has not answered yet.
    Provisional { paid_at: Timestamp, is_delivered: bool },
    /// The store could not be told that the player has what was bought.
    FinishFailed { paid_at: Timestamp, is_delivered: bool },
    /// Paid, and the game has not taken the goods.
    Undelivered { paid_at: Timestamp, verified_after: Option<i64>, cause: Undelivered },
    /// The game has taken the goods.
    Delivered { paid_at: Timestamp, at: Timestamp },
    /// The goods were given by another server, or under another payment.
    DeliveredElsewhere { paid_at: Timestamp, at: Timestamp },
    /// Bought once and kept; a family member's share is kept too.
    Owned { paid_at: Timestamp, is_shared: bool },
    /// Paid, and its goods are not given.
    Withheld { paid_at: Timestamp, why: NotGiven },
    /// A paid period of a subscription.
    Period { paid_at: Timestamp, period: Period },
    /// A part of the money, or of the pieces, was given back; the rest stays.
    PartlyRefunded { at: Option<Timestamp>, given_back: Option<Money>, pieces: Option<(i64, i64)>, is_delivered: bool },
    /// All of the money was given back, and the player keeps what was bought.
    RefundedAndKept { given_back: Option<Money>, is_delivered: bool },
    /// Taken back with the money; `part` where only a share of it was given back.
    Refunded { at: Timestamp, by: RefundedBy, part: Option<Money>, is_delivered: bool },
    /// What a family member or an organisation shared was taken away; no money moved.
    AccessRevoked { at: Timestamp },
    /// Granted in outage mode, and the store does not stand behind it.
    Unconfirmed { at: Timestamp, is_delivered: bool },
}

/// Who ended a payment that was not paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClosedBy {
    Player,
    Staff,
    /// Nobody paid in time.
    Time,
    /// Its purchase is another payment's.
    Purchase(PaymentSeq),
}

/// Why the game has not taken the goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Undelivered {
    /// The purchase was verified, and no consume has come.
    NeverAsked,
    /// The store told of the purchase; neither app nor game server has brought it.
    NeverBrought,
    /// Staff made it consumable: it is from before the app's date.
    Released,
    /// Staff opened it for one more delivery.
    Reopened,
}

/// Why goods are not given; `Withheld` as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotGiven {
    BeforeCharge,
    Superseded,
    NotPurchased,
}

/// Who took a payment back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefundedBy {
    Store,
    Staff,
    /// A game server had the store do it, or this server.
    Server,
}

/// What is known beside the payment's own row.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    pub now: Timestamp,
    /// Its timeline, oldest first; evidence is not needed.
    pub events: &'a [PaymentEvent],
    /// The subscription it is a period of.
    pub subscription: Option<&'a Subscription>,
}

/// What a payment's state means.
pub fn answer(payment: &Payment, known: &Circumstances<'_>) -> Answer {
    match payment.status {
        PaymentStatus::Reserved => Answer::NeverPaid { at: payment.created_at },
        PaymentStatus::Pending => Answer::AwaitsMoney { at: known.turned(payment).map_or(payment.created_at, |event| event.at) },
        PaymentStatus::Failure => failed(payment, known),
        PaymentStatus::UserClose => closed(payment, known),
        PaymentStatus::Refund => taken_back(payment),
        PaymentStatus::Success => paid(payment, known),
    }
}

impl Circumstances<'_> {
    /// The line of the timeline that brought the payment where it stands.
    fn turned(&self, payment: &Payment) -> Option<&PaymentEvent> {
        self.events.iter().rev().find(|event| event.to == payment.status && event.from != Some(event.to))
    }

    /// The last line of a kind.
    fn last(&self, kind: EventKind) -> Option<&PaymentEvent> {
        self.events.iter().rev().find(|event| event.kind == kind)
    }
}

fn failed(payment: &Payment, known: &Circumstances<'_>) -> Answer {
    let turned = known.turned(payment);
    let at = turned.map_or(payment.updated_at, |event| event.at);
    match payment.refusal {
        _ if turned.is_some_and(|event| event.reason.as_deref() == Some(GIVEN_UP)) => Answer::GivenUp { at },
        Some(code) => Answer::Refused { at, code },
        None => Answer::Failed { at },
    }
}

/// The ledger's line about a purchase that waited for its money, and got none.
const GIVEN_UP: &str = "the purchase was given up before it was paid for";
/// How the ledger's line begins about a reservation whose purchase is another payment's; the number follows.
const ENTERED_AS: [&str; 2] =
    ["the purchase it waited for was entered as payment ", "the purchase was entered before as payment "];

/// Whether a reason reads as the ledger's own about a purchase that is another payment's. Nobody else's may.
pub fn reads_as_ledgers(reason: &str) -> bool {
    ENTERED_AS.iter().any(|words| reason.trim_start().starts_with(words))
}

fn closed(payment: &Payment, known: &Circumstances<'_>) -> Answer {
    let turned = known.turned(payment);
    let reason = turned.and_then(|event| event.reason.as_deref()).unwrap_or_default();
    let other = ENTERED_AS.iter().find_map(|words| reason.strip_prefix(words));
    let by = match (other, turned.map(|event| event.actor)) {
        (Some(seq), _) => ClosedBy::Purchase(PaymentSeq(seq.to_owned())),
        (None, Some(Actor::Operator)) => ClosedBy::Staff,
        (None, Some(Actor::System)) => ClosedBy::Time,
        _ => ClosedBy::Player,
    };
    Answer::Closed { at: turned.map_or(payment.updated_at, |event| event.at), by }
}

fn taken_back(payment: &Payment) -> Answer {
    let at = payment.refunded_at.unwrap_or(payment.updated_at);
    let is_delivered = payment.was_delivered();
    if payment.is_unconfirmed() {
        return Answer::Unconfirmed { at, is_delivered };
    }
    if payment.is_access_revoked() {
        return Answer::AccessRevoked { at };
    }
    let by = match payment.refunded_by {
        Some(Actor::Operator) => RefundedBy::Staff,
        Some(Actor::Server | Actor::Client | Actor::System) => RefundedBy::Server,
        Some(Actor::Store) | None => RefundedBy::Store,
    };
    let part = payment.refunded_money().filter(|_| payment.is_partly_refunded());
    Answer::Refunded { at, by, part, is_delivered }
}

fn paid(payment: &Payment, known: &Circumstances<'_>) -> Answer {
    let (paid_at, is_delivered) = (payment.paid_at(), payment.consumed_at.is_some());
    if payment.is_provisional() {
        return Answer::Provisional { paid_at, is_delivered };
    }
    if payment.finish == Finish::Failed && payment.handled_at.is_none() {
        return Answer::FinishFailed { paid_at, is_delivered };
    }
    if let Some(answer) = given_back(payment, known) {
        return answer;
    }
    if payment.user_key.is_empty() {
        return Answer::WithoutUser { paid_at };
    }
    match payment.product_type {
        ProductType::NonConsumable => Answer::Owned { paid_at, is_shared: payment.ownership != Ownership::Purchased },
        ProductType::AutoSubscription => Answer::Period { paid_at, period: Period::of(payment, known.subscription, known.now) },
        ProductType::Consumable | ProductType::ConsumableAutoSubscription => goods(payment, known),
    }
}

/// What the store gave back of a payment that stays paid.
fn given_back(payment: &Payment, known: &Circumstances<'_>) -> Option<Answer> {
    let pieces = payment.refunded_quantity.filter(|pieces| *pieces > 0).map(|pieces| (pieces, payment.quantity));
    let given_back = payment.refunded_money().filter(|money| money.price_micros > 0);
    if pieces.is_none() && given_back.is_none() {
        return None;
    }
    let is_delivered = payment.consumed_at.is_some();
    if pieces.is_none() && !payment.is_partly_refunded() {
        return Some(Answer::RefundedAndKept { given_back, is_delivered });
    }
    let at = payment.refunded_at.or_else(|| known.last(EventKind::Refund).map(|event| event.at));
    Some(Answer::PartlyRefunded { at, given_back, pieces, is_delivered })
}

/// Whether the goods of a consumable were given, and why not.
fn goods(payment: &Payment, known: &Circumstances<'_>) -> Answer {
    let paid_at = payment.paid_at();
    if let Some(at) = payment.consumed_at {
        let is_elsewhere = known.last(EventKind::Consume).is_some_and(|event| !event.is_by_game());
        return if is_elsewhere { Answer::DeliveredElsewhere { paid_at, at } } else { Answer::Delivered { paid_at, at } };
    }
    if let Some(why) = payment.withheld() {
        let why = match why {
            Withheld::BeforeCharge => NotGiven::BeforeCharge,
            Withheld::Superseded => NotGiven::Superseded,
            Withheld::NotPurchased => NotGiven::NotPurchased,
        };
        return Answer::Withheld { paid_at, why };
    }
    let is_brought = payment.source != PaymentSource::Notification && payment.source != PaymentSource::Backfilled;
    let was_brought = known.events.iter().any(|event| event.kind == EventKind::Verify || event.kind == EventKind::Correct);
    let cause = if payment.reopened_at.is_some() {
        Undelivered::Reopened
    } else if known.last(EventKind::Release).is_some() {
        Undelivered::Released
    } else if was_brought || (known.events.is_empty() && is_brought) {
        Undelivered::NeverAsked
    } else {
        Undelivered::NeverBrought
    };
    let verified_after = payment.verified_at.zip(payment.purchased_at).map(|(verified, bought)| verified.0 - bought.0);
    Answer::Undelivered { paid_at, verified_after: verified_after.filter(|millis| *millis >= 0), cause }
}

#[cfg(test)]
pub use tests::samples;
#[cfg(test)]
mod tests;
