//! App Store Server Notifications V2.

use serde_json::{Map, Value};

use super::jws::Jws;
use super::renewal::read_renewal;
use super::store::AppleStore;
use super::transaction::{VALUE_CHARS_MAX, check_app, read_environment, read_purchase};
use super::unsigned::is_unsigned_notification;
use crate::model::{Environment, RefusalCode, Timestamp};
use crate::stores::fields::Fields;
use crate::stores::{Notification, Purchase, Refusal, Renewal, StoreApp};

/// The objects a notification may carry its addressee in; exactly one of them is there.
const CARRIERS: [&str; 4] = ["data", "summary", "appData", "externalPurchaseToken"];
/// `data.status` while Apple tries to charge again.
const STATUS_BILLING_RETRY: i64 = 3;
/// The signed parts within a notification, for `decode_notification`.
const INNER: [&str; 3] = ["signedTransactionInfo", "signedRenewalInfo", "signedAppTransactionInfo"];

impl AppleStore {
    /// Authenticates a `signedPayload` and everything signed within it: the certificates lead to a root this app trusts,
    /// and it is for this app and its environment.
    pub fn read_notification(&self, app: &StoreApp, signed_payload: &str, now: Timestamp) -> Result<Notification, Refusal> {
        let payload = self.verify_signed(app, signed_payload, now)?.members;
        let fields = Fields::new("notification", &payload);
        let carrier = CARRIERS.iter().find_map(|name| payload.get(*name)?.as_object().map(|object| (*name, object)));
        let (name, carrier) = carrier.ok_or_else(|| fields.refuse("data", "is missing"))?;
        let carried = Fields::new(name, carrier);
        check_app(app, &carried)?;
        let environment = match name {
            "externalPurchaseToken" => token_environment(app, &carried)?,
            _ => read_environment(app, &carried)?,
        };
        check_apple_id(app, &carried, environment)?;
        let signed_at = fields.moment("signedDate")?.unwrap_or(now);
        let purchase = self.inner_purchase(app, &carried, now)?;
        let renewal = self.inner_renewal(app, &carried, signed_at, now)?;
        bind(purchase.as_ref(), renewal.as_ref())?;
        Ok(Notification {
            id: fields.required_line("notificationUUID", VALUE_CHARS_MAX)?.to_lowercase(),
            kind: fields.required_line("notificationType", VALUE_CHARS_MAX)?.to_owned(),
            subtype: fields.line("subtype", VALUE_CHARS_MAX)?.filter(|subtype| !subtype.is_empty()).map(str::to_owned),
            environment,
            signed_at,
            purchase,
            renewal,
        })
    }

    fn inner_purchase(&self, app: &StoreApp, data: &Fields<'_>, now: Timestamp) -> Result<Option<Purchase>, Refusal> {
        let Some(token) = data.text("signedTransactionInfo")? else { return Ok(None) };
        let purchase = read_purchase(app, self.verify_signed(app, token, now)?)?;
        self.answers.forget(app, &purchase.order_id);
        Ok(Some(purchase))
    }

    fn inner_renewal(
        &self,
        app: &StoreApp,
        data: &Fields<'_>,
        signed_at: Timestamp,
        now: Timestamp,
    ) -> Result<Option<Renewal>, Refusal> {
        let Some(token) = data.text("signedRenewalInfo")? else { return Ok(None) };
        let mut renewal = read_renewal(app, &self.verify_signed(app, token, now)?.members, signed_at)?;
        // The flag was seen false in grace; the status beside it was right.
        renewal.in_retry |= data.integer("status")? == Some(STATUS_BILLING_RETRY);
        Ok(Some(renewal))
    }
}

/// Renewal info names no app; it is this app's because its chain is the transaction's.
fn bind(purchase: Option<&Purchase>, renewal: Option<&Renewal>) -> Result<(), Refusal> {
    let Some(renewal) = renewal else { return Ok(()) };
    if purchase.is_some_and(|purchase| purchase.original_order_id == renewal.chain_id) {
        return Ok(());
    }
    Err(Refusal::proof("the renewal info is not of the transaction's chain"))
}

/// Only production names the app by Apple's number, and only an app whose number is set can compare.
fn check_apple_id(app: &StoreApp, carried: &Fields<'_>, environment: Environment) -> Result<(), Refusal> {
    let Some(expected) = app.settings.get("app_apple_id").filter(|_| environment == Environment::Live) else { return Ok(()) };
    let said = carried.integer("appAppleId")?;
    if said.is_some_and(|said| said.to_string() == *expected) {
        return Ok(());
    }
    Err(Refusal::new(RefusalCode::AppMismatch, "the notification is for an app with another Apple id"))
}

fn token_environment(app: &StoreApp, carried: &Fields<'_>) -> Result<Environment, Refusal> {
    let is_sandbox = carried.required_line("externalPurchaseId", 255)?.starts_with("SANDBOX");
    let word = Value::from(if is_sandbox { "Sandbox" } else { "Production" });
    let object = Map::from_iter([("environment".to_owned(), word)]);
    read_environment(app, &Fields::new("externalPurchaseToken", &object))
}

/// A stored `signedPayload` for people to read, with what is signed within it in place. Checks no signature: what is
/// stored was checked before. An unsigned one is as it came.
pub fn decode_notification(signed_payload: &str) -> Value {
    if is_unsigned_notification(signed_payload) {
        return serde_json::from_str(signed_payload).unwrap_or_default();
    }
    let decode = |token: &str| Jws::split(token).and_then(|jws| jws.payload()).map(|payload| Value::Object(payload.members));
    let mut decoded = decode(signed_payload).unwrap_or_default();
    for carrier in CARRIERS {
        let Some(carried) = decoded.get_mut(carrier).and_then(Value::as_object_mut) else { continue };
        for name in INNER {
            let inner = carried.get(name).and_then(Value::as_str).and_then(|token| decode(token).ok());
            if let Some(inner) = inner {
                carried.insert(name.to_owned(), inner);
            }
        }
    }
    decoded
}
