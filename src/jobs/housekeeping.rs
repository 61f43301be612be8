//! The jobs that close and remove what is over, and write down what was counted. Each only calls its use case.

use super::{Ctx, Job, Outcome, Pace};
use crate::{auth, nhn, payments};

/// Closes the reservations that were not paid in time. A later, valid verify or notification still wins.
pub struct CloseUnpaidReservations;

impl Job for CloseUnpaidReservations {
    const KIND: &'static str = "close_unpaid_reservations";
    const PACE: Pace = Pace::every(600);
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        payments::close_unpaid(ctx.state).await.map(|count| ctx.count(count as u64)).into()
    }
}

/// Removes closed reservations that never became a purchase.
pub struct RemoveUnpaidReservations;

impl Job for RemoveUnpaidReservations {
    const KIND: &'static str = "remove_unpaid_reservations";
    const PACE: Pace = Pace::every(600);
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        payments::delete_unpaid(ctx.state).await.map(|count| ctx.count(count as u64)).into()
    }
}

/// Removes sessions, links and failed sign-ins that are over.
pub struct RemoveExpiredSessions;

impl Job for RemoveExpiredSessions {
    const KIND: &'static str = "remove_expired_sessions";
    const PACE: Pace = Pace::every(600);
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        auth::delete_expired(ctx.state).await.into()
    }
}

/// Adds the calls in NHN's forms that this process counted to the database; done once more when the server stops.
pub struct FlushCallCounts;

impl Job for FlushCallCounts {
    const KIND: &'static str = "flush_call_counts";
    const PACE: Pace = Pace::every(5);
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        nhn::flush_calls(ctx.state).await.into()
    }
}

/// Removes the counts of calls in NHN's forms that nobody is shown any more.
pub struct RemoveOldCallCounts;

impl Job for RemoveOldCallCounts {
    const KIND: &'static str = "remove_old_call_counts";
    const PACE: Pace = Pace::every(600);
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        nhn::delete_old_calls(ctx.state).await.into()
    }
}
