use super::{Ctx, Job, Outcome, Pace};
use crate::nhn;

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
