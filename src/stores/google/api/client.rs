use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::timeout;

use super::call::{Answer, Attempt, Call, CallContext};
use super::failure::ApiFailure;
use super::hosts::{Addresses, Hosts};
use super::sign_in::{SignIn, TokenEndpoint};
use crate::model::{Secret, Timestamp};
use crate::stores::http::{Bucket, Clients, Gates, Limits, Question, Queued, Repeated};
use crate::stores::{Asking, StoreApp};

const STORE: &str = "GG";

/// Asks the Developer API and does what a careful caller does: signs in, repeats what may work the next time, and keeps the limits.
pub struct Client {
    http: Clients,
    hosts: Hosts,
    tokens: SignIn,
    limiters: Gates,
    limits: Limits,
}

/// An answer, read and as it came.
#[derive(Debug, Clone)]
pub struct Answered<T> {
    pub data: T,
    pub value: Value,
    /// When it was said, by the simulator's own clock; none of Google's own answers.
    pub said_at: Option<Timestamp>,
}

impl Client {
    pub fn new(hosts: Hosts, limits: Limits) -> Self {
        Self { http: Clients::new(&limits), hosts, tokens: SignIn::new(), limiters: Gates::new(STORE), limits }
    }

    /// Where Google is reached.
    pub fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// The addresses for an app, and the client to ask them with.
    pub fn reach(&self, app: &StoreApp) -> Result<(std::sync::Arc<Addresses>, &reqwest::Client), ApiFailure> {
        let addresses = self.hosts.of(app.environment);
        let addresses = addresses.ok_or_else(|| ApiFailure::unavailable("the store simulator is off"))?;
        let http = self.http.of(app.environment).map_err(ApiFailure::unavailable)?;
        Ok((addresses, http))
    }

    /// Asks and reads the answer.
    pub async fn ask<T: DeserializeOwned>(&self, app: &StoreApp, call: &Call, asking: Asking) -> Result<Answered<T>, ApiFailure> {
        let damaged = |error| ApiFailure::unavailable(format!("Google Play's answer is damaged: {error}"));
        let Answer { body, said_at } = self.tell(app, call, asking).await?;
        let value: Value = serde_json::from_slice(&body).map_err(damaged)?;
        let data = serde_json::from_value(value.clone()).map_err(damaged)?;
        Ok(Answered { data, value, said_at })
    }

    /// The same for questions that are answered by success alone.
    pub async fn tell(&self, app: &StoreApp, call: &Call, asking: Asking) -> Result<Answer, ApiFailure> {
        let (queued, bucket) = (Queued::default(), Bucket { environment: "", kind: call.quota.as_str() });
        let (gates, limits) = (&self.limiters, &self.limits);
        let repeated = Repeated { gates, limits, app: app.app_seq, bucket, asking, queued: &queued };
        let result = timeout(limits.total, repeated.ask(&OfApp { client: self, app, call })).await;
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
    pub async fn sign_in(&self, app: &StoreApp, now: Timestamp) -> Result<Secret, ApiFailure> {
        let (addresses, http) = self.reach(app)?;
        let endpoint = TokenEndpoint { http, address: &addresses.token_endpoint, limits: &self.limits };
        let signed_in = timeout(self.limits.total, self.tokens.bearer(app, &endpoint, now)).await;
        signed_in.unwrap_or_else(|_| Err(ApiFailure::unavailable("Google's token endpoint did not answer in time")))
    }
}

/// A call for an app.
struct OfApp<'a> {
    client: &'a Client,
    app: &'a StoreApp,
    call: &'a Call,
}

impl Question for OfApp<'_> {
    type Bearer = Secret;
    type Answer = Answer;
    type Failure = ApiFailure;

    fn is_repeatable(&self) -> bool {
        self.call.is_repeatable
    }

    async fn sign_in(&self, now: Timestamp) -> Result<Secret, ApiFailure> {
        self.client.sign_in(self.app, now).await
    }

    async fn forget(&self, refused: &Secret) -> Result<(), ApiFailure> {
        let (addresses, _) = self.client.reach(self.app)?;
        self.client.tokens.forget(self.app, &addresses.token_endpoint, refused).await;
        Ok(())
    }

    async fn ask_once(&self, bearer: &Secret, now: Timestamp) -> Result<Answer, Attempt> {
        let (addresses, http) = self.client.reach(self.app).map_err(Attempt::Final)?;
        self.call.ask(&CallContext { http, base: &addresses.api, app: self.app, bearer: bearer.reveal(), now }).await
    }
}

/// What it means that the time is over: Google was slow, or our own queue was.
fn late(queued: &Queued, total: Duration) -> ApiFailure {
    match queued.is_most_of(total) {
        true => ApiFailure::Busy,
        false => ApiFailure::unavailable("Google Play can't be reached: it did not answer in time"),
    }
}
