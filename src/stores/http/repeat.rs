//! Asking a store again where that may help: after a pause it asked for, with a new access token, or when nobody knows whether the
//! question arrived. Every client's loop is this one; what differs between stores is their `Question`.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::limiter::{Bucket, Gates};
use super::limits::Limits;
use super::transport::Queued;
use crate::model::{AppSeq, Timestamp};
use crate::stores::{Asking, Priority};

/// What one attempt came to, when not to an answer.
#[derive(Debug)]
pub enum Attempt<F> {
    /// The access token was refused, in the store's words.
    Unauthorized(String),
    /// Not before then.
    Paused(Timestamp),
    /// Nobody knows whether the call arrived; the same one may work in a moment.
    Lost(F),
    Final(F),
}

/// Why a question is not asked any more, when no attempt says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// Too many of the app's questions wait already.
    Busy,
    RateLimited {
        retry_at: Timestamp,
    },
    /// An access token that was just issued was refused, in the store's words.
    TokenRefused(String),
}

/// One question, as its store takes it.
pub trait Question: Sync {
    type Bearer: Send + Sync;
    type Answer: Send;
    type Failure: From<Stop> + Send;

    /// Whether it may be asked again when nobody knows whether it arrived.
    fn is_repeatable(&self) -> bool;

    /// The access token to ask with. It is waited for before there is a place among those who ask.
    fn sign_in(&self, now: Timestamp) -> impl Future<Output = Result<Self::Bearer, Self::Failure>> + Send;

    /// Forgets an access token that was refused.
    fn forget(&self, refused: &Self::Bearer) -> impl Future<Output = Result<(), Self::Failure>> + Send;

    /// Asks once.
    fn ask_once(
        &self,
        bearer: &Self::Bearer,
        now: Timestamp,
    ) -> impl Future<Output = Result<Self::Answer, Attempt<Self::Failure>>> + Send;
}

/// For whom a question is asked, and within which limits.
pub struct Repeated<'a> {
    pub gates: &'a Gates,
    pub limits: &'a Limits,
    pub app: AppSeq,
    pub bucket: Bucket,
    pub asking: Asking,
    pub queued: &'a Queued,
}

impl Repeated<'_> {
    /// Asks until there is an answer, or asking again is of no use.
    pub async fn ask<Q: Question>(&self, question: &Q) -> Result<Q::Answer, Q::Failure> {
        let (limiter, started) = (self.gates.of(self.app), Instant::now());
        // Now, as the question's own clock goes on.
        let now = || self.asking.now.plus_millis(i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX));
        let is_client = self.asking.priority == Priority::Client;
        let held_min = if is_client { self.limits.client_held_min } else { Duration::ZERO };
        let (mut attempt, mut is_new_token) = (1, false);
        loop {
            if let Some(retry_at) = limiter.held_until(self.bucket, now()) {
                let wait = Duration::from_millis(retry_at.0.saturating_sub(now().0).max(0).unsigned_abs());
                if wait > self.limits.pause_waited_max {
                    return Err(Stop::RateLimited { retry_at }.into());
                }
                sleep(wait).await;
            }
            let bearer = question.sign_in(now()).await?;
            let entered = self.queued.count(limiter.enter(self.asking, held_min)).await;
            let permit = entered.map_err(|_| Stop::Busy)?;
            let result = question.ask_once(&bearer, now()).await;
            drop(permit);
            let is_last = attempt >= self.limits.attempts_max;
            match result {
                Ok(answer) => return Ok(answer),
                Err(Attempt::Unauthorized(message)) if is_new_token => return Err(Stop::TokenRefused(message).into()),
                Err(Attempt::Unauthorized(_)) => {
                    is_new_token = true;
                    question.forget(&bearer).await?;
                    continue;
                }
                Err(Attempt::Final(failure)) => return Err(failure),
                Err(Attempt::Paused(retry_at)) => {
                    limiter.hold(self.bucket, retry_at);
                    if is_last {
                        return Err(Stop::RateLimited { retry_at }.into());
                    }
                }
                Err(Attempt::Lost(failure)) if is_last || !question.is_repeatable() => return Err(failure),
                Err(Attempt::Lost(_)) => sleep(self.limits.backoff_after(attempt)).await,
            }
            attempt += 1;
        }
    }
}
