//! The history of notifications, and test notifications.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::access::Admitted;
use super::consumption::read_object;
use super::customer::find_customer;
use super::failure::{ApiFailure, ApiResult};
use super::notification::{self, TYPES};
use super::seal::sign;
use crate::db;
use crate::db::simulator::SentWindow;
use crate::model::{SimulatedNotification, StoreCode, StoreEnvironment, TextKind, Timestamp, has_control};
use crate::simulator::deliver::{url_of, wake_sender};
use crate::simulator::notification::{Dates, Draft};
use crate::simulator::query::Query;
use crate::state::AppState;

const PAGE: usize = 20;
/// Rows looked at for one page: a rare filter goes on in the next.
const SCANNED: i64 = 500;
const PRODUCTION_DAYS_MAX: i64 = 180;
const SANDBOX_DAYS_MAX: i64 = 30;

/// What a client asks of the notifications' history.
struct Asked {
    start: Timestamp,
    end: Timestamp,
    kind: Option<String>,
    subtype: Option<String>,
    customer_id: Option<String>,
    only_failures: bool,
}

/// Get Notification History. The window takes in notifications that were made in it by the real clock, as well as those dated in it
/// by the simulated one: whoever asks need not know that the clock was moved.
pub async fn notification_history(state: &AppState, by: &Admitted, query: &Query, body: &[u8]) -> ApiResult {
    let asked = read_asked(state, by, &read_object(body)?).await?;
    let mut after = read_page_token(query)?;
    let mut found: Vec<SimulatedNotification> = Vec::new();
    let mut is_end = false;
    while found.len() <= PAGE && !is_end {
        let window =
            SentWindow { start: asked.start, end: asked.end, after_made_at: after.made_at, after_id: &after.notification_id };
        let page = db::simulator::list_sent(&mut state.db.read().await?, by.app(), window, SCANNED).await?;
        is_end = page.len() < usize::try_from(SCANNED).unwrap_or(usize::MAX);
        after = page.last().map_or(after, Place::of);
        found.extend(page.into_iter().filter(|notification| asked.takes(notification)));
    }
    let has_more = found.len() > PAGE;
    found.truncate(PAGE);
    let mut items = Vec::with_capacity(found.len());
    for notification in &found {
        items.push(json!({ "signedPayload": sign(state, notification).await?, "sendAttempts": notification.attempts }));
    }
    let mut answer = json!({ "notificationHistory": items, "hasMore": has_more });
    if let Some(last) = found.last().filter(|_| has_more) {
        answer["paginationToken"] = Place::of(last).write().into();
    }
    Ok(answer)
}

/// Where a page ended.
struct Place {
    made_at: Timestamp,
    notification_id: String,
}

impl Place {
    fn of(notification: &SimulatedNotification) -> Self {
        Self { made_at: notification.made_at, notification_id: notification.notification_id.clone() }
    }

    fn write(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{} {}", self.made_at.0, self.notification_id))
    }
}

fn read_page_token(query: &Query) -> ApiResult<Place> {
    let Some(text) = query.first("paginationToken").filter(|text| !text.is_empty()) else {
        return Ok(Place { made_at: Timestamp(-1), notification_id: String::new() });
    };
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (made_at, id) = text.split_once(' ')?;
        let is_ours = !has_control(id, TextKind::Line);
        Some(Place { made_at: Timestamp(made_at.parse().ok()?), notification_id: id.to_owned() }).filter(|_| is_ours)
    };
    read().ok_or(ApiFailure::INVALID_PAGE_TOKEN)
}

