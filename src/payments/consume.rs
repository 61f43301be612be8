use std::collections::BTreeMap;

use futures::future::join_all;

use crate::audit::By;
use crate::db::payments::Consumption;
use crate::db::{self, Batcher, Db, Tx};
use crate::error::{Error, Result};
use crate::ledger::event;
use crate::model::{AccessSalt, EventKind, Payment, PaymentSeq, PaymentStatus, ProjectId, RefusalCode, Withheld};
use crate::state::AppState;
use crate::users::{User, user_token_invalid};

/// A request to consume a payment.
#[derive(Debug, Clone)]
pub struct Consume {
    pub payment_seq: PaymentSeq,
    /// The payment's own secret, given by verify and the unconsumed list.
    pub access_token: String,
    /// Only as a payment of this user, whose signed token came along.
    pub user: Option<User>,
    /// The caller's `Idempotency-Key`, hashed: whoever repeats with the same one gets the same answer, even after a crash.
    pub consume_key: Option<String>,
}

/// Consumes a paid payment. Exactly one caller succeeds, however many try at once.
pub async fn consume(state: &AppState, by: &By, project: &ProjectId, input: &Consume) -> Result<Payment> {
    let opened = state.keys.tokens.open_access_token(&input.access_token);
    let opened = opened.filter(|opened| opened.payment_seq == input.payment_seq).ok_or_else(not_the_payments)?;
    if let Some(user) = &input.user {
        let payment = super::find(state, project, &input.payment_seq).await?;
        if (&payment.user_channel, &payment.user_key) != (&user.channel, &user.key) {
            return Err(user_token_invalid("X-User-Token is another user's than the payment"));
        }
    }
    let at = state.clock.now();
    let line = event(by, at, EventKind::Consume, Some(PaymentStatus::Success), PaymentStatus::Success);
    let asked = Consumption {
        project: project.clone(),
        payment_seq: input.payment_seq.clone(),
        access_salt: opened.salt,
        consume_key: input.consume_key.clone(),
        at,
        line,
    };
    let result = match state.consumptions.consume(asked).await {
        Ok(Some(payment)) => Ok(payment),
        Ok(None) => answer_again(state, project, input, opened.salt).await,
        Err(error) => Err(error),
    };
    let outcome = result.as_ref().err().map_or("SUCCESS", Error::code);
    metrics::counter!("purser_consume_total", "outcome" => outcome).increment(1);
    result
}

/// Consumes payments, those that are asked for at the same time in one write. Cheap to clone.
#[derive(Clone)]
pub struct Consumptions(Batcher<Consumption, Result<Option<Payment>>>);

impl Consumptions {
    pub fn start(db: &Db) -> Self {
        Self(Batcher::start(db, consume_all))
    }

    /// The payment, if this one consumed it.
    async fn consume(&self, asked: Consumption) -> Result<Option<Payment>> {
        self.0.hand_in(asked).await?
    }
}

async fn consume_all(db: Db, asked: Vec<Consumption>) -> Vec<Result<Option<Payment>>> {
    // A payment is asked for once in a write, whoever else asks. In the order of their numbers, so that of two writes about
    // the same payments neither waits for the other for good.
    let first: BTreeMap<&str, &Consumption> = asked.iter().rev().map(|one| (one.payment_seq.as_str(), one)).collect();
    let together: Vec<&Consumption> = first.values().copied().collect();
    let mut answers = Vec::with_capacity(asked.len());
    let mut done = match db.write(async |tx| db::payments::mark_consumed(tx, &together).await).await {
        Ok(payments) => payments,
        Err(error) if asked.len() == 1 => return vec![Err(error)],
        // What one of them met must not be the others' trouble. At the same time, so that they wait no longer than one would.
        Err(_) => return join_all(asked.iter().map(|one| consume_alone(&db, one))).await,
    };
    for one in &asked {
        // Another project's, which has no such payment, may have come first, or one with the token of another payment that
        // once had the number.
        let is_alike = |first: &&Consumption| first.project == one.project && first.access_salt == one.access_salt;
        if !first.get(one.payment_seq.as_str()).is_some_and(is_alike) {
            answers.push(consume_alone(&db, one).await);
            continue;
        }
        // Of many that ask for one payment, the first has it.
        let place = done.iter().position(|payment| payment.payment_seq == one.payment_seq);
        answers.push(Ok(place.map(|place| done.swap_remove(place))));
    }
    answers
}

async fn consume_alone(db: &Db, one: &Consumption) -> Result<Option<Payment>> {
    let done = db.write(async |tx| db::payments::mark_consumed(tx, &[one]).await).await?;
    Ok(done.into_iter().next())
}

fn not_the_payments() -> Error {
    Error::Forbidden { code: "ACCESS_TOKEN_INVALID", message: "the access token is not this payment's".into() }
}

/// Someone was first, or it can't be consumed: the same answer for the same key, else the reason.
async fn answer_again(state: &AppState, project: &ProjectId, input: &Consume, salt: Option<AccessSalt>) -> Result<Payment> {
    let mut tx = state.db.read().await?;
    let payment = db::payments::find(&mut tx, project, &input.payment_seq).await?.ok_or(Error::NotFound("payment"))?;
    if payment.access_salt != salt {
        return Err(not_the_payments());
    }
    match payment.status {
        PaymentStatus::Refund => Err(Error::refused(RefusalCode::Refunded, "the payment was refunded")),
        PaymentStatus::Success if payment.is_owned() => {
            Err(not_consumable("a payment of type NON_CONSUMABLE is owned and never consumed: see the user's owned list"))
        }
        PaymentStatus::Success if !payment.product_type.is_consumable() => {
            Err(not_consumable(&format!("a payment of type {} is not consumed", payment.product_type)))
        }
        PaymentStatus::Success if payment.consumed_at.is_some() => {
            let first = db::payments::find_consume_key(&mut tx, project, &input.payment_seq).await?;
            if first.is_some() && first == input.consume_key {
                return Ok(payment);
            }
            Err(Error::refused(RefusalCode::AlreadyConsumed, "the payment was consumed before"))
        }
        PaymentStatus::Success if is_imported(&mut tx, &payment).await? => {
            Err(Error::refused(RefusalCode::AlreadyConsumed, "the payment was consumed at another server"))
        }
        PaymentStatus::Success => {
            Err(payment.withheld().map_or_else(|| not_consumable("it was changed at the same time: try again"), withheld))
        }
        status => Err(Error::conflict("NOT_VERIFIED", format!("the payment is {status}, not SUCCESS"))),
    }
}

async fn is_imported(tx: &mut Tx, payment: &Payment) -> Result<bool> {
    let Some(order_id) = &payment.store_order_id else { return Ok(false) };
    Ok(db::imported_orders::find(tx, payment.app_seq, order_id).await?.is_some())
}

fn not_consumable(reason: &str) -> Error {
    Error::conflict("NOT_CONSUMABLE", reason)
}

fn withheld(why: Withheld) -> Error {
    not_consumable(match why {
        Withheld::BeforeCharge => "it was bought before this server was in charge of the app; staff may make it consumable",
        Withheld::Superseded => "another plan took the place of this period",
        Withheld::NotPurchased => "the player did not buy it: a family member shares it, or it is assigned",
    })
}
