//! USE CASE: work in the background, one job a file; the file's name says what it does. A new job is a file with an `impl Job`, and
//! a line in `all` below.
//!
//! `runner` claims rows under a lease, runs the job, puts them back or takes them away, logs and counts; `loops` runs each job at
//! its pace. What is to be done later is planned in the write that makes it necessary (`plan`, `plan_until`).
//!
//! May call `db`, `stores`, and the public functions of every other use case; none of them calls it but to show alarms.

mod answer_refund_requests;
mod apply_notifications;
mod await_refunds;
mod backfill_notifications;
mod expire_subscriptions;
mod finish_purchases;
mod housekeeping;
mod index_search;
mod job;
mod loops;
mod plan;
mod plan_backfills;
mod poll_refunds;
mod poll_subscriptions;
mod poll_voided;
mod remove_applied_notifications;
mod remove_stored_answers;
mod roll_up_statistics;
mod runner;
mod simulate_stores;
mod verify_later;
mod verify_provisional;
mod watch_deadlines;
mod work;

use tokio::sync::watch;

use crate::state::AppState;
use loops::Loop;

pub use answer_refund_requests::AnswerRefundRequests;
pub use apply_notifications::ApplyNotifications;
pub use await_refunds::AwaitRefunds;
pub use backfill_notifications::BackfillNotifications;
pub use expire_subscriptions::ExpireSubscriptions;
pub use finish_purchases::FinishPurchases;
pub use housekeeping::{
    CloseUnpaidReservations, FlushCallCounts, RemoveExpiredSessions, RemoveOldCallCounts, RemoveUnpaidReservations,
};
pub use index_search::{IndexSearch, IndexVerifiedLater};
pub use job::{Backoff, Ctx, Job, Outcome, Pace};
pub use plan::{plan, plan_until};
pub use plan_backfills::PlanBackfills;
pub use poll_refunds::PollRefunds;
pub use poll_subscriptions::PollSubscriptions;
pub use poll_voided::PollVoided;
pub use remove_applied_notifications::RemoveAppliedNotifications;
pub use remove_stored_answers::RemoveStoredAnswers;
pub use roll_up_statistics::{CountSubscriptions, RollUpStatistics};
pub use runner::{JobsRuntime, Tally, run_due};
pub use simulate_stores::{DeliverSimulatedNotifications, RunSimulatedLifecycles};
pub use verify_later::VerifyLater;
pub use verify_provisional::VerifyProvisional;
pub use watch_deadlines::{WatchDeadlines, list_alarms, list_alarms_of_payment};
pub use work::{Due, InHand, Release, Work};

/// Every job.
fn all() -> Vec<Loop> {
    vec![
        Loop::of(AnswerRefundRequests),
        Loop::of(ApplyNotifications),
        Loop::of(AwaitRefunds),
        Loop::of(BackfillNotifications),
        Loop::of(CloseUnpaidReservations),
        Loop::of(DeliverSimulatedNotifications),
        Loop::of(ExpireSubscriptions),
        Loop::of(FinishPurchases),
        Loop::of(FlushCallCounts),
        Loop::of(IndexSearch),
        Loop::of(IndexVerifiedLater),
        Loop::of(PlanBackfills),
        Loop::of(PollRefunds),
        Loop::of(PollSubscriptions),
        Loop::of(PollVoided),
        Loop::of(RemoveAppliedNotifications),
        Loop::of(RemoveExpiredSessions),
        Loop::of(RemoveOldCallCounts),
        Loop::of(RemoveStoredAnswers),
        Loop::of(RemoveUnpaidReservations),
        Loop::of(CountSubscriptions),
        Loop::of(RollUpStatistics),
        Loop::of(RunSimulatedLifecycles),
        Loop::of(VerifyLater),
        Loop::of(VerifyProvisional),
        Loop::of(WatchDeadlines),
    ]
}

/// Starts every job's loop; they end when `stopped` turns true. One that ends before is told to the vitals.
pub fn start(state: &AppState, stopped: watch::Receiver<bool>) {
    for each in all() {
        each.start(state, stopped.clone());
    }
}

/// The jobs that have a deadline.
fn with_deadline() -> Vec<&'static str> {
    all().iter().filter(|each| each.pace.alarm_millis.is_some()).map(|each| each.kind).collect()
}
