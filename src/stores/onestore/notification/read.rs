//! What a message says, and what is to be done about it: it is a reason to ask, and its price counts where ONE store's answer has none.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{RefusalCode, Timestamp};
use crate::stores::lenient::{integer, millis, text};
use crate::stores::onestore::wire::read_price;
use crate::stores::onestore::world::environment_of_notification;
use crate::stores::{Effect, NamedOrder, NamedPurchase, NamedToken, Notification, RawNotification, Refusal, StoreApp};

/// The effect of a notification that made us ask, where its type says no more.
const LOOKED_UP: &str = "LOOKED_UP";
/// Messages before version 3 name no token, and ONE store can't be asked without.
const NO_TOKEN: Effect = Effect::Ignore("NO_TOKEN");
const NO_TRANSACTION: Effect = Effect::Ignore("NO_TRANSACTION");
const COMPLETED: &str = "COMPLETED";
const CANCELED: &str = "CANCELED";
const SANDBOX: &str = "SANDBOX";
/// ONE store's tokens and numbers have 20 characters, its product ids 150.
const ID_BYTES_MAX: usize = 255;

/// A message in the form it is kept in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kept {
    /// Whether the app's licence key signed it.
    pub is_signed: bool,
    pub message: Map<String, Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Message {
    #[serde(deserialize_with = "text")]
    msg_version: Option<String>,
    #[serde(deserialize_with = "text")]
    client_id: Option<String>,
    /// Up to version 3.0.
    #[serde(deserialize_with = "text")]
    package_name: Option<String>,
    #[serde(deserialize_with = "text")]
    environment: Option<String>,
    /// As ONE store's own example has it.
    #[serde(deserialize_with = "text")]
    environmenmt: Option<String>,
    #[serde(deserialize_with = "text")]
    message_type: Option<String>,
    #[serde(deserialize_with = "text")]
    product_id: Option<String>,
    #[serde(deserialize_with = "text")]
    purchase_id: Option<String>,
    #[serde(deserialize_with = "text")]
    purchase_token: Option<String>,
    #[serde(deserialize_with = "text")]
    purchase_state: Option<String>,
    #[serde(deserialize_with = "millis")]
    purchase_time_millis: Option<Timestamp>,
    /// Up to version 2.
    #[serde(deserialize_with = "millis")]
    purchase_millis: Option<Timestamp>,
    #[serde(deserialize_with = "text")]
    price: Option<String>,
    #[serde(deserialize_with = "text")]
    price_currency_code: Option<String>,
    #[serde(deserialize_with = "millis")]
    event_time_millis: Option<Timestamp>,
    subscription_notification: Option<OfSubscription>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct OfSubscription {
    /// A number, or the name it stands for.
    notification_type: Value,
    #[serde(deserialize_with = "text")]
    purchase_token: Option<String>,
    #[serde(deserialize_with = "text")]
    product_id: Option<String>,
}

impl Message {
    fn is_sandbox(&self) -> bool {
        let environment = self.environment.as_deref().or(self.environmenmt.as_deref());
        let by_version = || self.msg_version.as_deref().is_some_and(|version| version.ends_with('D'));
        environment.map_or_else(by_version, |environment| environment == SANDBOX)
    }

    /// The app it names.
    fn app_name(&self) -> &str {
        self.client_id.as_deref().or(self.package_name.as_deref()).unwrap_or_default()
    }
}

/// The members of an unsigned message that are read. Whoever sends it chooses the others.
const READ_OF_UNSIGNED: [&str; 8] = [
    "msgVersion",
    "clientId",
    "packageName",
    "environment",
    "environmenmt",
    "marketCode",
    "eventTimeMillis",
    "subscriptionNotification",
];

/// What is kept of an unsigned message.
pub(super) fn kept_of_unsigned(message: &Map<String, Value>) -> Map<String, Value> {
    let mut kept = message.clone();
    kept.retain(|member, _| READ_OF_UNSIGNED.contains(&member.as_str()));
    if let Some(Value::Object(said)) = kept.get_mut("subscriptionNotification") {
        said.retain(|member, _| ["version", "notificationType", "purchaseToken", "productId"].contains(&member.as_str()));
    }
    kept
}

/// A kept notification for people to read, without the purchase's token.
pub fn without_token(payload: &str) -> Value {
    let mut kept: Value = serde_json::from_str(payload).unwrap_or_default();
    for place in ["/message", "/message/subscriptionNotification"] {
        if let Some(Value::Object(members)) = kept.pointer_mut(place) {
            members.remove("purchaseToken");
        }
    }
    kept
}

/// Reads a kept notification: the same at any later time.
pub fn read_kept(app: &StoreApp, raw: &RawNotification) -> Result<Notification, Refusal> {
    let kept: Kept = serde_json::from_str(&raw.payload).map_err(|_| Refusal::proof("the kept notification can't be read"))?;
    read_notification(app, &kept, raw.received_at)
}

/// Reads what a message says, and refuses one of another app or environment.
pub(super) fn read_notification(app: &StoreApp, kept: &Kept, received_at: Timestamp) -> Result<Notification, Refusal> {
    let unread = |error| Refusal::proof(format!("the notification can't be read: {error}"));
    let said: Message = serde_json::from_value(Value::Object(kept.message.clone())).map_err(unread)?;
    if !app.is_called(said.app_name()) {
        let reason = format!("the notification is of the app {:?}, not of {:?}", said.app_name(), app.client_id());
        return Err(Refusal::new(RefusalCode::AppMismatch, reason));
    }
    let environment = environment_of_notification(app, said.is_sandbox())?;
    let mut read = Notification {
        id: String::new(),
        kind: "UNKNOWN".to_owned(),
        subtype: None,
        environment,
        sent_at: received_at,
        snapshot: None,
        chains: Vec::new(),
        purchases: Vec::new(),
        tokens: Vec::new(),
        effect: Effect::Ignore("UNKNOWN_TYPE"),
        refund_question_until: None,
        refund_question_token: None,
        unread: None,
    };
    match &said.subscription_notification {
        Some(of_subscription) => read.read_state(app, &said, of_subscription),
        None => read.read_payment(&said),
    }
    if read.id.is_empty() {
        return Err(Refusal::proof("the notification names no purchase"));
    }
    Ok(read)
}

impl Notification {
    /// A payment was completed or cancelled; one purchase brings both.
    fn read_payment(&mut self, said: &Message) {
        let Some(order_id) = fit(said.purchase_id.as_ref()) else { return };
        let (state, place) = (said.purchase_state.clone().unwrap_or_default(), place_of(said));
        self.id = format!("PNS:{place}:{order_id}:{state}");
        self.kind = said.message_type.clone().unwrap_or_else(|| "PAYMENT".to_owned());
        self.subtype = Some(state.clone()).filter(|state| !state.is_empty());
        let is_taken_back = state == CANCELED;
        // The time of a cancellation is not said.
        let paid_at = said.purchase_time_millis.or(said.purchase_millis).filter(|_| !is_taken_back);
        self.sent_at = paid_at.unwrap_or(self.sent_at);
        let Some(purchase_token) = fit(said.purchase_token.as_ref()) else {
            self.effect = if is_taken_back { Effect::Refetch(LOOKED_UP) } else { NO_TOKEN };
            self.purchases.extend(is_taken_back.then_some(NamedPurchase { order_id, is_taken_back, is_partial: false }));
            return;
        };
        let Some(product_id) = fit(said.product_id.as_ref()) else {
            self.effect = NO_TRANSACTION;
            return;
        };
        let price = read_price(None, said.price.as_deref(), said.price_currency_code.as_deref());
        let order = NamedOrder { order_id, price: price.filter(|_| state == COMPLETED), paid_at, is_taken_back };
        self.tokens.push(NamedToken { purchase_token, product_id: Some(product_id), order: Some(order) });
        self.effect = Effect::Refetch(LOOKED_UP);
    }

    fn read_state(&mut self, app: &StoreApp, said: &Message, of_subscription: &OfSubscription) {
        let (kind, effect) = subscription_type(&of_subscription.notification_type);
        let token = fit(of_subscription.purchase_token.as_ref());
        let event_at = said.event_time_millis;
        let (name, time) = (token.as_deref().unwrap_or_default(), event_at.map_or(0, |at| at.0));
        self.id = format!("SNS:{}:{name}:{kind}:{time}", place_of(said));
        self.kind = kind;
        self.sent_at = event_at.unwrap_or(self.sent_at);
        match (token, fit(of_subscription.product_id.as_ref())) {
            _ if !app.sells_subscriptions() => self.effect = Effect::Ignore("SUBSCRIPTIONS_OFF"),
            (Some(purchase_token), Some(product_id)) => {
                self.tokens.push(NamedToken { purchase_token, product_id: Some(product_id), order: None });
                self.effect = Effect::Refetch(effect);
            }
            _ => self.effect = NO_TRANSACTION,
        }
    }
}

fn place_of(said: &Message) -> &'static str {
    if said.is_sandbox() { SANDBOX } else { "COMMERCIAL" }
}

