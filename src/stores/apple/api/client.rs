use std::time::Duration;

use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::call::{Answer, Api, Attempt, Call, Fallback};
use super::failure::ApiFailure;
use super::hosts::{AppleEnvironment, Hosts};
use super::token::Tokens;
use crate::model::Timestamp;
use crate::stores::http::{self, Bucket, Clients, Gates, Limits, Question, Queued, Repeated, Stop};
use crate::stores::{Asking, StoreApp};

/// Asks the App Store Server API and does what a careful caller does: signs in, repeats what may work the next time,
/// keeps the limits, and looks in the other environment where that is the rule. It verifies nothing of what it is told.
pub struct Client {
    http: Clients,
    hosts: Hosts,
    tokens: Tokens,
    limiters: Gates,
    limits: Limits,
}

/// An answer and which environment gave it.
pub struct Answered<T> {
    pub apple_environment: AppleEnvironment,
    pub answer: T,
}

/// Why one environment gave no answer.
enum NoAnswer {
    Unauthorized,
    Failure(ApiFailure),
}

impl Client {
    pub fn new(hosts: Hosts, limits: Limits) -> Self {
        let (http, tokens) = (Clients::new(&limits), Tokens::default());
        Self { http, hosts, tokens, limiters: Gates::new("AS"), limits }
    }

    /// Where the API is reached.
    pub fn hosts(&self) -> &Hosts {
        &self.hosts
    }

    /// Asks the environments in turn and reads the answer.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        app: &StoreApp,
        environments: &[AppleEnvironment],
        call: Call,
        asking: impl Into<Asking>,
    ) -> Result<Answered<T>, ApiFailure> {
        let Answered { apple_environment, answer } = self.tell(app, environments, &call, asking).await?;
        let read = serde_json::from_slice(&answer.body);
        let answer = read.map_err(|error| ApiFailure::unavailable(format!("the App Store's answer is damaged: {error}")))?;
        Ok(Answered { apple_environment, answer })
    }

    /// The same for questions that are answered by success alone.
    pub async fn tell(
        &self,
        app: &StoreApp,
        environments: &[AppleEnvironment],
        call: &Call,
        asking: impl Into<Asking>,
    ) -> Result<Answered<Answer>, ApiFailure> {
        let (asking, queued) = (asking.into(), Queued::default());
        let result = timeout(self.limits.total, self.ask_environments(app, environments, call, (asking, &queued))).await;
        let result = result.unwrap_or_else(|_| Err(late(&queued, self.limits.total)));
        let outcome = result.as_ref().err().map_or("SUCCESS", ApiFailure::as_label);
        if result.as_ref().is_err_and(|failure| *failure == ApiFailure::Busy) {
            let priority = asking.priority.as_label();
            metrics::counter!("purser_store_queue_refused_total", "store" => "AS", "priority" => priority).increment(1);
        }
        metrics::counter!("purser_store_calls_total", "store" => "AS", "call" => call.kind, "outcome" => outcome).increment(1);
        result
    }

    async fn ask_environments(
        &self,
        app: &StoreApp,
        environments: &[AppleEnvironment],
        call: &Call,
        by: (Asking, &Queued),
    ) -> Result<Answered<Answer>, ApiFailure> {
        let (Some(&first), second) = (environments.first(), environments.get(1)) else {
            return Err(ApiFailure::unavailable("no world to ask"));
        };
        let miss = match self.ask_environment(app, first, call, by).await {
            Ok(answer) => return Ok(Answered { apple_environment: first, answer }),
            Err(miss) => miss,
        };
        let Some(&second) = second.filter(|_| miss.points_to_fallback(call.fallback)) else {
            return Err(miss.into_failure(call.api));
        };
        match self.ask_environment(app, second, call, by).await {
            Ok(answer) => Ok(Answered { apple_environment: second, answer }),
            Err(other) => Err(miss.and(other)),
        }
    }

    /// Asks one environment, again where that may help.
    async fn ask_environment(
        &self,
        app: &StoreApp,
        apple_environment: AppleEnvironment,
        call: &Call,
        (asking, queued): (Asking, &Queued),
    ) -> Result<Answer, NoAnswer> {
        let (gates, limits) = (&self.limiters, &self.limits);
        let bucket = Bucket { environment: apple_environment.as_str(), kind: call.kind };
        let repeated = Repeated { gates, limits, app: app.app_seq, bucket, asking, queued };
        repeated.ask(&InEnvironment { client: self, app, apple_environment, call }).await
    }

    /// Asks one environment once, whatever comes of it.
    pub async fn ask_once(
        &self,
        app: &StoreApp,
        apple_environment: AppleEnvironment,
        call: &Call,
        now: Timestamp,
    ) -> Result<Answer, Attempt> {
        // What is missing here is said before what is wrong elsewhere.
        let (bearer, base) = match call.api {
            Api::Server => (self.tokens.bearer(app, now), self.hosts.base(app.environment, apple_environment)),
            Api::Connect => (self.tokens.connect_bearer(app, now), self.hosts.connect_base(app.environment)),
        };
        let bearer = bearer.map_err(Attempt::Final)?;
        let base = base.ok_or_else(|| Attempt::Final(ApiFailure::unavailable("the store simulator is off")))?;
        let http = self.http.of(app.environment).map_err(|error| Attempt::Final(ApiFailure::unavailable(error)))?;
        call.ask(http, &base, &bearer, now).await
    }
}

