//! Room for one more proof: whose proofs give way in a full group.

use super::{Bounds, NewWaiting};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::Timestamp;

/// Where room is made in a full group.
pub(super) enum Crowded<'a> {
    /// By the part of it that has more than the newcomer's.
    Part { sql: &'static Statements, group: &'a str, part: String },
    /// By what one caller handed in without a reservation, for what it reserved.
    Unreserved { group: &'a str },
}

/// The statements about one kind of group, whose parts are groups of another kind.
pub(super) struct Statements {
    is_of_caller: bool,
    count: &'static str,
    count_part: &'static str,
    heaviest_part: &'static str,
    evict: &'static str,
}

macro_rules! statements {
    ($group:literal, $part:literal, $is_of_caller:literal) => {
        &Statements {
            is_of_caller: $is_of_caller,
            count: concat!("SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 FROM waiting_proofs WHERE ", $group, " = $1 LIMIT $2) AS waiting"),
            count_part: concat!("SELECT CAST(COUNT(*) AS BIGINT) FROM waiting_proofs WHERE ", $group, " = $1 AND ", $part, " = $2"),
            heaviest_part: concat!("SELECT ", $part, ", CAST(COUNT(*) AS BIGINT) AS waiting FROM waiting_proofs WHERE ", $group,
                " = $1 GROUP BY ", $part, " ORDER BY waiting DESC, ", $part, " LIMIT 1"),
            // What was reserved goes last, and the longer it waits the later.
            evict: concat!("DELETE FROM waiting_proofs WHERE id IN (SELECT id FROM waiting_proofs WHERE ", $group, " = $1 AND ", $part,
                " = $2 AND leased_until <= $3 ORDER BY CASE WHEN payment_seq IS NULL THEN 0 ELSE 1 END, created_at DESC, id LIMIT 1)"),
        }
    };
}

const OF_USER: &Statements = statements!("user_group", "caller_group", false);
pub(super) const OF_CALLER: &Statements = statements!("caller_group", "user_group", true);
const OF_PROJECT: &Statements = statements!("project_group", "caller_group", false);

/// What must give way in each full group; none when the newcomer has to.
pub(super) async fn find_room<'a>(tx: &mut Tx, new: &NewWaiting<'a>, bounds: Bounds) -> Result<Option<Vec<Crowded<'a>>>> {
    let (groups, mut crowded) = (&new.groups, Vec::new());
    let kinds = [
        (OF_USER, groups.user, groups.caller, bounds.user),
        (OF_CALLER, groups.caller, groups.user, bounds.caller),
        (OF_PROJECT, groups.project, groups.caller, bounds.project),
    ];
    for (sql, group, own_part, max) in kinds {
        if count_in(tx, sql, group, max).await? < max {
            continue;
        }
        let own: i64 = on!(tx, c => sqlx::query_scalar(sql.count_part).bind(group).bind(own_part).fetch_one(c).await?);
        let heaviest: Option<(String, i64)> =
            on!(tx, c => sqlx::query_as(sql.heaviest_part).bind(group).fetch_optional(c).await?);
        match heaviest.filter(|(_, count)| *count > own + 1) {
            Some((part, _)) => crowded.push(Crowded::Part { sql, group, part }),
            // Players behind one address: who reserved has done more than make up a user and an id.
            None if sql.is_of_caller && new.payment_seq.is_some() && has_unreserved(tx, group).await? => {
                crowded.push(Crowded::Unreserved { group });
            }
            None => return Ok(None),
        }
    }
    Ok(Some(crowded))
}

async fn has_unreserved(tx: &mut Tx, caller_group: &str) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM waiting_proofs WHERE caller_group = $1 AND payment_seq IS NULL LIMIT 1";
    let found: Option<(i32,)> = on!(tx, c => sqlx::query_as(SQL).bind(caller_group).fetch_optional(c).await?);
    Ok(found.is_some())
}

/// Makes room for one; false when there was nothing to give way.
pub(super) async fn evict(tx: &mut Tx, place: &Crowded<'_>, at: Timestamp) -> Result<bool> {
    const UNRESERVED: &str = "DELETE FROM waiting_proofs WHERE id IN (
             SELECT id FROM waiting_proofs WHERE caller_group = $1 AND payment_seq IS NULL AND leased_until <= $2
             ORDER BY created_at DESC, id LIMIT 1)";
    let gone = match place {
        Crowded::Part { sql, group, part } => {
            on!(tx, c => sqlx::query(sql.evict).bind(*group).bind(part).bind(at).execute(c).await?.rows_affected())
        }
        Crowded::Unreserved { group } => {
            on!(tx, c => sqlx::query(UNRESERVED).bind(*group).bind(at).execute(c).await?.rows_affected())
        }
    };
    Ok(gone > 0)
}

pub(super) async fn count_in(tx: &mut Tx, sql: &Statements, group: &str, max: i64) -> Result<i64> {
    on!(tx, c => Ok(sqlx::query_scalar(sql.count).bind(group).bind(max).fetch_one(c).await?))
}
