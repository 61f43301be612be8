//! How many compatible calls come, by endpoint and outcome. Counted in memory and added to the database every few seconds
//! and at shutdown, so that counting costs a call nothing and every process sees all of it soon.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::db::{self, nhn_calls::Bucket};
use crate::error::Result;
use crate::model::{NhnCalls, ProjectId, Timestamp, ZoneOffset};
use crate::state::AppState;

/// A bucket's length: every time zone's midnight is the start of one.
const BUCKET_MILLIS: i64 = 15 * Timestamp::MINUTE;
/// How long buckets are kept.
const KEPT_DAYS: i64 = 30;
/// Today and the six days before.
const WEEK_MORE_DAYS: i64 = 6;

/// Calls counted and not yet added to the database. Its size is bounded by projects × routes × result codes.
#[derive(Clone, Default)]
pub struct Calls {
    waiting: Arc<Mutex<HashMap<Bucket, i64>>>,
}

impl Calls {
    /// Counts one call; `project` is none when its key was unknown.
    pub fn count(&self, now: Timestamp, project: Option<&ProjectId>, endpoint: &str, outcome: i64) {
        let bucket = Bucket {
            project_id: project.map(|project| project.0.clone()).unwrap_or_default(),
            at: Timestamp(now.0 - now.0.rem_euclid(BUCKET_MILLIS)),
            endpoint: endpoint.to_owned(),
            outcome,
        };
        self.add(bucket, 1);
    }

    fn add(&self, bucket: Bucket, calls: i64) {
        *self.waiting.lock().unwrap_or_else(PoisonError::into_inner).entry(bucket).or_default() += calls;
    }

    /// What waits, in one order everywhere, so that two processes never hold rows the other wants.
    fn take(&self) -> Vec<(Bucket, i64)> {
        let waiting = std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        let mut all: Vec<_> = waiting.into_iter().collect();
        all.sort();
        all
    }
}

/// Adds what was counted to the database; what can't be added now waits for the next time.
pub async fn flush_calls(state: &AppState) -> Result<()> {
    let all = state.nhn_calls.take();
    if all.is_empty() {
        return Ok(());
    }
    let result = state
        .db
        .write(async |tx| {
            for (bucket, calls) in &all {
                db::nhn_calls::add(tx, bucket, *calls).await?;
            }
            Ok(())
        })
        .await;
    if result.is_err() {
        all.into_iter().for_each(|(bucket, calls)| state.nhn_calls.add(bucket, calls));
    }
    result
}

/// The project's calls of today (in the reader's zone) and of the last seven days.
pub async fn list_calls(state: &AppState, project: &ProjectId, zone: ZoneOffset) -> Result<NhnCalls> {
    let now = state.clock.now();
    let today = Timestamp::parse_day(&now.day(zone), zone).unwrap_or(now);
    let week = today.plus_millis(-WEEK_MORE_DAYS * Timestamp::DAY);
    let mut tx = state.db.read().await?;
    let counts = db::nhn_calls::list(&mut tx, project.as_str(), today, week).await?;
    let unknown = db::nhn_calls::list(&mut tx, "", today, week).await?;
    Ok(NhnCalls { counts, unknown: unknown.iter().map(|count| count.week).sum() })
}

/// Forgets counts nobody asks for any more.
pub async fn delete_old_calls(state: &AppState) -> Result<()> {
    let before = state.clock.now().plus_millis(-KEPT_DAYS * Timestamp::DAY);
    state.db.write(async |tx| db::nhn_calls::delete_before(tx, before).await).await
}
