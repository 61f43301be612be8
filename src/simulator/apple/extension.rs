//! Moving the renewal dates of one subscription, or of all of a product.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::access::Admitted;
use super::consumption::read_object;
use super::customer::{check_id, get_chain};
use super::failure::{ApiFailure, ApiResult};
use super::notification;
use crate::db;
use crate::error::{Error, Result};
use crate::model::{LifecycleStatus, SimulatedPurchase, SimulatedSubscription, Timestamp};
use crate::simulator::change::extend as extend_chain;
use crate::simulator::countries::country_of;
use crate::simulator::deliver::wake_sender;
use crate::simulator::life::touch;
use crate::simulator::notification::{Dates, Draft};
use crate::simulator::transition::get_present_sale;
use crate::state::AppState;

const DAYS_MAX: i64 = 90;
const REASON_MAX: i64 = 3;
const REQUEST_ID_BYTES_MAX: usize = 128;
const A_YEAR_MAX: usize = 2;
const YEAR_MILLIS: i64 = 365 * Timestamp::DAY;
const BATCH: i64 = 200;
/// The type of notifications about an extension for all.
const EXTENSION: &str = "RENEWAL_EXTENSION";

/// What a developer asks for.
struct Request {
    days: i64,
    id: String,
}

impl Request {
    fn read(body: &Map<String, Value>) -> ApiResult<Self> {
        let number = |name: &str, range: std::ops::RangeInclusive<i64>| {
            body.get(name).and_then(Value::as_i64).filter(|number| range.contains(number))
        };
        let days = number("extendByDays", 1..=DAYS_MAX).ok_or(ApiFailure::INVALID_EXTEND_BY_DAYS)?;
        number("extendReasonCode", 0..=REASON_MAX).ok_or(ApiFailure::INVALID_EXTEND_REASON)?;
        let id = body.get("requestIdentifier").and_then(Value::as_str).unwrap_or_default();
        if id.is_empty() || id.len() > REQUEST_ID_BYTES_MAX {
            return Err(ApiFailure::INVALID_REQUEST_ID);
        }
        Ok(Self { days, id: id.to_owned() })
    }
}

/// Extend a Subscription Renewal Date. The same request identifier gets the same answer and extends once.
pub async fn extend(state: &AppState, by: &Admitted, id: &str, body: &[u8]) -> ApiResult {
    check_id(id, ApiFailure::INVALID_ORIGINAL_ID)?;
    let request = Request::read(&read_object(body)?)?;
    let name = request_name(by, &format!("one {id}"), &request.id);
    if let Some(answered) = db::instance::find(&mut state.db.read().await?, &name).await? {
        return serde_json::from_str(&answered).map_err(|error| Error::internal(error).into());
    }
    let chain = get_chain(state, by, id).await?;
    let last = last_of(state, &chain).await?;
    check_eligible(&chain, &last, by.now)?;
    let extended = extend_one(state, chain, &last, &request, by.now).await?.ok_or(ApiFailure::INTERNAL_RETRY)?;
    let at = state.clock.now();
    let answer = json!({
        "originalTransactionId": extended.chain_id,
        "webOrderLineItemId": last_of(state, &extended).await?.details.period_id,
        "success": true,
        "effectiveDate": extended.lifecycle.period_end.0,
    });
    let text = answer.to_string();
    state.db.write(async |tx| db::instance::set(tx, &name, &text, at).await).await?;
    wake_sender(state);
    Ok(answer)
}

/// A chain's present period.
async fn last_of(state: &AppState, chain: &SimulatedSubscription) -> Result<SimulatedPurchase> {
    get_present_sale(&mut state.db.read().await?, chain).await
}

/// Apple's rules on what may be extended (docs/stores/apple.md, Renewal extension): an active subscription whose present period was paid for.
fn check_eligible(chain: &SimulatedSubscription, last: &SimulatedPurchase, now: Timestamp) -> ApiResult<()> {
    let lifecycle = &chain.lifecycle;
    if lifecycle.is_assigned {
        return Err(ApiFailure::EXTENSION_ASSIGNED);
    }
    if lifecycle.is_family {
        return Err(ApiFailure::EXTENSION_FAMILY);
    }
    if lifecycle.status_at(now) != LifecycleStatus::Active || last.details.is_free_trial() {
        return Err(ApiFailure::EXTENSION_INELIGIBLE);
    }
    let lately = lifecycle.extended_at.iter().filter(|at| at.0 > now.0 - YEAR_MILLIS).count();
    if lately >= A_YEAR_MAX { Err(ApiFailure::EXTENSION_TOO_OFTEN) } else { Ok(()) }
}

/// Moves one chain's end; none when something else happened to it at the same moment.
async fn extend_one(
    state: &AppState,
    mut chain: SimulatedSubscription,
    last: &SimulatedPurchase,
    request: &Request,
    now: Timestamp,
) -> Result<Option<SimulatedSubscription>> {
    touch(&mut chain, now);
    let transition = extend_chain(chain, last, request.days, now)?;
    let extended = transition.subscription.clone();
    let made_at = state.clock.now();
    let is_kept = state.db.write(async |tx| transition.commit(tx, made_at).await).await?;
    Ok(is_kept.then_some(extended))
}

fn request_name(by: &Admitted, of: &str, request_id: &str) -> String {
    format!("simulator_extension {} {} {of} {request_id}", by.environment, by.bundle_id)
}

