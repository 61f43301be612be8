//! The jobs behind the statistics. Each only calls its use case; on several processes, who is late stops.

use super::{Ctx, Job, Outcome, Pace};
use crate::error::Result;
use crate::statistics;

/// Adds payments up by day, and again those that were changed since; forgets the sums of another time zone.
pub struct RollUpStatistics;

impl Job for RollUpStatistics {
    const KIND: &'static str = "roll_up_statistics";
    const PACE: Pace = Pace::every(30);
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        roll_up(ctx).await.into()
    }
}

async fn roll_up(ctx: &Ctx<'_, ()>) -> Result<()> {
    ctx.count(statistics::roll_up(ctx.state).await? as u64);
    statistics::delete_outdated(ctx.state).await.map(drop)
}

/// Counts the subscriptions of projects that have too many to count them for every look.
pub struct CountSubscriptions;

impl Job for CountSubscriptions {
    const KIND: &'static str = "count_subscriptions";
    const PACE: Pace = Pace::every(60);
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        statistics::count_subscriptions(ctx.state).await.map(|count| ctx.count(count as u64)).into()
    }
}
