//! Proofs that wait for their store, worked by whichever process takes the lease.

use super::due::{self, is_ready, is_ready_or_held_up};
use super::queue::{Lease, LeasedTable, leased_table};
use super::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, PaymentSeq, ProjectId, Timestamp};

/// A proof to be verified later.
#[derive(Debug, Clone)]
pub struct NewWaiting<'a> {
    /// The proof's own name: the same whoever presents it.
    pub id: &'a str,
    pub project: &'a ProjectId,
    pub app_seq: AppSeq,
    pub payment_seq: Option<&'a str>,
    pub user_channel: &'a str,
    pub user_key: &'a str,
    pub is_server: bool,
    pub groups: Groups<'a>,
    /// JSON.
    pub proof: &'a str,
    pub due_at: Timestamp,
}

/// The groups it counts in.
#[derive(Debug, Clone, Copy)]
pub struct Groups<'a> {
    pub user: &'a str,
    pub caller: &'a str,
    pub project: &'a str,
}

/// How many proofs may wait in each group.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    pub user: i64,
    pub caller: i64,
    pub project: i64,
}

/// A proof in a worker's hands.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Waiting {
    pub id: String,
    pub project_id: ProjectId,
    pub app_seq: AppSeq,
    pub payment_seq: Option<PaymentSeq>,
    pub user_channel: String,
    pub user_key: String,
    pub is_server: bool,
    pub proof: String,
    pub created_at: Timestamp,
    pub attempts: i64,
}

/// A proof that waits already, as its bounds see it.
#[derive(Debug, sqlx::FromRow)]
struct Held {
    is_server: bool,
    payment_seq: Option<String>,
    user_group: String,
    caller_group: String,
}

impl Held {
    fn is_in(&self, groups: &Groups<'_>) -> bool {
        self.user_group == groups.user && self.caller_group == groups.caller
    }
}

/// Where room is made in a full group.
enum Crowded<'a> {
    /// By the part of it that has more than the newcomer's.
    Part { sql: &'static Statements, group: &'a str, part: String },
    /// By what one caller handed in without a reservation, for what it reserved.
    Unreserved { group: &'a str },
}

/// The statements about one kind of group, whose parts are groups of another kind.
struct Statements {
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
const OF_CALLER: &Statements = statements!("caller_group", "user_group", true);
const OF_PROJECT: &Statements = statements!("project_group", "caller_group", false);

/// Keeps a proof; false when there is no room for it. One that waits already is kept once: the better claim on it stands.
pub async fn keep(tx: &mut Tx, new: &NewWaiting<'_>, bounds: Bounds, at: Timestamp) -> Result<bool> {
    hold_project(tx, new.project).await?;
    let held = find(tx, new.id).await?;
    if let Some(held) = &held
        && !may_take_over(tx, held, new).await?
    {
        return Ok(true);
    }
    let is_counted = held.as_ref().is_some_and(|held| held.is_in(&new.groups));
    let room = if is_counted { Some(Vec::new()) } else { find_room(tx, new, bounds).await? };
    let Some(crowded) = room else { return Ok(held.is_some()) };
    for place in &crowded {
        if !evict(tx, place, at).await? {
            return Ok(held.is_some());
        }
    }
    match held {
        Some(held) => take_over(tx, &held, new).await?,
        None => insert(tx, new, at).await?,
    }
    Ok(true)
}

/// Whether a proof is kept already or there is room for it; asked before a write, so that a flood costs none.
pub async fn may_keep(tx: &mut Tx, new: &NewWaiting<'_>, bounds: Bounds) -> Result<bool> {
    Ok(find(tx, new.id).await?.is_some() || find_room(tx, new, bounds).await?.is_some())
}

/// Holds the project's row, so that the bounds are counted by one at a time.
async fn hold_project(tx: &mut Tx, project: &ProjectId) -> Result<()> {
    const SQL: &str = "INSERT INTO waiting_projects (project_id, presented) VALUES ($1, 1)
                       ON CONFLICT (project_id) DO UPDATE SET presented = waiting_projects.presented + 1";
    on!(tx, c => Ok(sqlx::query(SQL).bind(project).execute(c).await.map(drop)?))
}

async fn find(tx: &mut Tx, id: &str) -> Result<Option<Held>> {
    const SQL: &str = "SELECT is_server, payment_seq, user_group, caller_group FROM waiting_proofs WHERE id = $1";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(id).fetch_optional(c).await?))
}