/// How many subscriptions an extension for all moved and could not move.
#[derive(Default, Clone, Copy)]
struct Counts {
    succeeded: i64,
    failed: i64,
}

/// How far an extension for all has come.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MassStatus {
    request_identifier: String,
    complete: bool,
    complete_date: i64,
    succeeded_count: i64,
    failed_count: i64,
}

/// Extend Subscription Renewal Dates for All Active Subscribers: done at once, with a notification for each and one for all.
pub async fn extend_all(state: &AppState, by: &Admitted, body: &[u8]) -> ApiResult {
    let body = read_object(body)?;
    let request = Request::read(&body)?;
    let product = body.get("productId").and_then(Value::as_str).filter(|id| !id.is_empty());
    let product = product.ok_or(ApiFailure::INVALID_PRODUCT_ID)?;
    let countries = body.get("storefrontCountryCodes").map(read_countries).transpose()?;
    let mass = Mass { name: request_name(by, &format!("all {product}"), &request.id), product, request, countries };
    let answer = json!({ "requestIdentifier": mass.request.id });
    if db::instance::find(&mut state.db.read().await?, &mass.name).await?.is_some() {
        return Ok(answer);
    }
    let mut counts = Counts::default();
    let mut after = String::new();
    loop {
        let mut tx = state.db.read().await?;
        let page = db::simulator::list_subscriptions_of_product(&mut tx, by.app(), product, &after, BATCH).await?;
        drop(tx);
        let Some(last) = page.last() else { break };
        after = last.chain_id.clone();
        for chain in page.into_iter().filter(|chain| mass.is_for(chain, by.now)) {
            let last = last_of(state, &chain).await?;
            let is_eligible = check_eligible(&chain, &last, by.now).is_ok();
            if is_eligible && extend_one(state, chain.clone(), &last, &mass.request, by.now).await?.is_some() {
                counts.succeeded += 1;
            } else {
                counts.failed += 1;
                notify_failure(state, &chain, by.now).await?;
            }
        }
    }
    mass.finish(state, by, counts).await?;
    wake_sender(state);
    Ok(answer)
}

/// Notifies that one subscriber's date could not be moved.
async fn notify_failure(state: &AppState, chain: &SimulatedSubscription, now: Timestamp) -> Result<()> {
    let sale = last_of(state, chain).await?;
    let as_of = now.max(chain.lifecycle.as_of);
    let draft = Draft::of_sale(&sale, Some(chain), Dates { as_of, due_at: now, made_at: state.clock.now() });
    let content = notification::content(&draft, EXTENSION, Some("FAILURE"), json!({}));
    let notification = draft.finish(content);
    state.db.write(async |tx| db::simulator::insert_notification(tx, &notification).await).await
}

/// An extension for all subscribers of a product.
struct Mass<'a> {
    /// What its outcome is kept under.
    name: String,
    product: &'a str,
    request: Request,
    countries: Option<Vec<String>>,
}

impl Mass<'_> {
    /// Whether a subscriber is among those it is asked for: active, and of one of the storefronts.
    fn is_for(&self, chain: &SimulatedSubscription, now: Timestamp) -> bool {
        let country = country_of(chain.lifecycle.plan.price.as_ref());
        let is_of_storefront = self.countries.as_ref().is_none_or(|countries| countries.iter().any(|one| one == country));
        is_of_storefront && chain.lifecycle.status_at(now) == LifecycleStatus::Active
    }

    async fn finish(&self, state: &AppState, by: &Admitted, counts: Counts) -> Result<()> {
        let status = MassStatus {
            request_identifier: self.request.id.clone(),
            complete: true,
            complete_date: by.now.0,
            succeeded_count: counts.succeeded,
            failed_count: counts.failed,
        };
        let text = serde_json::to_string(&status).map_err(Error::internal)?;
        let mut summary = json!({
            "productId": self.product, "requestIdentifier": self.request.id, "succeededCount": counts.succeeded, "failedCount": counts.failed,
        });
        if let Some(countries) = &self.countries {
            summary["storefrontCountryCodes"] = countries.clone().into();
        }
        let at = state.clock.now();
        let draft = Draft::of_app(by.app(), Dates { as_of: by.now, due_at: by.now, made_at: at });
        let content = notification::content(&draft, EXTENSION, Some("SUMMARY"), json!({ "summary": summary }));
        let notification = draft.finish(content);
        let write = state.db.write(async |tx| {
            db::instance::set(tx, &self.name, &text, at).await?;
            db::simulator::insert_notification(tx, &notification).await
        });
        write.await
    }
}

fn read_countries(value: &Value) -> ApiResult<Vec<String>> {
    let codes = value.as_array().ok_or(ApiFailure::INVALID_STOREFRONT)?;
    if codes.is_empty() {
        return Err(ApiFailure::EMPTY_STOREFRONTS);
    }
    let is_code = |text: &&str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let read = |code: &Value| code.as_str().filter(is_code).map(str::to_owned).ok_or(ApiFailure::INVALID_STOREFRONT);
    codes.iter().map(read).collect()
}

/// Get Status of Subscription Renewal Date Extensions.
pub async fn extension_status(state: &AppState, by: &Admitted, product: &str, request_id: &str) -> ApiResult {
    let name = request_name(by, &format!("all {product}"), request_id);
    let found = db::instance::find(&mut state.db.read().await?, &name).await?.ok_or(ApiFailure::EXTENSION_NOT_FOUND)?;
    serde_json::from_str(&found).map_err(|error| Error::internal(error).into())
}
