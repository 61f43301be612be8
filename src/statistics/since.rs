//! What the sums do not have yet: payments made since, and those that were changed since.

use std::collections::HashMap;

use super::chunk::Content;
use super::payers::pair_changes;
use super::roll_up::{changed_by, differences, list_changed, read_chunks, roll_up_project};
use crate::db::statistics::payers::{Pair, PayerDay};
use crate::db::statistics::progress::Progress;
use crate::db::statistics::{payers, payments, progress};
use crate::error::{Error, Result};
use crate::model::{NamedZone, ProjectId, Timestamp};
use crate::state::AppState;

/// So many chunks are read again for an answer; more of them are added up first.
const CHANGED_MAX: usize = 24;
/// So many payments are read for an answer: an hour of a company that sells a hundred million a year.
const PAYMENTS_MAX: i64 = 20_000;
/// So many writes are made before an answer, when the background is behind.
const WRITES_MAX: usize = 24;

/// The sums that hold, and what to add to them.
pub struct Since {
    pub progress: Progress,
    pub content: Content,
    pub pairs: HashMap<Pair, i64>,
    /// How far older payments are added up, in percent, where too many are not.
    pub percent: Option<u8>,
}

/// Reads what is to be added to the sums. Who reads the sums asks `is_current` afterwards: they may have changed meanwhile.
pub async fn read(state: &AppState, project: &ProjectId, zone: &NamedZone) -> Result<Since> {
    let known = progress::find(&mut state.db.read().await?, project).await?;
    let is_current = known.as_ref().is_some_and(|known| known.time_zone == zone.name());
    if !is_current {
        roll_up_project(state, project, WRITES_MAX).await?;
    }
    let at = find(state, project).await?;
    let changed = list_changed(state, project, &at, CHANGED_MAX + 1).await?;
    let tail = tail(state, project, &at).await?;
    if changed.len() <= CHANGED_MAX && tail.len() as i64 <= PAYMENTS_MAX {
        return complete(state, project, zone, at, tail, changed.into_iter().collect()).await;
    }
    roll_up_project(state, project, WRITES_MAX).await?;
    let at = find(state, project).await?;
    let changed = list_changed(state, project, &at, usize::MAX).await?.into_iter().collect();
    let tail = self::tail(state, project, &at).await?;
    if tail.len() as i64 <= PAYMENTS_MAX {
        return complete(state, project, zone, at, tail, changed).await;
    }
    let percent = percent(&at, state.clock.now());
    let since = complete(state, project, zone, at, Vec::new(), changed).await?;
    Ok(Since { percent: Some(percent), ..since })
}

async fn find(state: &AppState, project: &ProjectId) -> Result<Progress> {
    let found = progress::find(&mut state.db.read().await?, project).await?;
    found.ok_or(Error::NotFound("project"))
}

fn percent(at: &Progress, now: Timestamp) -> u8 {
    let (done, all) = (at.rolled_to.0 - at.began_at.0, (now.0 - at.began_at.0).max(1));
    u8::try_from((done * 100 / all).clamp(0, 99)).unwrap_or_default()
}

async fn tail(state: &AppState, project: &ProjectId, at: &Progress) -> Result<Vec<payments::CountedPayment>> {
    let mut tx = state.db.read().await?;
    payments::list(&mut tx, project, at.rolled_to, Timestamp(i64::MAX), PAYMENTS_MAX + 1).await
}

async fn complete(
    state: &AppState,
    project: &ProjectId,
    zone: &NamedZone,
    at: Progress,
    tail: Vec<payments::CountedPayment>,
    mut changed: Vec<Timestamp>,
) -> Result<Since> {
    changed.extend(changed_by(&tail, at.rolled_to));
    changed.sort_unstable();
    changed.dedup();
    let mut chunks = read_chunks(state, project, zone, &changed).await?;
    let mut tx = state.db.read().await?;
    let mut content = differences(state, &mut tx, at.roll_id, &mut chunks).await?;
    content.merge(Content::of(&tail, zone));
    let content = content.since(Content::default());
    let who: Vec<PayerDay> = content.payers.keys().cloned().collect();
    let kept = payers::list_neighbours(&mut tx, at.roll_id, &who).await?;
    let pairs = pair_changes(&content.payers, &kept);
    Ok(Since { progress: at, content, pairs, percent: None })
}

/// Whether the sums are still those that it belongs to.
pub async fn is_current(state: &AppState, project: &ProjectId, since: &Since) -> Result<bool> {
    let found = progress::find(&mut state.db.read().await?, project).await?;
    Ok(found.is_some_and(|found| found.version == since.progress.version))
}
