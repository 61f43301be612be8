//! Whom a notification is for.

use serde_json::{Map, Value};

use super::transaction::check_bundle_id;
use crate::model::{Environment, RefusalCode};
use crate::stores::fields::Fields;
use crate::stores::{Refusal, StoreApp};

/// The objects we know that a notification carries its addressee in; exactly one of them is there.
const CARRIERS: [&str; 4] = ["data", "summary", "appData", "externalPurchaseToken"];
/// Apple's words for the environments there are.
const ENVIRONMENTS: [&str; 4] = ["Production", "Sandbox", "Xcode", "LocalTesting"];

/// The object of a notification that says what it is about.
pub(super) struct Carrier<'a> {
    pub name: &'a str,
    object: Option<&'a Map<String, Value>>,
}

impl<'a> Carrier<'a> {
    /// One that we know; else the one that names an app; else any.
    pub fn find(payload: &'a Map<String, Value>) -> Self {
        let objects = || payload.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_object()?)));
        let known = CARRIERS.iter().find_map(|known| objects().find(|(name, _)| name == known));
        let found = known.or_else(|| objects().find(|(_, object)| object.contains_key("bundleId"))).or_else(|| objects().next());
        match found {
            Some((name, object)) => Self { name, object: Some(object) },
            None => Self { name: "data", object: None },
        }
    }

    /// A member; `null` counts as absent.
    pub fn find_member(&self, name: &str) -> Option<&'a Value> {
        self.object?.get(name).filter(|value| !value.is_null())
    }

    /// A member that is a whole number.
    pub fn number(&self, name: &'static str) -> Option<i64> {
        Fields::new("notification", self.object?).integer(name).ok().flatten()
    }

    /// Apple's word for the environment; a token of an external purchase bears it in its id.
    pub fn environment(&self) -> Option<&'a str> {
        if let Some(said) = self.find_member("environment").and_then(Value::as_str) {
            return Some(said);
        }
        let id = self.find_member("externalPurchaseId")?.as_str()?;
        Some(if id.starts_with("SANDBOX") { "Sandbox" } else { "Production" })
    }
}

/// Whether Apple's word for an environment is one we know.
pub(super) fn is_known_environment(said: &str) -> bool {
    ENVIRONMENTS.contains(&said)
}

/// Refuses a notification that names another app. One that names none was sent to this app's address, and can do nothing
/// but by a signed part, which names its app.
pub(super) fn check_addressee(app: &StoreApp, payload: &Map<String, Value>, carrier: &Carrier<'_>) -> Result<(), Refusal> {
    for object in payload.values().filter_map(Value::as_object) {
        match object.get("bundleId") {
            None | Some(Value::Null) => {}
            Some(Value::String(bundle_id)) => check_bundle_id(app, bundle_id)?,
            Some(other) => check_bundle_id(app, &other.to_string())?,
        }
    }
    check_apple_id(app, carrier)
}

/// Only production names the app by Apple's number, and only an app whose number is set can compare.
fn check_apple_id(app: &StoreApp, carrier: &Carrier<'_>) -> Result<(), Refusal> {
    let is_live = app.environment == Environment::Live && carrier.environment() != Some("Sandbox");
    let expected = app.settings.get("app_apple_id").filter(|_| is_live);
    let said = match carrier.find_member("appAppleId") {
        Some(Value::String(said)) => said.clone(),
        Some(said) => said.as_f64().map_or_else(|| said.to_string(), |number| number.to_string()),
        None => return Ok(()),
    };
    if expected.is_none_or(|expected| *expected == said) {
        return Ok(());
    }
    Err(Refusal::new(RefusalCode::AppMismatch, "the notification is for an app with another Apple id"))
}
