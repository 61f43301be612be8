//! Before it refunds, a store may ask how far the purchase was used (the App Store's CONSUMPTION_REQUEST). A job for each question
//! answers it by the project's policy as long as the store waits; the payment's timeline says what was answered, or why nothing was.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Backoff, Ctx, Job, Outcome, Pace, plan_until};
use crate::audit::By;
use crate::db::{self, Tx, jobs::Claimed};
use crate::error::{Error, Result};
use crate::model::{
    AppSeq, ConsumptionPolicy, EventKind, Evidence, NotificationNo, Ownership, Payment, PaymentStatus, ProjectId, StorePolicy,
    Timestamp, shorten,
};
use crate::payments::{Remark, write_remark};
use crate::projects;
use crate::state::AppState;
use crate::stores::{Action, Notification, RefundAnswer, StoreApp, StoreError, Subject};

const BY: By = By::System("refund questions");
/// People are told of a question that is not answered so long before it is too late.
const ALARM_MILLIS: i64 = 4 * Timestamp::HOUR;
const ALL_OF_IT: u32 = 100;
/// The store's words in a reason are no longer.
const REASON_CHARS_MAX: usize = 500;

/// What was asked; kept in the job.
#[derive(Debug, Serialize, Deserialize)]
struct Question {
    app: i64,
    order_id: String,
    until: Timestamp,
    /// What the store wants back with the answer.
    #[serde(default)]
    token: Option<String>,
}

/// How one try to answer ended.
enum Step {
    /// For good: in words, and what was sent.
    Said(String, Option<Value>),
    /// Not yet; why, and when to try again.
    Later(String, Timestamp),
}

/// Has a question of the store answered, if the notification is one; in the write that applies it.
pub(super) async fn plan_answer(
    tx: &mut Tx,
    project: &ProjectId,
    app: &StoreApp,
    notification: &Notification,
    no: NotificationNo,
    at: Timestamp,
) -> Result<()> {
    let purchase = notification.snapshot.iter().flat_map(|snapshot| &snapshot.purchases).next();
    let order_id = purchase.map(|purchase| &purchase.order_id);
    let order_id = order_id.or_else(|| notification.purchases.first().map(|named| &named.order_id));
    let (Some(until), Some(order_id)) = (notification.refund_question_until, order_id) else { return Ok(()) };
    let token = notification.refund_question_token.clone();
    let question = Question { app: app.app_seq.0, order_id: order_id.clone(), until, token };
    let data = serde_json::to_string(&question).map_err(Error::internal)?;
    plan_until::<AnswerRefundRequests>(tx, project, &no.to_string(), &data, until, at).await
}

/// Answers stores' questions. The subject of the job is the notification's number.
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
            let at = state.clock.now();
            let is_ours = state
                .db
                .write(async |tx| {
                    let is_ours = db::jobs::delete(tx, claimed, ctx.lease()).await?;
                    if is_ours {
                        let (kind, evidence) = (EventKind::Answer, sent.clone().map(Evidence::from));
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
        return said("the store waits no longer");
    }
    let policy = projects::get_policy(state, project).await?;
    let answer = match answer_by(&policy, payment) {
        Ok(answer) => RefundAnswer { token: question.token.clone(), ..answer },
        Err(reason) => return said(reason),
    };
    let app = projects::store_app_of(state, project, AppSeq(question.app)).await?;
    let action = Action::AnswerRefundQuestion(answer.clone());
    let failure = match state.stores.of(app.store).act(&app, Subject::of(&question.order_id), &action, now.into()).await {
        Ok(outcome) => return Ok(Step::Said(format!("answered: {}", words(&answer)), outcome.sent)),
        Err(failure) => failure,
    };
    let reason = shorten(&failure.to_string(), REASON_CHARS_MAX).into_owned();
    let due_at = match &failure {
        StoreError::Rejected(_) | StoreError::Denied(..) => None,
        StoreError::RateLimited { retry_at, .. } => Some(*retry_at),
        _ => AnswerRefundRequests::PACE.backoff.pause_millis(attempts).map(|pause| now.plus_millis(pause)),
    };
    match due_at.filter(|due_at| *due_at < question.until) {
        Some(due_at) => Ok(Step::Later(reason, due_at)),
        None => said(&reason),
    }
}

/// What is said of a payment, as it stands in our books; or why nothing is.
fn answer_by(policy: &StorePolicy, payment: &Payment) -> std::result::Result<RefundAnswer, &'static str> {
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
    let used = if is_delivered { ALL_OF_IT } else { 0 };
    Ok(RefundAnswer { is_delivered, used_percent: (!payment.product_type.is_subscription()).then_some(used), token: None })
}

fn words(answer: &RefundAnswer) -> String {
    let delivered = if answer.is_delivered { "DELIVERED" } else { "UNDELIVERED_OTHER" };
    let used = answer.used_percent.map(|percent| format!(", {percent} % used")).unwrap_or_default();
    format!("{delivered}{used}")
}
