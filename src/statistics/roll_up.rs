//! Adds payments up in the background, five minutes of them after the other, and again what was changed since. A verify writes
//! nothing for it: what changed late is found by an index that only such payments are in (migration 0037).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::chunk::Content;
use super::payers::pair_changes;
use crate::db::statistics::payers::PayerDay;
use crate::db::statistics::payments::CountedPayment;
use crate::db::statistics::progress::Progress;
use crate::db::statistics::{payers, payments, progress, rates, sums};
use crate::db::{self, Tx, next_row_id};
use crate::error::{Error, Result};
use crate::model::{NamedZone, ProjectId, SpanUnit, SumKey, Tally, Timestamp};
use crate::state::AppState;

/// Payments are added up, and again, by so much of their time at once.
const CHUNK_MILLIS: i64 = 5 * Timestamp::MINUTE;
/// What is changed later than this is found by `payments_changed_late`, whose condition has the same number.
const LATE_MILLIS: i64 = 10 * Timestamp::MINUTE;
/// A payment's time is of before its commit, and by the clock of the process that wrote it.
const COMMIT_MILLIS: i64 = Timestamp::MINUTE;
/// One write adds so many chunks: on SQLite everybody else waits for it.
const CHUNKS_A_WRITE: usize = 16;
/// More than anybody sells in the time of one write.
const PAYMENTS_MAX: i64 = 2_000_000;
const CHANGED_A_PAGE: i64 = 1_000;
const OUTDATED_A_WRITE: i64 = 2_000;

/// Payments of one chunk.
pub(super) fn chunk_of(at: Timestamp) -> Timestamp {
    Timestamp(at.0 - at.0.rem_euclid(CHUNK_MILLIS))
}

/// Brings every project's sums up to date; how many chunks were added.
pub async fn roll_up(state: &AppState) -> Result<usize> {
    let projects = db::projects::list(&mut state.db.read().await?).await?;
    let mut added = 0;
    for project in projects {
        added += roll_up_project(state, &project.id, usize::MAX).await?;
    }
    Ok(added)
}

/// Removes the sums that no project counts by any more, some at a time; how many rows.
pub async fn delete_outdated(state: &AppState) -> Result<u64> {
    let mut deleted = 0;
    loop {
        let rows = state.db.write(async |tx| progress::delete_outdated(tx, OUTDATED_A_WRITE).await).await?;
        deleted += rows;
        if rows == 0 {
            return Ok(deleted);
        }
    }
}

/// Brings a project's sums up to date, with so many writes at most; how many chunks were added. Several may try: each write asks
/// for the version it begins from, and who is late stops.
pub(super) async fn roll_up_project(state: &AppState, project: &ProjectId, writes_max: usize) -> Result<usize> {
    let (started, mut added) = (state.clock.now(), 0);
    let Some((zone, mut at)) = begin(state, project).await? else { return Ok(0) };
    let changed: Vec<_> = list_changed(state, project, &at, usize::MAX).await?.into_iter().collect();
    for starts in changed.chunks(CHUNKS_A_WRITE) {
        let new = read_chunks(state, project, &zone, starts).await?;
        if !write(state, project, &mut at, new, |next| next).await? {
            return Ok(added);
        }
        added += starts.len();
    }
    if !changed.is_empty()
        && !write(state, project, &mut at, BTreeMap::new(), |next| Progress { seen_to: started, ..next }).await?
    {
        return Ok(added);
    }
    for _ in 0..writes_max {
        let Some((new, end)) = next_chunks(state, project, &zone, &at).await? else { break };
        added += new.len();
        if !write(state, project, &mut at, new, |next| Progress { rolled_to: end, ..next }).await? {
            break;
        }
    }
    Ok(added)
}

