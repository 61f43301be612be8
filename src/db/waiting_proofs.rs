//! Proofs that wait for their store, worked by whichever process takes the lease.

mod queue;
mod room;

use super::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, ProjectId, Timestamp};
use room::{OF_CALLER, count_in, evict, find_room};

pub use queue::{Waiting, claim, count, delete, list_due, put_back};

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