/// A game server's claim goes before an app's, and a reservation's before one without. Of two equal ones the first stands, but
/// counts for the caller who has fewer, whose proof it would be a pity to lose to the other's flood.
async fn may_take_over(tx: &mut Tx, held: &Held, new: &NewWaiting<'_>) -> Result<bool> {
    if is_better(held, new) {
        return Ok(true);
    }
    if held.is_server != new.is_server || held.caller_group == new.groups.caller {
        return Ok(false);
    }
    let theirs = count_in(tx, OF_CALLER, &held.caller_group, i64::MAX).await?;
    Ok(count_in(tx, OF_CALLER, new.groups.caller, theirs).await? + 1 < theirs)
}

fn is_better(held: &Held, new: &NewWaiting<'_>) -> bool {
    let rank = |is_server: bool, is_reserved: bool| (is_server, is_reserved);
    rank(new.is_server, new.payment_seq.is_some()) > rank(held.is_server, held.payment_seq.is_some())
}

/// What must give way in each full group; none when the newcomer has to.
async fn find_room<'a>(tx: &mut Tx, new: &NewWaiting<'a>, bounds: Bounds) -> Result<Option<Vec<Crowded<'a>>>> {
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
async fn evict(tx: &mut Tx, place: &Crowded<'_>, at: Timestamp) -> Result<bool> {
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

async fn count_in(tx: &mut Tx, sql: &Statements, group: &str, max: i64) -> Result<i64> {
    on!(tx, c => Ok(sqlx::query_scalar(sql.count).bind(group).bind(max).fetch_one(c).await?))
}

async fn insert(tx: &mut Tx, new: &NewWaiting<'_>, at: Timestamp) -> Result<()> {
    const SQL: &str =
        "INSERT INTO waiting_proofs (id, project_id, app_seq, payment_seq, user_channel, user_key, proof, created_at,
             due_at, attempts, leased_until, is_server, user_group, caller_group, project_group)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $11, $12, $13)
         ON CONFLICT DO NOTHING";
    on!(tx, c => Ok(sqlx::query(SQL).bind(new.id).bind(new.project).bind(new.app_seq).bind(new.payment_seq)
        .bind(new.user_channel).bind(new.user_key).bind(new.proof).bind(at).bind(new.due_at).bind(new.is_server)
        .bind(new.groups.user).bind(new.groups.caller).bind(new.groups.project)
        .execute(c).await.map(drop)?))
}

/// Gives a proof that waits to the claim that took it over, and its next try with it.
async fn take_over(tx: &mut Tx, held: &Held, new: &NewWaiting<'_>) -> Result<()> {
    // Whoever works on the former claim is not to delete this one.
    const CLAIM: &str = "UPDATE waiting_proofs SET payment_seq = $2, user_channel = $3, user_key = $4, is_server = $5,
             lease = NULL, leased_until = 0
         WHERE id = $1";
    const GROUPS: &str = "UPDATE waiting_proofs SET user_group = $2, caller_group = $3, project_group = $4,
             due_at = CASE WHEN due_at < $5 THEN due_at ELSE CAST($5 AS BIGINT) END
         WHERE id = $1";
    if is_better(held, new) {
        on!(tx, c => sqlx::query(CLAIM).bind(new.id).bind(new.payment_seq).bind(new.user_channel).bind(new.user_key)
            .bind(new.is_server).execute(c).await.map(drop)?);
    }
    on!(tx, c => Ok(sqlx::query(GROUPS).bind(new.id).bind(new.groups.user).bind(new.groups.caller).bind(new.groups.project)
        .bind(new.due_at).execute(c).await.map(drop)?))
}

