use serde_json::json;

use super::refund::required_reason;
use crate::audit::{self, By, Change};
use crate::db;
use crate::error::{Error, Result};
use crate::keys::random_salt;
use crate::ledger::{event, with_reason};
use crate::model::{Actor, EventKind, PaymentSeq, ProjectId, Timestamp};
use crate::state::AppState;

/// So often the goods of one payment are given once more. Whoever needs more has another trouble.
const REOPENINGS_MAX: i64 = 3;

/// Staff open a payment whose goods did not reach the player for one more consume, with a new access token: what was asked for with
/// the old one is over. Only what the game consumed; what another payment or server gave is given there. Asks for the OPERATOR right
/// at the edge. `seen` is when it was consumed as far as they knew: two who answer one complaint open it once.
pub async fn reopen(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    seq: &PaymentSeq,
    reason: &str,
    seen: Option<Timestamp>,
) -> Result<()> {
    let (reason, access_salt, at) = (required_reason(reason)?, random_salt()?, state.clock.now());
    let write = state.db.write(async |tx| {
        let found = db::payments::find(tx, project, seq).await?.ok_or(Error::NotFound("payment"))?;
        if seen.is_some() && found.consumed_at.is_some() && found.consumed_at != seen {
            return Err(Error::conflict(
                "REOPENED_MEANWHILE",
                "somebody else has opened it since, and the game consumed it again",
            ));
        }
        let consumer = db::payment_events::find_consumer(tx, project, seq).await?;
        let is_games = matches!(consumer, Some(Actor::Server | Actor::Client));
        if !found.can_reopen() || !is_games {
            return Err(Error::conflict("NOT_REOPENABLE", "only a paid payment that the game consumed is delivered again"));
        }
        // A file said so after the game had consumed it here; nobody could consume it again.
        if let Some(order_id) = &found.store_order_id
            && db::imported_orders::find(tx, found.app_seq, order_id).await?.is_some()
        {
            return Err(Error::conflict("NOT_REOPENABLE", "the goods were given by another server, too"));
        }
        if db::payment_events::count(tx, project, seq, EventKind::Reopen).await? >= REOPENINGS_MAX {
            let reason = format!("a payment is delivered again at most {REOPENINGS_MAX} times");
            return Err(Error::conflict("REOPENED_TOO_OFTEN", reason));
        }
        if !db::payments::mark_reopened(tx, project, seq, access_salt, at).await? {
            return Err(Error::lost_race());
        }
        let line = with_reason(event(by, at, EventKind::Reopen, Some(found.status), found.status), reason);
        db::payment_events::insert(tx, project, seq, &line).await?;
        let change = Change {
            action: "payment.reopen",
            project: Some(project),
            target: format!("payment:{seq}"),
            before: Some(json!({ "consumedAt": found.consumed_at.map(Timestamp::to_rfc3339) })),
            after: Some(json!({ "consumedAt": null, "reason": reason })),
        };
        audit::record(tx, by, at, change).await
    });
    write.await
}