/// A call for an app, in one of Apple's environments. Its token is made here, so that another one would be refused too.
struct InEnvironment<'a> {
    client: &'a Client,
    app: &'a StoreApp,
    apple_environment: AppleEnvironment,
    call: &'a Call,
}

impl Question for InEnvironment<'_> {
    type Bearer = ();
    type Answer = Answer;
    type Failure = NoAnswer;

    fn is_repeatable(&self) -> bool {
        true
    }

    async fn sign_in(&self, _: Timestamp) -> Result<(), NoAnswer> {
        Ok(())
    }

    async fn forget(&self, (): &()) -> Result<(), NoAnswer> {
        Err(NoAnswer::Unauthorized)
    }

    async fn ask_once(&self, (): &(), now: Timestamp) -> Result<Answer, http::Attempt<NoAnswer>> {
        let answer = self.client.ask_once(self.app, self.apple_environment, self.call, now).await;
        answer.map_err(|attempt| match attempt {
            Attempt::Unauthorized { .. } => http::Attempt::Final(NoAnswer::Unauthorized),
            Attempt::Paused(until) => http::Attempt::Paused(until),
            Attempt::Again(failure) => http::Attempt::Lost(NoAnswer::Failure(failure)),
            Attempt::Final(failure) => http::Attempt::Final(NoAnswer::Failure(failure)),
        })
    }
}

impl From<Stop> for NoAnswer {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Busy => Self::Failure(ApiFailure::Busy),
            Stop::RateLimited { retry_at } => Self::Failure(ApiFailure::RateLimited { retry_at }),
            Stop::TokenRefused(_) => Self::Unauthorized,
        }
    }
}

impl NoAnswer {
    /// Whether the other environment may know better. A refused token does: production refuses ids of the sandbox that way, as
    /// the sandbox may those of production.
    fn points_to_fallback(&self, fallback: Fallback) -> bool {
        match (self, fallback) {
            (_, Fallback::Never) => false,
            (Self::Unauthorized, _) => true,
            (Self::Failure(ApiFailure::NotFound { .. }), Fallback::OnNotFound) => true,
            (Self::Failure(ApiFailure::NotFound { code: Some(code), .. }), Fallback::On(codes)) => codes.contains(code),
            _ => false,
        }
    }

    fn into_failure(self, api: Api) -> ApiFailure {
        match self {
            Self::Unauthorized => refused_token(api),
            Self::Failure(failure) => failure,
        }
    }

    /// What both environments' misses say together: the keys are bad only when both refuse them.
    fn and(self, other: Self) -> ApiFailure {
        match (self, other) {
            (Self::Unauthorized, Self::Unauthorized) => refused_token(Api::Server),
            (Self::Failure(failure), Self::Unauthorized) | (_, Self::Failure(failure)) => failure,
        }
    }
}

/// What it means that the time is over: the store was slow, or our own queue was.
fn late(queued: &Queued, total: Duration) -> ApiFailure {
    match queued.is_most_of(total) {
        true => ApiFailure::Busy,
        false => ApiFailure::unavailable("the App Store can't be reached: it did not answer in time"),
    }
}

fn refused_token(api: Api) -> ApiFailure {
    ApiFailure::credentials(match api {
        Api::Server => "the App Store refuses this app's key: check issuer id, key id, private key and bundle id",
        Api::Connect => "App Store Connect refuses this app's API key: check its issuer id, key id and private key",
    })
}
