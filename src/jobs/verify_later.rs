//! Proofs whose store could not be reached wait, and are verified again until it can.

use super::{Backoff, Ctx, Job, Outcome, Pace};
use crate::db::waiting_proofs::Waiting;
use crate::error::Error;
use crate::model::Timestamp;
use crate::payments;

/// A store that is gone longer than this is not waited for.
const KEPT_MILLIS: i64 = 3 * Timestamp::DAY;

/// Verifies proofs that wait. The apps are lanes, so that a store that hangs does not hold up the others.
pub struct VerifyLater;

impl Job for VerifyLater {
    const KIND: &'static str = "verify_later";
    const PACE: Pace = Pace {
        // Longer than a verify can take, shorter than a player waits.
        lease_millis: 2 * Timestamp::MINUTE,
        claimed_max: 2_000,
        at_once: 16,
        // After so many an app's store is taken to be away still.
        lane_failures_max: 3,
        backoff: Backoff::Doubled { first_millis: Timestamp::MINUTE, millis_max: Timestamp::HOUR },
        ..Pace::every(10)
    };
    type Work = Waiting;

    async fn run(&self, ctx: &Ctx<'_, Waiting>) -> Outcome {
        let reason = match payments::verify_waiting(ctx.state, ctx.work).await {
            Err(Error::Refused { code, reason }) if code.is_transient() => Error::Refused { code, reason },
            Err(error @ (Error::Database(_) | Error::Internal(_))) => error,
            // Verified, or refused for good and noted where it was reserved.
            Ok(()) | Err(_) => {
                ctx.count(1);
                return Outcome::Done;
            }
        };
        if ctx.state.clock.now() <= ctx.work.created_at.plus_millis(KEPT_MILLIS) {
            return Outcome::Failed { reason };
        }
        tracing::error!(project = %ctx.work.project_id, app = ctx.work.app_seq.0, %reason, "a proof waited in vain for its store");
        Outcome::Done
    }
}
