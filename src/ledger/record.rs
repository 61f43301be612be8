//! Recording a store's report: one write, the same for a device's proof, a notification and an answer to our question.

use super::bulk::{may_be_new, new_purchase};
use super::effect;
use super::load::load;
use super::plan::plan;
use super::report::{Claimant, StoreReport};
use super::write::write_plan;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::keys::random_salt;
use crate::model::{AccessSalt, Finish, Payment, PaymentSeq, SubscriptionId, Timestamp};
use crate::state::AppState;

/// Two reports about one purchase may meet: the loser reads what the winner wrote.
const TRIES_MAX: u32 = 5;

/// Numbers for what a report may have to write; taken before the write.
pub(crate) struct ReportNumbers {
    pub(super) payment: PaymentSeq,
    pub(super) access_salt: AccessSalt,
    pub(super) subscription: SubscriptionId,
}

impl ReportNumbers {
    pub(crate) async fn take(state: &AppState, at: Timestamp) -> Result<Self> {
        let numbers = &state.numbers;
        let (payment, subscription) = (numbers.next_payment(at).await?, numbers.next_subscription(at).await?);
        Ok(Self { payment, access_salt: random_salt()?, subscription })
    }
}

/// The payment after a report.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub payment: Payment,
    /// What changed in the payment, for the notification's record.
    pub effect: &'static str,
}

/// Records what a store said, within a write: reads what is known, decides, and writes.
pub(crate) async fn record(
    tx: &mut Tx,
    report: &StoreReport<'_>,
    claimant: Option<Claimant<'_>>,
    numbers: &ReportNumbers,
) -> Result<Recorded> {
    let known = load(tx, report, claimant).await?;
    let plan = plan(report, claimant, &known, numbers);
    write_plan(tx, report, &plan).await?;
    let planned = plan.payments.into_iter().map(|planned| planned.after).find(|payment| payment.payment_seq == plan.seq);
    let payment = planned.or(known.payment).ok_or_else(|| Error::internal("a report has no payment"))?;
    Ok(Recorded { payment, effect: plan.effect })
}

/// Records what a store said: a purchase nobody recorded yet with others of its kind, everything else in a write of its own.
pub(crate) async fn record_alone(state: &AppState, report: &StoreReport<'_>, claimant: Option<Claimant<'_>>) -> Result<Recorded> {
    let numbers = ReportNumbers::take(state, report.at).await?;
    if let Some(claimant) = claimant.filter(|claimant| may_be_new(report, *claimant))
        && let Some(payment) = state.new_purchases.record(new_purchase(report, claimant, &numbers)?).await?
    {
        return Ok(Recorded { payment, effect: effect::CREATED });
    }
    // In a box, so that the many new purchases carry none of it.
    Box::pin(record_by_itself(state, report, claimant, &numbers)).await
}

async fn record_by_itself(
    state: &AppState,
    report: &StoreReport<'_>,
    claimant: Option<Claimant<'_>>,
    numbers: &ReportNumbers,
) -> Result<Recorded> {
    let mut tries = 0;
    loop {
        tries += 1;
        let written = state.db.write(async |tx| record(tx, report, claimant, numbers).await).await;
        if written.as_ref().is_ok_and(|recorded| recorded.payment.finish == Finish::Due) {
            state.wakes.finish.notify_one();
        }
        match written {
            Err(error) if error.is_lost_race() && tries < TRIES_MAX => {}
            other => return other,
        }
    }
}

/// Records a report only where its purchase is recorded: it says that a purchase is over or taken back, and nothing is made
/// that we do not have. Gives the payment as it is then.
pub(crate) async fn record_if_known(
    state: &AppState,
    report: &StoreReport<'_>,
    claimant: Option<Claimant<'_>>,
) -> Result<Option<Recorded>> {
    let mut tx = state.db.read().await?;
    let scope = report.scope();
    let by_order = db::payments::find_by_order(&mut tx, scope.project, scope.app, &report.purchase.order_id).await?;
    let is_known =
        by_order.is_some() || db::payments::find_by_other_id(&mut tx, scope, &report.purchase.identity()).await?.is_some();
    drop(tx);
    match is_known {
        true => record_alone(state, report, claimant).await.map(Some),
        false => Ok(None),
    }
}
