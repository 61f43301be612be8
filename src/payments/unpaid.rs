//! Reservations nobody paid: closed after a while, and removed long after. Whatever was ever paid, pending or refunded is kept
//! for good, with its history.

use crate::audit::By;
use crate::db::payments::Place;
use crate::db::{self, payment_events};
use crate::error::Result;
use crate::ledger::{event, with_reason};
use crate::model::{EventKind, PaymentSeq, PaymentStatus, ProjectId, Timestamp};
use crate::state::AppState;

const BY: By = By::System("unpaid reservations");
/// Payments one write closes or removes; others write between two of them.
const BATCH: u32 = 500;

/// Closes the reservations that were not paid in time; how many. A later, valid verify or notification still wins.
pub async fn close_unpaid(state: &AppState) -> Result<usize> {
    let Some(hours) = state.config.retention.reservation_open_hours else { return Ok(0) };
    let before = state.clock.now().plus_millis(-i64::from(hours) * Timestamp::HOUR);
    let mut closed = 0;
    for project in list_projects(state).await? {
        loop {
            let open = db::payments::list_open_since(&mut state.db.read().await?, &project, before, BATCH).await?;
            closed += close_all(state, &project, &open, hours).await?;
            if open.len() < BATCH as usize {
                break;
            }
        }
    }
    Ok(closed)
}

async fn close_all(state: &AppState, project: &ProjectId, open: &[PaymentSeq], hours: u32) -> Result<usize> {
    if open.is_empty() {
        return Ok(0);
    }
    let at = state.clock.now();
    let line = event(&BY, at, EventKind::Close, Some(PaymentStatus::Reserved), PaymentStatus::UserClose);
    let line = with_reason(line, format!("not paid within {hours} h"));
    state
        .db
        .write(async |tx| {
            let closed = db::payments::mark_unpaid(tx, project, open, at).await?;
            payment_events::insert_for_all(tx, project, &closed, &line).await?;
            Ok(closed.len())
        })
        .await
}

/// Removes closed reservations that never became a purchase; how many. One whose proof was refused is kept as long as store
/// notifications are, for support staff may be asked about it.
pub async fn delete_unpaid(state: &AppState) -> Result<usize> {
    let retention = &state.config.retention;
    let Some(closed) = retention.reservation_kept_days else { return Ok(0) };
    let refused = retention.notifications_kept_days.map(|days| days.max(closed));
    let mut deleted = 0;
    for project in list_projects(state).await? {
        deleted += delete_of(state, &project, PaymentStatus::UserClose, closed).await?;
        if let Some(days) = refused {
            deleted += delete_of(state, &project, PaymentStatus::Failure, days).await?;
        }
    }
    Ok(deleted)
}

async fn delete_of(state: &AppState, project: &ProjectId, status: PaymentStatus, days: u32) -> Result<usize> {
    let before = state.clock.now().plus_millis(-i64::from(days) * Timestamp::DAY);
    let (mut place, mut deleted): (Place, usize) = ((i64::MIN, String::new()), 0);
    loop {
        let mut tx = state.db.read().await?;
        let found = db::payments::list_removable(&mut tx, project, status, before, &place, BATCH).await?;
        drop(tx);
        let Some(last) = found.last() else { return Ok(deleted) };
        place = last.clone();
        deleted += state.db.write(async |tx| db::payments::delete_unpaid(tx, &found).await).await?;
    }
}

async fn list_projects(state: &AppState) -> Result<Vec<ProjectId>> {
    let projects = db::projects::list(&mut state.db.read().await?).await?;
    Ok(projects.into_iter().map(|project| project.id).collect())
}
