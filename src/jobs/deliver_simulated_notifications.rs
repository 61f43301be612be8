use super::{Ctx, Job, Outcome, Pace};
use crate::simulator;

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
