//! The jobs of the simulated stores. Each only calls `simulator`.

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

/// Sends the simulated stores' notifications, by their own clock and with all that is to go wrong on the way.
pub struct DeliverSimulatedNotifications;

impl Job for DeliverSimulatedNotifications {
    const KIND: &'static str = "deliver_simulated_notifications";
    const PACE: Pace = Pace { wake: Some(|wakes| &wakes.simulator), ..Pace::every(1) };
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        simulator::send_due(ctx.state).await.map(|count| ctx.count(count as u64)).into()
    }
}