async fn read_asked(state: &AppState, by: &Admitted, body: &Map<String, Value>) -> ApiResult<Asked> {
    let moment = |name: &str| body.get(name).and_then(Value::as_i64).filter(|millis| *millis >= 0).map(Timestamp);
    let start = moment("startDate").ok_or(ApiFailure::INVALID_START)?;
    let end = moment("endDate").ok_or(ApiFailure::INVALID_END)?;
    if start >= end {
        return Err(ApiFailure::START_AFTER_END);
    }
    let days = if by.environment == StoreEnvironment::Production { PRODUCTION_DAYS_MAX } else { SANDBOX_DAYS_MAX };
    // The client's clock is the real one, and a little apart from ours.
    if start.0 < state.clock.now().0 - days * Timestamp::DAY - Timestamp::HOUR {
        return Err(ApiFailure::START_TOO_OLD);
    }
    let text =
        |name: &str| body.get(name).filter(|value| !value.is_null()).map(|value| value.as_str().unwrap_or_default().to_owned());
    let (kind, subtype) = (text("notificationType"), text("notificationSubtype"));
    let known = kind.as_deref().map(|kind| TYPES.iter().find(|(name, _)| *name == kind));
    let is_fit = match (known, subtype.as_deref()) {
        (Some(None), _) | (None, Some(_)) => false,
        (Some(Some((_, subtypes))), Some(subtype)) => subtypes.contains(&subtype),
        _ => true,
    };
    if !is_fit {
        return Err(ApiFailure::INVALID_NOTIFICATION_TYPE);
    }
    let transaction = text("transactionId");
    if transaction.is_some() && kind.is_some() {
        return Err(ApiFailure::TWO_FILTERS);
    }
    let customer_id = match transaction {
        Some(id) => Some(find_customer(state, by, &id).await?.customer_id),
        None => None,
    };
    let only_failures = body.get("onlyFailures").and_then(Value::as_bool).unwrap_or(false);
    Ok(Asked { start, end, kind, subtype, customer_id, only_failures })
}

impl Asked {
    fn takes(&self, notification: &SimulatedNotification) -> bool {
        self.kind.as_ref().is_none_or(|kind| *kind == notification.kind)
            && self.subtype.as_ref().is_none_or(|subtype| Some(subtype) == notification.subtype.as_ref())
            && self.customer_id.as_ref().is_none_or(|customer| *customer == notification.customer_id)
            && !(self.only_failures && notification.is_delivered)
    }
}

/// Request a Test Notification; gives the token to ask after it.
pub async fn request_test(state: &AppState, by: &Admitted) -> ApiResult {
    if url_of(state, StoreCode::AppStore, &by.bundle_id).await?.is_none() {
        return Err(ApiFailure::NO_NOTIFICATION_URL);
    }
    let dates = Dates { as_of: by.now, due_at: by.now, made_at: state.clock.now() };
    let draft = Draft::of_app(by.app(), dates);
    let content = notification::content(&draft, "TEST", None, json!({}));
    let test = draft.finish(content);
    state.db.write(async |tx| db::simulator::insert_notification(tx, &test).await).await?;
    wake_sender(state);
    Ok(json!({ "testNotificationToken": format!("{}_{}", test.notification_id, by.now.0) }))
}

/// Get Test Notification Status; not found before it was sent, too.
pub async fn test_status(state: &AppState, by: &Admitted, token: &str) -> ApiResult {
    let (id, at) = token.split_once('_').ok_or(ApiFailure::INVALID_TEST_TOKEN)?;
    if Uuid::try_parse(id).is_err() || at.parse::<i64>().is_err() {
        return Err(ApiFailure::INVALID_TEST_TOKEN);
    }
    let found = db::simulator::find_notification(&mut state.db.read().await?, id).await?;
    let is_own = |notification: &SimulatedNotification| {
        notification.environment == by.environment
            && notification.store_app_id == by.bundle_id
            && notification.kind == "TEST"
            && !notification.attempts.is_empty()
    };
    let found = found.filter(is_own).ok_or(ApiFailure::TEST_NOT_FOUND)?;
    Ok(json!({ "signedPayload": sign(state, &found).await?, "sendAttempts": found.attempts }))
}