/// The project's zone and how far it is; begins where nothing is added up yet, and anew where the zone is another.
async fn begin(state: &AppState, project: &ProjectId) -> Result<Option<(NamedZone, Progress)>> {
    let mut tx = state.db.read().await?;
    let Some(settings) = rates::find(&mut tx, project).await? else { return Ok(None) };
    let zone = NamedZone::parse(&settings.time_zone).unwrap_or_else(NamedZone::utc);
    let known = progress::find(&mut tx, project).await?;
    if let Some(known) = known.as_ref().filter(|known| known.time_zone == settings.time_zone) {
        return Ok(Some((zone, known.clone())));
    }
    let now = state.clock.now();
    let first = payments::find_first_after(&mut tx, project, Timestamp(0)).await?.unwrap_or(now);
    drop(tx);
    let version = known.as_ref().map_or(0, |known| known.version);
    let (roll_id, rolled_to) = (next_row_id(now), chunk_of(first));
    let new = Progress { roll_id, time_zone: settings.time_zone, began_at: rolled_to, rolled_to, seen_to: now, version };
    let is_ours = state
        .db
        .write(async |tx| match &known {
            Some(_) => progress::update(tx, project, &new).await,
            None => progress::insert(tx, project, &new).await,
        })
        .await?;
    let version = if known.is_some() { version + 1 } else { version };
    Ok(is_ours.then_some((zone, Progress { version, ..new })))
}

/// The chunks that are added up and of which a payment was changed since; at most so many.
pub(super) async fn list_changed(
    state: &AppState,
    project: &ProjectId,
    at: &Progress,
    max: usize,
) -> Result<BTreeSet<Timestamp>> {
    let mut tx = state.db.read().await?;
    let mut chunks = BTreeSet::new();
    let mut after = (at.seen_to.plus_millis(-COMMIT_MILLIS), String::new());
    loop {
        let page = payments::list_changed(&mut tx, project, (after.0, &after.1), at.rolled_to, CHANGED_A_PAGE).await?;
        for changed in &page {
            chunks.insert(chunk_of(changed.created_at));
            chunks.extend(changed.next_created_at.filter(|next| *next < at.rolled_to).map(chunk_of));
        }
        match page.last() {
            Some(last) if page.len() as i64 == CHANGED_A_PAGE && chunks.len() < max => {
                after = (last.updated_at, last.payment_seq.clone());
            }
            _ => return Ok(chunks),
        }
    }
}

/// What the payments of these chunks add now.
pub(super) async fn read_chunks(
    state: &AppState,
    project: &ProjectId,
    zone: &NamedZone,
    starts: &[Timestamp],
) -> Result<BTreeMap<Timestamp, Content>> {
    let mut tx = state.db.read().await?;
    let mut found = BTreeMap::new();
    for start in starts {
        let payments = list_payments(&mut tx, project, *start, start.plus_millis(CHUNK_MILLIS)).await?;
        found.insert(*start, Content::of(&payments, zone));
    }
    Ok(found)
}

async fn list_payments(tx: &mut Tx, project: &ProjectId, from: Timestamp, to: Timestamp) -> Result<Vec<CountedPayment>> {
    let found = payments::list(tx, project, from, to, PAYMENTS_MAX).await?;
    match found.len() as i64 {
        PAYMENTS_MAX => Err(Error::internal("more payments in an hour than statistics can add up")),
        _ => Ok(found),
    }
}

/// The chunks that come next, with those before them that they change, and where they end; none while they may still change.
async fn next_chunks(
    state: &AppState,
    project: &ProjectId,
    zone: &NamedZone,
    at: &Progress,
) -> Result<Option<(BTreeMap<Timestamp, Content>, Timestamp)>> {
    let settled = chunk_of(state.clock.now().plus_millis(-LATE_MILLIS - COMMIT_MILLIS));
    let mut tx = state.db.read().await?;
    let Some(first) = payments::find_first_after(&mut tx, project, at.rolled_to).await? else { return Ok(None) };
    let start = chunk_of(first);
    let end = start.plus_millis(CHUNK_MILLIS * CHUNKS_A_WRITE as i64).min(settled);
    if start >= end {
        return Ok(None);
    }
    let payments = list_payments(&mut tx, project, start, end).await?;
    drop(tx);
    let mut by_chunk: BTreeMap<Timestamp, Vec<&CountedPayment>> = BTreeMap::new();
    for payment in &payments {
        by_chunk.entry(chunk_of(payment.created_at)).or_default().push(payment);
    }
    let mut chunks: BTreeMap<_, _> = by_chunk.into_iter().map(|(start, payments)| (start, Content::of(payments, zone))).collect();
    let earlier: Vec<_> = changed_by(&payments, start).into_iter().collect();
    chunks.extend(read_chunks(state, project, zone, &earlier).await?);
    Ok(Some((chunks, end)))
}

