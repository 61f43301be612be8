//! Writes a plan.

use super::finish::{FINISH_PURCHASES, plan_told};
use super::plan::Plan;
use super::provisional::{FIRST_MILLIS, VERIFY_PROVISIONAL};
use super::report::StoreReport;
use crate::db::store_snapshots::{self, StoredSnapshot};
use crate::db::{self, Tx, purchases};
use crate::error::{Error, Result};

/// Writes what a report changes. A lost race, which undoes it all, when another write was quicker with one of the payments.
pub(super) async fn write_plan(tx: &mut Tx, report: &StoreReport<'_>, plan: &Plan) -> Result<()> {
    let (scope, project, at) = (report.scope(), report.project, report.at);
    if let Some(id) = &plan.outdated {
        store_snapshots::delete(tx, scope, id).await?;
    }
    store_snapshots::keep(tx, scope, &StoredSnapshot::of_purchase(&plan.newest)?).await?;
    if let Some(renewal) = &plan.renewal {
        store_snapshots::keep(tx, scope, &StoredSnapshot::of_renewal(renewal)?).await?;
    }
    for from in &plan.moved_chains {
        let to = &plan.newest.original_order_id;
        purchases::keep_move(tx, scope, from, to, at).await?;
        store_snapshots::move_chain(tx, scope, from, to).await?;
    }
    if let Some((user, token)) = &plan.user {
        db::users::insert(tx, project, &user.channel, &user.key, token, at).await?;
    }
    for planned in &plan.payments {
        let is_written = match &planned.before {
            Some(before) => db::payments::save(tx, project, before, &planned.after).await?,
            None => db::payments::insert(tx, project, &planned.after).await?,
        };
        if !is_written {
            return Err(Error::lost_race());
        }
    }
    for id in &plan.other_ids {
        db::payments::keep_other_id(tx, scope, &plan.seq, id, at).await?;
    }
    for (seq, line) in &plan.lines {
        db::payment_events::insert(tx, project, seq, line).await?;
    }
    for planned in &plan.finish {
        plan_told(tx, project, FINISH_PURCHASES, planned, at, at).await?;
    }
    if let Some(planned) = &plan.check {
        plan_told(tx, project, VERIFY_PROVISIONAL, planned, at.plus_millis(FIRST_MILLIS), at).await?;
    }
    for planned in &plan.subscriptions {
        db::subscriptions::save(tx, project, planned.as_row()).await?;
    }
    Ok(())
}
