use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::timeout;

use super::call::{Answer, Attempt, Call, CallContext};
use super::failure::ApiFailure;
use super::hosts::Hosts;
use super::sign_in::{SignIn, TokenEndpoint};
use crate::model::{Secret, Timestamp};
use crate::stores::http::{Bucket, Clients, Gates, Limits, Question, Queued, Repeated};
use crate::stores::onestore::world::World;
use crate::stores::{Asking, StoreApp};

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
        let (queued, bucket) = (Queued::default(), Bucket { environment: world.as_str(), kind: QUOTA });
        let (gates, limits) = (&self.limiters, &self.limits);
        let repeated = Repeated { gates, limits, app: app.app_seq, bucket, asking, queued: &queued };
        let result = timeout(limits.total, repeated.ask(&InWorld { client: self, app, world, call })).await;
        let result = result.unwrap_or_else(|_| Err(late(&queued, limits.total)));
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
}

/// A call for an app, in one of ONE store's environments.
struct InWorld<'a> {
    client: &'a Client,
    app: &'a StoreApp,
    world: World,
    call: &'a Call,
}

impl Question for InWorld<'_> {
    type Bearer = Secret;
    type Answer = Answer;
    type Failure = ApiFailure;

    fn is_repeatable(&self) -> bool {
        self.call.is_repeatable
    }

    async fn sign_in(&self, now: Timestamp) -> Result<Secret, ApiFailure> {
        self.client.sign_in(self.app, self.world, now).await
    }

    async fn forget(&self, refused: &Secret) -> Result<(), ApiFailure> {
        let (base, _) = self.client.reach(self.app, self.world)?;
        self.client.sign_in.forget(self.app, &base, refused).await;
        Ok(())
    }

    async fn ask_once(&self, bearer: &Secret, now: Timestamp) -> Result<Answer, Attempt> {
        let (base, http) = self.client.reach(self.app, self.world).map_err(Attempt::Final)?;
        let (app, world) = (self.app, self.world);
        self.call.ask(&CallContext { http, base: &base, world, app, bearer: bearer.reveal(), now }).await
    }
}

/// What it means that the time is over: ONE store was slow, or our own queue was.
fn late(queued: &Queued, total: Duration) -> ApiFailure {
    match queued.is_most_of(total) {
        true => ApiFailure::Busy,
        false => ApiFailure::unavailable("ONE store can't be reached: it did not answer in time"),
    }
}