/// The longest pause between two tries.
const WAIT_MILLIS_MAX: i64 = Timestamp::HOUR;

const TABLE: LeasedTable = leased_table! {
    table: "waiting_proofs",
    key: "id",
    kind: "$6 = ''",
    set: ", attempts = attempts + 1",
    // A row that was not tried yet is due soon after it was written.
    written: "attempts = 0 AND created_at",
    returning: "id, project_id, app_seq, payment_seq, user_channel, user_key, is_server, proof, created_at, attempts",
    picked: key,
    wait_millis_max: Some(WAIT_MILLIS_MAX)
};

macro_rules! list_due {
    ($($ready:tt)+) => {
        concat!(
            "SELECT id, app_seq FROM (
                 SELECT id, app_seq, place, ROW_NUMBER() OVER (PARTITION BY project_id ORDER BY place, app_seq) AS round FROM (
                     SELECT id, project_id, app_seq,
                         ROW_NUMBER() OVER (PARTITION BY app_seq ORDER BY place, is_server DESC, id) AS place
                     FROM (
                         SELECT id, project_id, app_seq, is_server,
                             ROW_NUMBER() OVER (PARTITION BY app_seq, is_server ORDER BY place, due_at, id) AS place
                         FROM (
                             SELECT id, project_id, app_seq, is_server, due_at,
                                 ROW_NUMBER() OVER (PARTITION BY app_seq, is_server, caller_group ORDER BY due_at, id) AS place
                             FROM waiting_proofs WHERE ",
            $($ready)+,
            ") AS of_caller
                         WHERE place <= $2) AS of_side
                     WHERE place <= $2) AS of_app
                 WHERE place <= $2) AS of_project
             ORDER BY round, place, id LIMIT $3"
        )
    };
}

/// Proofs that are due and in nobody's hands, with their apps: projects take turns, in each its apps, in each app game servers
/// and apps, and in each of those the callers. At most `of_app_max` of one app. A worker's query, over all projects.
pub async fn list_due(tx: &mut Tx, lease: &Lease, of_app_max: i64, limit: i64) -> Result<Vec<(String, AppSeq)>> {
    const QUICK: &str = list_due!(is_ready!("due_at", "$1", "$1"));
    const THOROUGH: &str = list_due!(is_ready_or_held_up!("due_at", "attempts = 0 AND created_at", "$1", "$1", "$4", "$5", "$6"));
    let (now, sql) = (lease.at, if lease.is_thorough { THOROUGH } else { QUICK });
    on!(tx, c => {
        let query = sqlx::query_as(sql).bind(now).bind(of_app_max).bind(limit);
        let query = match lease.is_thorough {
            true => query.bind(due::future(now)).bind(due::too_far(now, WAIT_MILLIS_MAX)).bind(due::lease_too_far(lease.until)),
            false => query,
        };
        Ok(query.fetch_all(c).await?)
    })
}

/// Takes a proof that is due and in nobody's hands.
pub async fn claim(tx: &mut Tx, id: &str, lease: &Lease) -> Result<Option<Waiting>> {
    TABLE.claim_one(tx, id, lease).await
}

/// Puts a proof back to wait on; false when the lease is no longer ours.
pub async fn put_back(tx: &mut Tx, id: &str, lease: &str, due_at: Timestamp, error: &str) -> Result<bool> {
    const SQL: &str = "UPDATE waiting_proofs SET due_at = $3, last_error = $4, lease = NULL, leased_until = 0
         WHERE id = $1 AND lease = $2";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(id).bind(lease).bind(due_at).bind(error).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Forgets a proof that got its answer; false when the lease is no longer ours.
pub async fn delete(tx: &mut Tx, id: &str, lease: &str) -> Result<bool> {
    const SQL: &str = "DELETE FROM waiting_proofs WHERE id = $1 AND lease = $2";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(id).bind(lease).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// How many of a project's proofs wait.
pub async fn count(tx: &mut Tx, project: &ProjectId) -> Result<i64> {
    const SQL: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM waiting_proofs WHERE project_id = $1";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(project).fetch_one(c).await?))
}