/// The chunks before `before` with a period whose earlier period is among these payments: it is a renewal now.
pub(super) fn changed_by(payments: &[CountedPayment], before: Timestamp) -> BTreeSet<Timestamp> {
    payments.iter().filter_map(|payment| payment.next_created_at).filter(|next| *next < before).map(chunk_of).collect()
}

/// What has to be added so that these chunks count as they are now.
pub(super) async fn differences(
    state: &AppState,
    tx: &mut Tx,
    roll: i64,
    chunks: &mut BTreeMap<Timestamp, Content>,
) -> Result<Content> {
    let starts: Vec<Timestamp> = chunks.keys().copied().collect();
    let mut before: HashMap<Timestamp, Content> = HashMap::new();
    for (start, text) in progress::list_chunks(tx, roll, &starts).await? {
        before.insert(start, Content::from_json(&text)?);
    }
    let refused_since = refused_since(state);
    let mut sum = Content::default();
    for (start, content) in chunks {
        let Some(before) = before.remove(start) else {
            sum.merge(content.clone());
            continue;
        };
        if *start < refused_since {
            *content = std::mem::take(content).with_refusals_of(&before);
        }
        sum.merge(content.clone().since(before));
    }
    Ok(sum.since(Content::default()))
}

/// Reservations that were refused earlier may have been removed (`payments::delete_unpaid`).
fn refused_since(state: &AppState) -> Timestamp {
    let retention = &state.config.retention;
    let days = retention.reservation_kept_days.zip(retention.notifications_kept_days).map(|(closed, told)| closed.max(told));
    days.map_or(Timestamp(0), |days| state.clock.now().plus_millis(-i64::from(days) * Timestamp::DAY))
}

/// Writes chunks and all they change, and goes on to the next version; false when somebody else has.
async fn write(
    state: &AppState,
    project: &ProjectId,
    at: &mut Progress,
    mut chunks: BTreeMap<Timestamp, Content>,
    next: impl FnOnce(Progress) -> Progress,
) -> Result<bool> {
    let (roll, now) = (at.roll_id, next(at.clone()));
    let changes = differences(state, &mut state.db.read().await?, roll, &mut chunks).await?;
    if changes.is_empty() && now == *at {
        return Ok(true);
    }
    let texts: Vec<_> = chunks.iter().map(|(start, content)| Ok((*start, content.to_json()?))).collect::<Result<_>>()?;
    let is_ours = state
        .db
        .write(async |tx| {
            if !progress::update(tx, project, &now).await? {
                return Ok(false);
            }
            progress::save_chunks(tx, roll, &texts).await?;
            add(tx, roll, &changes).await?;
            Ok(true)
        })
        .await?;
    *at = Progress { version: now.version + 1, ..now };
    Ok(is_ours)
}

async fn add(tx: &mut Tx, roll: i64, changes: &Content) -> Result<()> {
    let mut months: HashMap<SumKey, Tally> = HashMap::new();
    for (key, tally) in &changes.sums {
        *months.entry(SumKey { day: key.day.month(), ..key.clone() }).or_default() += *tally;
    }
    let days = changes.sums.iter().map(|(key, tally)| (key, SpanUnit::Day, *tally));
    sums::add(tx, roll, days.chain(months.iter().map(|(key, tally)| (key, SpanUnit::Month, *tally)))).await?;
    let who: Vec<PayerDay> = changes.payers.keys().cloned().collect();
    let kept = payers::list_neighbours(tx, roll, &who).await?;
    payers::add_pairs(tx, roll, &pair_changes(&changes.payers, &kept)).await?;
    let counts: Vec<_> = changes.payers.iter().map(|(payer, count)| (payer.clone(), *count)).collect();
    payers::add(tx, roll, &counts).await
}
