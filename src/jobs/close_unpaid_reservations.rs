use super::{Ctx, Job, Outcome, Pace};
use crate::payments;

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
