use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout};

use super::call::{Answer, Attempt, Call, CallContext};
use super::failure::ApiFailure;
use super::hosts::Hosts;
use super::sign_in::{SignIn, TokenEndpoint};
use crate::model::{Secret, Timestamp};
use crate::stores::http::{Bucket, Clients, Gates, Limits, Queued};
use crate::stores::onestore::world::World;
use crate::stores::{Asking, Priority, StoreApp};

const STORE: &str = "ONESTORE";
/// ONE store names no quotas: each of its environments is one.
const QUOTA: &str = "all";

/// Asks the server API and does what a careful caller does: signs in, repeats what may work the next time, and keeps the limits.
pub struct Client {
    http: Clients,
    hosts: Hosts,
    sign_in: SignIn,
    limiters: Gates,
    limits: Limits,
}

/// An answer, read and as it came.
#[derive(Debug, Clone)]
pub struct Answered<T> {
    pub data: T,
    pub value: Value,
    /// When it was said, by the simulator's own clock; none of ONE store's own answers.
    pub said_at: Option<Timestamp>,
}

/// Whom a question is asked for, and where.
struct Question<'a> {
    app: &'a StoreApp,
    world: World,
    asking: Asking,
    started: Instant,
    queued: Queued,
}

impl Question<'_> {
    /// Now, as the question's own clock goes on.
    fn now(&self) -> Timestamp {
        let passed = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.asking.now.plus_millis(passed)
    }
}

impl Client {
    pub fn new(hosts: Hosts, limits: Limits) -> Self {
        Self { http: Clients::new(&limits), hosts, sign_in: SignIn::new(), limiters: Gates::new(STORE), limits }
    }

    /// Where ONE store is reached.
    pub fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    fn reach(&self, app: &StoreApp, world: World) -> Result<(Arc<str>, &reqwest::Client), ApiFailure> {
        let base = self.hosts.of(world).ok_or_else(|| ApiFailure::unavailable("the store simulator is off"))?;
        Ok((base, self.http.of(app.environment).map_err(ApiFailure::unavailable)?))
    }

    /// Asks and reads the answer.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        app: &StoreApp,
        world: World,
        call: &Call,
        asking: Asking,
    ) -> Result<Answered<T>, ApiFailure> {
        let damaged = |error| ApiFailure::unavailable(format!("ONE store's answer is damaged: {error}"));
        let Answer { body, said_at } = self.tell(app, world, call, asking).await?;
        let value: Value = serde_json::from_slice(&body).map_err(damaged)?;
        let data = serde_json::from_value(value.clone()).map_err(damaged)?;
        Ok(Answered { data, value, said_at })
    }

    /// The same for questions that are answered by success alone.
    pub async fn tell(&self, app: &StoreApp, world: World, call: &Call, asking: Asking) -> Result<Answer, ApiFailure> {
        let question = Question { app, world, asking, started: Instant::now(), queued: Queued::default() };
        let result = timeout(self.limits.total, self.ask_repeatedly(&question, call)).await;
        let result = result.unwrap_or_else(|_| Err(late(&question.queued, self.limits.total)));
        let outcome = result.as_ref().err().map_or("SUCCESS", ApiFailure::as_label);
        if result.as_ref().is_err_and(|failure| *failure == ApiFailure::Busy) {
            let priority = asking.priority.as_label();
            metrics::counter!("purser_store_queue_refused_total", "store" => STORE, "priority" => priority).increment(1);
        }
        metrics::counter!("purser_store_calls_total", "store" => STORE, "call" => call.kind, "outcome" => outcome).increment(1);
        result
    }

    /// An access token of the app, for a test of its credential.
    pub async fn sign_in(&self, app: &StoreApp, world: World, now: Timestamp) -> Result<Secret, ApiFailure> {
        let (base, http) = self.reach(app, world)?;
        let endpoint = TokenEndpoint { http, base: &base, limits: &self.limits };
        let signed_in = timeout(self.limits.total, self.sign_in.bearer(app, &endpoint, now)).await;
        signed_in.unwrap_or_else(|_| Err(ApiFailure::unavailable("ONE store's token endpoint did not answer in time")))
    }

    /// Asks again where that may help.
    async fn ask_repeatedly(&self, question: &Question<'_>, call: &Call) -> Result<Answer, ApiFailure> {
        let limiter = self.limiters.of(question.app.app_seq);
        let bucket = Bucket { environment: question.world.as_str(), kind: QUOTA };
        let is_client = question.asking.priority == Priority::Client;
        let held_min = if is_client { self.limits.client_held_min } else { Duration::ZERO };
        let (mut attempt, mut is_new_token) = (1, false);
        loop {
            if let Some(until) = limiter.held_until(bucket, question.now()) {
                let wait = Duration::from_millis(until.0.saturating_sub(question.now().0).max(0).unsigned_abs());
                if wait > self.limits.pause_waited_max {
                    return Err(ApiFailure::RateLimited { retry_at: until });
                }
                sleep(wait).await;
            }
            let bearer = self.sign_in(question.app, question.world, question.now()).await?;
            let entered = question.queued.count(limiter.enter(question.asking, held_min)).await;
            let permit = entered.map_err(|_| ApiFailure::Busy)?;
            let result = self.ask_once(question, call, &bearer).await;
            drop(permit);
            let is_last = attempt >= self.limits.attempts_max;
            match result {
                Ok(answer) => return Ok(answer),
                Err(Attempt::Unauthorized(message)) if is_new_token => return Err(refused_token(&message)),
                Err(Attempt::Unauthorized(_)) => {
                    is_new_token = true;
                    let (base, _) = self.reach(question.app, question.world)?;
                    self.sign_in.forget(question.app, &base, &bearer).await;
                    continue;
                }
                Err(Attempt::Final(failure)) => return Err(failure),
                Err(Attempt::Paused(retry_at)) => {
                    limiter.hold(bucket, retry_at);
                    if is_last {
                        return Err(ApiFailure::RateLimited { retry_at });
                    }
                }
                Err(Attempt::Lost(failure)) if is_last || !call.is_repeatable => return Err(failure),
                Err(Attempt::Lost(_)) => sleep(self.limits.backoff_after(attempt)).await,
            }
            attempt += 1;
        }
    }

    async fn ask_once(&self, question: &Question<'_>, call: &Call, bearer: &Secret) -> Result<Answer, Attempt> {
        let (base, http) = self.reach(question.app, question.world).map_err(Attempt::Final)?;
        let (app, world, now) = (question.app, question.world, question.now());
        call.ask(&CallContext { http, base: &base, world, app, bearer: bearer.reveal(), now }).await
    }
}

/// What it means that the time is over: ONE store was slow, or our own queue was.
fn late(queued: &Queued, total: Duration) -> ApiFailure {
    match queued.is_most_of(total) {
        true => ApiFailure::Busy,
        false => ApiFailure::unavailable("ONE store can't be reached: it did not answer in time"),
    }
}

fn refused_token(message: &str) -> ApiFailure {
    ApiFailure::credentials(format!("ONE store refuses an access token it has just issued: {message}"))
}
