use super::{Ctx, Job, Outcome, Pace};
use crate::simulator;

/// Has happen what is due in the simulated stores, while the simulator is on.
pub struct RunSimulatedLifecycles;

impl Job for RunSimulatedLifecycles {
    const KIND: &'static str = "run_simulated_lifecycles";
    const PACE: Pace = Pace::every(1);
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        simulator::run_due(ctx.state).await.map(|count| ctx.count(count as u64)).into()
    }
}
