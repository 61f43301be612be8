use super::{Ctx, Job, Outcome, Pace};
use crate::auth;

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
