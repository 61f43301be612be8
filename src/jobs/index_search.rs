//! Gives payments and users the keys by which other spellings and parts of their ids are found. What has none yet is found all the
//! same (`search`), so nothing waits for these.

use super::{Ctx, Job, Outcome, Pace};
use crate::search;

/// New payments; at first all that there are.
pub struct IndexSearch;

impl Job for IndexSearch {
    const KIND: &'static str = "index_search";
    const PACE: Pace = Pace::every(30);
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        search::index_new(ctx.state).await.map(|count| ctx.count(count)).into()
    }
}

/// Payments made before and verified since.
pub struct IndexVerifiedLater;

impl Job for IndexVerifiedLater {
    const KIND: &'static str = "index_verified_later";
    const PACE: Pace = Pace::every(600);
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        search::index_verified_later(ctx.state).await.map(|count| ctx.count(count)).into()
    }
}
