//! Environment → one typed Config, checked once at start.

mod limits;

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::error::{Error, Result};
use crate::model::{Reason, StartReason};

pub use limits::{CallRates, ConnectionLimits, Retention};

const HEADER_TIMEOUT_SECONDS: u64 = 10;
const BODY_TIMEOUT_SECONDS: u64 = 10;
/// Longer than load balancers keep an unused connection, so that they are the ones who close it.
const IDLE_TIMEOUT_SECONDS: u64 = 75;
const CONNECTIONS_MAX: u64 = 10_000;
/// Many players may share the address of one mobile carrier.
const CONNECTIONS_PER_ADDRESS_MAX: u64 = 500;
const DISK_FREE_MIN_MB: u64 = 200;

/// Everything the environment decides.
#[derive(Debug, Clone)]
pub struct Config {
    /// `PURSER_ADDR`: where to listen.
    pub addr: SocketAddr,
    /// `PURSER_PUBLIC_URL`: how the outside reaches us; decides cookies' `Secure` and what links and callback URLs look like.
    pub public_url: Url,
    /// `PURSER_DATABASE_URL`: `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// `PURSER_MASTER_KEY`: 32 bytes in base64; absent = a key file beside the embedded database.
    pub master_key: Option<String>,
    /// `PURSER_SIMULATOR=on`: the store simulator and its demo shop.
    pub simulator: bool,
    /// `PURSER_METRICS_TOKEN`: when set, `/metrics` wants it as a bearer token.
    pub metrics_token: Option<String>,
    /// `PURSER_TRUST_PROXY=on`: take the caller's address from `X-Forwarded-For` (last hop).
    pub trust_proxy: bool,
    pub connections: ConnectionLimits,
    /// `PURSER_DISK_FREE_MIN_MB`: with less free space on SQLite's disk, `/readyz` says so.
    pub disk_free_min_mb: u64,
    /// `PURSER_LIMIT_…`: how often strangers may call.
    pub call_rates: CallRates,
    /// `PURSER_RESERVATION_…` and `PURSER_NOTIFICATIONS_KEPT_DAYS`: what is closed and removed in time.
    pub retention: Retention,
    /// `DEMO_SECRET_KEY`: the secret key the demo shop's game server uses; set by `cargo xtask run`.
    pub demo_secret_key: Option<String>,
}

impl Config {
    /// Reads the process's environment; the error names the variable.
    pub fn from_env() -> Result<Self> {
        Self::from_lookup(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    /// Reads through `lookup`, so that tests need no process environment.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let addr: SocketAddr = lookup("PURSER_ADDR")
            .unwrap_or_else(|| "127.0.0.1:3000".into())
            .parse()
            .map_err(|_| Error::invalid("PURSER_ADDR", StartReason::NotAnAddress))?;
        let public_url = lookup("PURSER_PUBLIC_URL").unwrap_or_else(|| format!("http://{addr}"));
        let public_url = Url::parse(&public_url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| Error::invalid("PURSER_PUBLIC_URL", StartReason::NotAUrl))?;
        let seconds = |name, default| number(&lookup, name, default, 1..=3_600).map(Duration::from_secs);
        let connections = |name, default| {
            number(&lookup, name, default, 1..=1_000_000).and_then(|count| usize::try_from(count).map_err(Error::internal))
        };
        let trust_proxy = switch(&lookup, "PURSER_TRUST_PROXY")?;
        let connections = ConnectionLimits {
            header_timeout: seconds("PURSER_HEADER_TIMEOUT_SECONDS", HEADER_TIMEOUT_SECONDS)?,
            body_timeout: seconds("PURSER_BODY_TIMEOUT_SECONDS", BODY_TIMEOUT_SECONDS)?,
            idle_timeout: seconds("PURSER_IDLE_TIMEOUT_SECONDS", IDLE_TIMEOUT_SECONDS)?,
            connections_max: connections("PURSER_CONNECTIONS_MAX", CONNECTIONS_MAX)?,
            per_address_max: connections("PURSER_CONNECTIONS_PER_ADDRESS_MAX", CONNECTIONS_PER_ADDRESS_MAX)?,
            is_behind_proxy: trust_proxy,
        };
        Ok(Self {
            addr,
            public_url,
            database_url: lookup("PURSER_DATABASE_URL").unwrap_or_else(|| "sqlite:data/purser.db".into()),
            master_key: lookup("PURSER_MASTER_KEY"),
            simulator: switch(&lookup, "PURSER_SIMULATOR")?,
            metrics_token: lookup("PURSER_METRICS_TOKEN"),
            trust_proxy,
            connections,
            disk_free_min_mb: number(&lookup, "PURSER_DISK_FREE_MIN_MB", DISK_FREE_MIN_MB, 0..=1_000_000_000)?,
            call_rates: CallRates::from_lookup(&lookup)?,
            retention: Retention::from_lookup(&lookup)?,
            demo_secret_key: lookup("DEMO_SECRET_KEY"),
        })
    }

    /// An address of ours as the outside sees it; `path` starts with a slash.
    pub fn public(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// The file of the embedded database; none for PostgreSQL.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        let path = self.database_url.strip_prefix("sqlite:")?.trim_start_matches("//");
        let path = path.split('?').next().unwrap_or(path);
        (!path.starts_with(':')).then(|| PathBuf::from(path))
    }

    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

/// A whole number, or `off`.
fn optional_number(
    lookup: impl Fn(&str) -> Option<String>,
    name: &'static str,
    default: Option<u32>,
    range: RangeInclusive<u32>,
) -> Result<Option<u32>> {
    let Some(text) = lookup(name) else { return Ok(default) };
    if text == "off" {
        return Ok(None);
    }
    let number = text.parse().ok().filter(|number| range.contains(number));
    let wrong = || Error::invalid(name, StartReason::RangeOrOff { min: *range.start(), max: *range.end() });
    number.map(Some).ok_or_else(wrong)
}

fn switch(lookup: impl Fn(&str) -> Option<String>, name: &'static str) -> Result<bool> {
    match lookup(name).as_deref() {
        None | Some("off" | "0" | "false") => Ok(false),
        Some("on" | "1" | "true") => Ok(true),
        Some(_) => Err(Error::invalid(name, Reason::one_of(["on", "off"]))),
    }
}

fn number(lookup: impl Fn(&str) -> Option<String>, name: &'static str, default: u64, range: RangeInclusive<u64>) -> Result<u64> {
    let Some(text) = lookup(name) else { return Ok(default) };
    let number = text.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| Error::invalid(name, StartReason::WholeNumber { min: *range.start(), max: *range.end() }))
}

#[cfg(test)]
mod tests;
