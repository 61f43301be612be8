use super::{Ctx, Job, Outcome, Pace};
use crate::payments;

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
