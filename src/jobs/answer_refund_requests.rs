//! Before it refunds, the App Store asks how far the purchase was used (CONSUMPTION_REQUEST). A job for each question answers
//! it by the project's policy within the store's twelve hours; the payment's timeline says what was answered, or why nothing was.

use serde::{Deserialize, Serialize};

use super::{Backoff, Ctx, Job, Outcome, Pace, plan_until};
use crate::audit::By;
use crate::db::{self, Tx, jobs::Claimed};
use crate::error::{Error, Result};
use crate::model::{
    AppSeq, ConsumptionPolicy, EventKind, Evidence, NotificationNo, Ownership, Payment, PaymentStatus, ProjectId, StorePolicy,
    Timestamp,
};
use crate::payments::{Remark, write_remark};
use crate::projects;
use crate::state::AppState;
use crate::stores::apple::api::{ApiFailure, Consumption};
use crate::stores::{Notification, StoreApp};

const QUESTION: &str = "CONSUMPTION_REQUEST";
const BY: By = By::System("refund questions");
const ANSWERED_WITHIN_MILLIS: i64 = 12 * Timestamp::HOUR;
/// People are told of a question that is not answered so long before it is too late.
const ALARM_MILLIS: i64 = 4 * Timestamp::HOUR;
/// Apple counts thousandths of a percent.
const ALL_OF_IT: u32 = 100_000;

/// What was asked; kept in the job.
#[derive(Debug, Serialize, Deserialize)]
struct Question {
    app: i64,
    order_id: String,
    until: Timestamp,
}

/// How one try to answer ended.
enum Step {
    /// For good: in words, and what was sent.
    Said(String, Option<Consumption>),
    /// Not yet; why, and when to try again.
    Later(String, Timestamp),
}

/// Has a question of the store answered, if the notification is one; in the write that applies it.
pub(super) async fn plan_answer(
    tx: &mut Tx,
    (project, app): (&ProjectId, &StoreApp),
    notification: &Notification,
    no: NotificationNo,
    at: Timestamp,
) -> Result<()> {
    let Some(purchase) = notification.purchase.as_ref().filter(|_| notification.kind == QUESTION) else { return Ok(()) };
    let until = notification.signed_at.plus_millis(ANSWERED_WITHIN_MILLIS);
    let question = Question { app: app.app_seq.0, order_id: purchase.order_id.clone(), until };
    let data = serde_json::to_string(&question).map_err(Error::internal)?;
    plan_until::<AnswerRefundRequests>(tx, project, &no.to_string(), &data, until, at).await
}

/// Answers the App Store's questions. The subject of the job is the notification's number.
pub struct AnswerRefundRequests;

impl Job for AnswerRefundRequests {
    const KIND: &'static str = "answer_refund_requests";
    const PACE: Pace = Pace {
        lease_millis: 2 * Timestamp::MINUTE,
        backoff: Backoff::Doubled { first_millis: Timestamp::MINUTE, millis_max: Timestamp::HOUR },
        alarm_millis: Some(ALARM_MILLIS),
        ..Pace::every(10)
    };
    type Work = Claimed;

    async fn run(&self, ctx: &Ctx<'_, Claimed>) -> Outcome {
        work(ctx).await.into()
    }
}

async fn work(ctx: &Ctx<'_, Claimed>) -> Result<Outcome> {
    let (state, claimed) = (ctx.state, ctx.work);
    let project = ProjectId(claimed.project_id.clone());
    let question: Question = serde_json::from_str(&claimed.data).map_err(Error::internal)?;
    let mut tx = state.db.read().await?;
    let found = db::payments::find_by_order(&mut tx, &project, AppSeq(question.app), &question.order_id).await?;
    drop(tx);
    let Some(payment) = found else { return Ok(Outcome::Done) };
    match answer(state, &project, &question, &payment, claimed.attempts).await? {
        Step::Later(reason, at) => Ok(Outcome::Again { at, reason: Some(reason) }),
        Step::Said(words, sent) => {
            metrics::counter!("purser_consumption_answers_total", "sent" => sent.is_some().to_string()).increment(1);
            let evidence = sent.map(serde_json::to_value).transpose().map_err(Error::internal)?;
            let at = state.clock.now();
            let is_ours = state
                .db
                .write(async |tx| {
                    let is_ours = db::jobs::delete(tx, claimed, ctx.lease()).await?;
                    if is_ours {
                        let (kind, evidence) = (EventKind::Answer, evidence.clone().map(Evidence::from));
                        let remark = Remark { by: &BY, kind, reason: &words, evidence, at };
                        write_remark(tx, &project, &payment, remark).await?;
                    }
                    Ok(is_ours)
                })
                .await?;
            if is_ours {
                ctx.note_closed();
            }
            Ok(Outcome::Done)
        }
    }
}

async fn answer(state: &AppState, project: &ProjectId, question: &Question, payment: &Payment, attempts: i64) -> Result<Step> {
    let now = state.clock.now();
    let said = |words: &str| Ok(Step::Said(format!("not answered: {words}"), None));
    if now >= question.until {
        return said("the App Store waits for 12 hours only");
    }
    let policy = projects::get_policy(state, project).await?;
    let consumption = match consumption(&policy, payment) {
        Ok(consumption) => consumption,
        Err(reason) => return said(reason),
    };
    let app = projects::store_app_of(state, project, AppSeq(question.app)).await?;
    let sent = state.stores.apple().send_consumption(&app, &question.order_id, &consumption, now).await;
    let due_at = match &sent {
        Ok(()) => return Ok(Step::Said(format!("answered: {}", words(&consumption)), Some(consumption))),
        Err(ApiFailure::Refused { .. }) => None,
        Err(ApiFailure::RateLimited { retry_at }) => Some(*retry_at),
        Err(_) => AnswerRefundRequests::PACE.backoff.pause_millis(attempts).map(|pause| now.plus_millis(pause)),
    };
    let failure = sent.err().map(|failure| failure.to_string()).unwrap_or_default();
    match due_at.filter(|due_at| *due_at < question.until) {
        Some(due_at) => Ok(Step::Later(failure, due_at)),
        None => said(&failure),
    }
}

/// What is said of a payment, as it stands in our books; or why nothing is.
fn consumption(policy: &StorePolicy, payment: &Payment) -> std::result::Result<Consumption, &'static str> {
    if policy.consumption == ConsumptionPolicy::Off {
        return Err("the project's policy is to say nothing");
    }
    if policy.consent.is_none() {
        return Err("nobody has stated that players agreed");
    }
    if payment.status != PaymentStatus::Success {
        return Err("the payment is not a paid one");
    }
    // The store takes no answer on what a family member or an organisation shares.
    if payment.ownership != Ownership::Purchased {
        return Err("somebody else paid for it");
    }
    // Access is given by the subscription or the ownership itself; goods by whoever consumed the payment.
    let is_delivered = !payment.product_type.is_consumable() || payment.consumed_at.is_some();
    let percentage = if is_delivered { ALL_OF_IT } else { 0 };
    Ok(Consumption {
        customer_consented: true,
        sample_content_provided: false,
        delivery_status: if is_delivered { "DELIVERED" } else { "UNDELIVERED_OTHER" },
        consumption_percentage: (!payment.product_type.is_subscription()).then_some(percentage),
        refund_preference: None,
    })
}

fn words(consumption: &Consumption) -> String {
    let used = consumption.consumption_percentage.map(|milli| format!(", {} % used", milli / 1_000)).unwrap_or_default();
    format!("{}{used}", consumption.delivery_status)
}
