use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use reqwest::Response;
use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;
use tokio::time::Instant;

use super::limits::{ANSWER_BYTES_MAX, Limits, PAUSE_MILLIS_DEFAULT, PAUSE_MILLIS_MAX};
use crate::model::{Environment, Timestamp};

const USER_AGENT: &str = concat!("purser/", env!("CARGO_PKG_VERSION"));
/// The header the simulator tells its time in, in epoch milliseconds.
const SIMULATED_TIME: &str = "x-simulated-time";

/// The HTTP clients of one adapter. Neither follows a redirect, and each request has its time limit.
pub struct Clients {
    outside: Result<reqwest::Client, String>,
    /// For the simulator, which is this server: no proxy stands between.
    own: Result<reqwest::Client, String>,
}

impl Clients {
    pub fn new(limits: &Limits) -> Self {
        let builder = || {
            let builder = reqwest::Client::builder().user_agent(USER_AGENT).redirect(Policy::none());
            builder.timeout(limits.attempt).connect_timeout(limits.connect)
        };
        // A machine without root certificates can't call a store, but does all that is done offline.
        let build = |builder: reqwest::ClientBuilder| builder.build().map_err(|error| error.to_string());
        Self { outside: build(builder()), own: build(builder().no_proxy()) }
    }

    /// The client for an app's environment; the error says why this machine has none.
    pub fn of(&self, environment: Environment) -> Result<&reqwest::Client, &str> {
        let client = if environment == Environment::Simulator { &self.own } else { &self.outside };
        client.as_ref().map_err(String::as_str)
    }
}

impl Limits {
    /// The pause before the next attempt: doubled each time, and shaken by half either way so that many callers do not come back
    /// together.
    pub fn backoff_after(&self, attempt: u32) -> Duration {
        let mut byte = [0];
        // Without randomness the pause is merely not shaken.
        if SystemRandom::new().fill(&mut byte).is_err() {
            byte = [128];
        }
        let shaken = 0.5 + f64::from(byte[0]) / 255.0;
        self.backoff.saturating_mul(1 << (attempt - 1).min(8)).mul_f64(shaken)
    }
}

/// How much of a question's time passed in our own queue.
#[derive(Default)]
pub struct Queued {
    is_now: AtomicBool,
    millis: AtomicU64,
}

impl Queued {
    /// Counts the time a wait takes.
    pub async fn count<T>(&self, wait: impl Future<Output = T>) -> T {
        let started = Instant::now();
        self.is_now.store(true, Ordering::Relaxed);
        let result = wait.await;
        self.is_now.store(false, Ordering::Relaxed);
        self.millis.fetch_add(u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        result
    }

    /// Whether a question whose time is over spent it in our own queue, rather than waiting for the store.
    pub fn is_most_of(&self, total: Duration) -> bool {
        let millis = u128::from(self.millis.load(Ordering::Relaxed));
        self.is_now.load(Ordering::Relaxed) || millis * 2 > total.as_millis()
    }
}

/// Why an answer's body could not be read.
pub enum BodyFault {
    Broken(reqwest::Error),
    TooLong,
}

/// An answer's body, of bounded length.
pub async fn read_body(mut response: Response) -> Result<Vec<u8>, BodyFault> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(BodyFault::Broken)? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err(BodyFault::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// When an answer was given by the simulator's own clock, which may be far ahead of ours.
pub fn said_at(response: &Response) -> Option<Timestamp> {
    response.headers().get(SIMULATED_TIME)?.to_str().ok()?.parse().ok().map(Timestamp)
}

/// Until when to wait: HTTP's seconds from now, or its date.
pub fn retry_at(response: &Response, now: Timestamp) -> Timestamp {
    let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::trim);
    let seconds = header.and_then(|text| text.parse::<i64>().ok()).filter(|seconds| *seconds >= 0);
    let millis = match (seconds, header.and_then(Timestamp::parse_http_date)) {
        (Some(seconds), _) => seconds.saturating_mul(Timestamp::SECOND),
        (None, Some(date)) => date.0.saturating_sub(now.0),
        (None, None) => PAUSE_MILLIS_DEFAULT,
    };
    now.plus_millis(millis.clamp(0, PAUSE_MILLIS_MAX))
}

/// Why a request got no answer: the cause without the address, which is long and says nothing new.
pub fn describe(error: &reqwest::Error) -> String {
    let what = match error {
        error if error.is_timeout() => "it did not answer in time",
        error if error.is_connect() => "no connection",
        _ => "the connection broke",
    };
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    format!("{what} ({cause})")
}

/// Where the simulator is reached: where this server listens. It speaks plain HTTP to itself.
pub fn simulator_base(own: SocketAddr) -> String {
    let ip = if own.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { own.ip() };
    format!("http://{}/simulator", SocketAddr::new(ip, own.port()))
}
