use super::{Ctx, Job, Outcome, Pace};
use crate::nhn;

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
