use std::collections::BTreeMap;

use futures::future::join_all;

use super::event::event;
use crate::audit::By;
use crate::db::payments::Consumption;
use crate::db::{self, Db, Gather};
use crate::error::{Error, Result};
use crate::model::{EventKind, Payment, PaymentSeq, PaymentStatus, ProjectId, RefusalCode};
use crate::state::AppState;

/// A request to consume a payment.
#[derive(Debug, Clone)]
pub struct Consume {
    pub payment_seq: PaymentSeq,
    /// The payment's own secret, given by verify and the unconsumed list.
    pub access_token: String,
    /// The caller's `Idempotency-Key`, hashed: whoever repeats with the same one gets the same answer, even after a crash.
    pub consume_key: Option<String>,
}

/// Consumes a paid payment. Exactly one caller succeeds, however many try at once.
pub async fn consume(state: &AppState, by: &By, project: &ProjectId, input: &Consume) -> Result<Payment> {
    if !state.keys.tokens.is_access_token(&input.payment_seq, &input.access_token) {
        return Err(Error::Forbidden { code: "ACCESS_TOKEN_INVALID", message: "the access token is not this payment's".into() });
    }
    let (at, row_no) = (state.clock.now(), state.numbers.next_row().await?);
    let line = event(by, at, EventKind::Consume, Some(PaymentStatus::Success), PaymentStatus::Success);
    let asked = Consumption {
        project: project.clone(),
        payment_seq: input.payment_seq.clone(),
        consume_key: input.consume_key.clone(),
        at,
        line: (line, row_no),
    };
    let result = match state.consumptions.consume(asked).await {
        Ok(Some(payment)) => Ok(payment),
        Ok(None) => answer_again(state, project, input).await,
        Err(error) => Err(error),
    };
    let outcome = result.as_ref().err().map_or("SUCCESS", Error::code);
    metrics::counter!("purser_consume_total", "outcome" => outcome).increment(1);
    result
}

/// Consumes payments, those that are asked for at the same time in one write. Cheap to clone.
#[derive(Clone)]
pub struct Consumptions(Gather<Consumption, Result<Option<Payment>>>);

impl Consumptions {
    pub fn start(db: &Db) -> Self {
        Self(Gather::start(db, consume_all))
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
        // Another project's, which has no such payment, may have come first.
        if first.get(one.payment_seq.as_str()).is_some_and(|first| first.project != one.project) {
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

/// Someone was first, or it can't be consumed: the same answer for the same key, else the reason.
async fn answer_again(state: &AppState, project: &ProjectId, input: &Consume) -> Result<Payment> {
    let mut tx = state.db.read().await?;
    let payment = db::payments::find(&mut tx, project, &input.payment_seq).await?.ok_or(Error::NotFound("payment"))?;
    match payment.status {
        PaymentStatus::Refund => Err(Error::refused(RefusalCode::Refunded, "the payment was refunded")),
        PaymentStatus::Success if !payment.product_type.is_consumable() => {
            Err(Error::conflict("NOT_CONSUMABLE", format!("a payment of type {} is not consumed", payment.product_type)))
        }
        PaymentStatus::Success if payment.consumed_at.is_some() => {
            let first = db::payments::find_consume_key(&mut tx, project, &input.payment_seq).await?;
            if first.is_some() && first == input.consume_key {
                return Ok(payment);
            }
            Err(Error::refused(RefusalCode::AlreadyConsumed, "the payment was consumed before"))
        }
        status => Err(Error::conflict("NOT_VERIFIED", format!("the payment is {status}, not SUCCESS"))),
    }
}
