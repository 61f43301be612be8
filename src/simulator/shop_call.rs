//! How the demo shop speaks to this server: over HTTP, as any game would.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use reqwest::Client;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::model::{ShopActor, ShopStep};

const TIMEOUT: Duration = Duration::from_secs(10);
/// Longer texts (proofs, tokens) are cut when a step is shown.
const SHOWN_CHARS_MAX: usize = 40;
/// An access token opens something, so no more than its start is shown.
const SECRET_CHARS_SHOWN: usize = 6;

/// Whose key a call carries.
pub(super) enum Key<'a> {
    App(&'a str),
    Secret(&'a str),
    None,
}

/// The calls of one visit.
pub(super) struct Calls {
    client: Client,
    base: String,
    pub steps: Vec<ShopStep>,
}

impl Calls {
    /// Calls go to the address this server listens on, never to one a user could choose.
    pub fn new(addr: SocketAddr) -> Result<Self> {
        let ip = if addr.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { addr.ip() };
        let client = Client::builder().timeout(TIMEOUT).no_proxy().build().map_err(Error::internal)?;
        Ok(Self { client, base: format!("http://{}", SocketAddr::new(ip, addr.port())), steps: Vec::new() })
    }

    /// Posts, notes the step, and gives the answer when it was a success.
    pub async fn post(&mut self, actor: ShopActor, key: Key<'_>, path: &str, body: &Value) -> Result<Option<Value>> {
        let request = self.client.post(format!("{}{path}", self.base)).json(body);
        let request = match key {
            Key::App(key) => request.header("x-appkey", key),
            Key::Secret(key) => request.bearer_auth(key),
            Key::None => request,
        };
        let response = request.send().await.map_err(Error::internal)?;
        let status = response.status();
        let answer: Value = response.json().await.map_err(Error::internal)?;
        let shown = serde_json::to_string_pretty(&shorten(&answer)).map_err(Error::internal)?;
        self.steps.push(ShopStep { actor, method: "POST".into(), path: path.to_owned(), status: status.as_u16(), answer: shown });
        Ok(status.is_success().then_some(answer))
    }
}

/// The answer with long texts cut and empty members left out.
fn shorten(value: &Value) -> Value {
    match value {
        Value::String(text) => cut(text, SHOWN_CHARS_MAX).into(),
        Value::Array(items) => items.iter().map(shorten).collect(),
        Value::Object(members) => {
            let shown = members.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| match value {
                Value::String(text) if name == "accessToken" => (name.clone(), cut(text, SECRET_CHARS_SHOWN).into()),
                other => (name.clone(), shorten(other)),
            });
            Value::Object(shown.collect())
        }
        other => other.clone(),
    }
}

fn cut(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    text.chars().take(chars_max).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shows_no_secret_and_no_endless_proof() {
        let answer = json!({ "accessToken": "abcdefghij", "proof": { "token": "x".repeat(500) }, "price": null });
        let shown = shorten(&answer);
        assert_eq!(shown["accessToken"], "abcdef…");
        assert_eq!(shown["proof"]["token"].as_str().map(|text| text.chars().count()), Some(41));
        assert!(shown.get("price").is_none());
    }

    #[test]
    fn calls_the_own_address_only() {
        let base = |addr: &str| Calls::new(addr.parse().expect("an address")).expect("a client").base;
        assert_eq!(base("0.0.0.0:3000"), "http://127.0.0.1:3000");
        assert_eq!(base("[::1]:80"), "http://[::1]:80");
    }
}