/// An id ONE store can have given.
fn fit(id: Option<&String>) -> Option<String> {
    let is_fit = |id: &&String| id.len() <= ID_BYTES_MAX && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/');
    id.filter(is_fit).cloned()
}

/// ONE store's name of a subscription notification's type, and the effect's name.
fn subscription_type(value: &Value) -> (String, &'static str) {
    let number = integer(value).ok().flatten();
    let name = value.as_str().map(|name| name.strip_prefix("SUBSCRIPTION_").unwrap_or(name));
    let found = TYPES.iter().find(|(own, own_name, _)| number == Some(*own) || name == Some(*own_name));
    match (found, number) {
        (Some((_, name, effect)), _) => (format!("SUBSCRIPTION_{name}"), effect),
        (None, Some(number)) => (format!("SUBSCRIPTION_{number}"), LOOKED_UP),
        (None, None) => ("SUBSCRIPTION_UNKNOWN".to_owned(), LOOKED_UP),
    }
}

const TYPES: [(i64, &str, &str); 13] = [
    (1, "RECOVERED", "SUBSCRIPTION_RECOVERED"),
    (2, "RENEWED", "SUBSCRIPTION_RENEWED"),
    (3, "CANCELED", "RENEWAL_SWITCHED_OFF"),
    (4, "PURCHASED", "SUBSCRIPTION_STARTED"),
    (5, "ON_HOLD", "SUBSCRIPTION_ON_HOLD"),
    (6, "IN_GRACE_PERIOD", "GRACE_PERIOD_STARTED"),
    (7, "RESTARTED", "RENEWAL_SWITCHED_ON"),
    (8, "PRICE_CHANGE_CONFIRMED", "PRICE_CONSENT_GIVEN"),
    (9, "DEFERRED", "PERIOD_EXTENDED"),
    (10, "PAUSED", "SUBSCRIPTION_PAUSED"),
    (11, "PAUSE_SCHEDULE_CHANGED", LOOKED_UP),
    (12, "REVOKED", "ACCESS_REVOKED"),
    (13, "EXPIRED", "SUBSCRIPTION_EXPIRED"),
];
