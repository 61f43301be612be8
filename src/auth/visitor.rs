//! Who stands at the door: the address a request came from, and the browsers it says it is.
//!
//! A browser that somebody signed in from gets a cookie that lasts a year, signed with a key of ours, for that account and
//! password. Tries from it are counted apart from all others, so that strangers never lock it out. It signs nobody in.

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::address::{Address, address};
use crate::db::{self, operators::Operator};
use crate::error::{Error, Result};
use crate::keys::{Device, random_text};
use crate::model::{OperatorId, Timestamp};
use crate::state::AppState;

/// A cookie's name goes on with the account's id: one browser may know several people.
pub const DEVICE_COOKIE: &str = "purser_device_";
/// The functions alone need it.
const COOKIE_PATH: &str = "/fn";
const LIFE_MILLIS: i64 = 365 * Timestamp::DAY;
const DEVICE_BYTES: usize = 12;
const COOKIES_MAX: usize = 20;

/// Where a try to get in comes from.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    pub address: Option<Address>,
    /// Device cookies as they were sent: account id and value, unchecked.
    devices: Vec<(String, String)>,
}

/// Where a request comes from.
pub fn visitor(state: &AppState, parts: &Parts) -> Visitor {
    Visitor { address: address(state, parts), devices: device_cookies(&parts.headers) }
}

fn device_cookies(headers: &HeaderMap) -> Vec<(String, String)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let ours = pairs.filter_map(|(name, value)| Some((name.strip_prefix(DEVICE_COOKIE)?.to_owned(), value.to_owned())));
    ours.take(COOKIES_MAX).collect()
}

impl Visitor {
    /// The address as it is written down.
    pub fn address_text(&self) -> Option<String> {
        self.address.map(|address| address.to_string())
    }

    /// Which of an account's browsers this is; none when it is none of them.
    pub(super) fn known_device(&self, state: &AppState, operator: &Operator) -> Option<String> {
        let values = self.devices.iter().filter(|(account, _)| account == operator.id.as_str());
        values.filter_map(|(_, value)| read(state, operator, value)).next()
    }
}

fn read(state: &AppState, operator: &Operator, value: &str) -> Option<String> {
    let mut parts = value.split('.');
    let (at, device, signature) = (parts.next()?.parse().ok().map(Timestamp)?, parts.next()?, parts.next()?);
    let marked = Device { operator: &operator.id, password_hash: &operator.password_hash, device, signed_in_at: at };
    let age = state.clock.now().0.saturating_sub(at.0);
    (age < LIFE_MILLIS && state.keys.devices.is_signed(&marked, signature)).then(|| device.to_owned())
}

/// The cookie for the browser that a person just signed in from, as a `Set-Cookie` line.
pub async fn device_cookie(state: &AppState, operator: &OperatorId) -> Result<String> {
    let found = db::operators::find(&mut state.db.read().await?, operator).await?.ok_or(Error::Unauthenticated)?;
    let (device, at) = (random_text(DEVICE_BYTES)?, state.clock.now());
    let marked = Device { operator, password_hash: &found.password_hash, device: &device, signed_in_at: at };
    let signature = state.keys.devices.sign(&marked);
    let secure = if state.config.is_https() { "; Secure" } else { "" };
    let seconds = LIFE_MILLIS / Timestamp::SECOND;
    Ok(format!(
        "{DEVICE_COOKIE}{operator}={}.{device}.{signature}; Path={COOKIE_PATH}; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}",
        at.0
    ))
}
