use super::{Ctx, Job, Outcome, Pace};
use crate::db;
use crate::error::Result;

const ROWS_A_WRITE: i64 = 1_000;

/// Removes the stored answers of calls with an `Idempotency-Key` that nobody repeats any more.
pub struct RemoveStoredAnswers;

impl Job for RemoveStoredAnswers {
    const KIND: &'static str = "remove_stored_answers";
    const PACE: Pace = Pace::every(600);
    type Work = ();

    async fn run(&self, ctx: &Ctx<'_, ()>) -> Outcome {
        remove(ctx).await.into()
    }
}

async fn remove(ctx: &Ctx<'_, ()>) -> Result<()> {
    let now = ctx.state.clock.now();
    loop {
        let write = async |tx: &mut db::Tx| db::idempotency::delete_expired(tx, now, ROWS_A_WRITE).await;
        let gone = ctx.state.db.write(write).await?;
        ctx.count(gone);
        if gone < ROWS_A_WRITE.unsigned_abs() {
            return Ok(());
        }
    }
}
