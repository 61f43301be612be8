//! What a developer does to a subscription: acknowledge, cancel, revoke, defer.

use serde_json::{Value, json};

use super::access::Admitted;
use super::failure::{ApiFailure, ApiResult};
use super::found::{Signup, get_signup};
use super::orders::in_words;
use super::requests::{context, duration_millis, read_object};
use super::subscriptions::Standing;
use crate::db;
use crate::error::{Error, Result};
use crate::model::{SalePayment, SimulatedPurchase, Timestamp, VoidReason, VoidSource};
use crate::simulator::change::{Change, change};
use crate::simulator::finish::{Finish, finish};
use crate::simulator::refund::{Refund, Settle, settle_at};
use crate::state::AppState;

const DEFER_MILLIS_MIN: i64 = Timestamp::DAY;
const DEFER_MILLIS_MAX: i64 = 366 * Timestamp::DAY;
const PERCENT_MILLIS: i64 = 100_000;
const ACCOUNT_BYTES_MAX: usize = 64;

/// `purchases.subscriptions.acknowledge`. What the player bought outside the app is given its account here.
pub(super) async fn acknowledge(state: &AppState, by: &Admitted, token: &str, body: &[u8]) -> ApiResult<()> {
    let signup = get_signup(state, by, token).await?;
    let body = read_object(body)?;
    let ids = body.get("externalAccountIds");
    let id = |name: &str| ids.and_then(|ids| ids[name].as_str()).filter(|id| id.len() <= ACCOUNT_BYTES_MAX);
    let (account, profile) = (id("obfuscatedAccountId"), id("obfuscatedProfileId"));
    let is_new = signup.first.details.is_out_of_app && signup.first.details.finished_at.is_none();
    if ids.is_some_and(|ids| !ids.is_null()) && !is_new {
        return Err(ApiFailure::invalid("External account ids can be set for resubscriptions only."));
    }
    let is_unpaid = signup.first.details.payment != SalePayment::Paid;
    if is_unpaid
        || signup.standing(by.now) == Standing::Expired
        || !finish(state, &signup.first, &signup.first.product_id, Finish::Acknowledge, by.now).await?
    {
        return Err(ApiFailure::new(400, "invalid", "The subscription purchase is not in a valid state to be acknowledged."));
    }
    if account.is_some() || profile.is_some() {
        let claim = state.db.write(async |tx| claim(tx, &signup.first, account, profile).await);
        claim.await?;
    }
    Ok(())
}

async fn claim(tx: &mut db::Tx, sale: &SimulatedPurchase, account: Option<&str>, profile: Option<&str>) -> Result<()> {
    let found = db::simulator::find_purchase(tx, sale.environment, &sale.store_app_id, &sale.order_id).await?;
    let mut sale = found.ok_or(Error::NotFound("sale"))?;
    sale.account_token = account.map(str::to_owned).or(sale.account_token);
    sale.details.profile_id = profile.map(str::to_owned).or(sale.details.profile_id);
    db::simulator::update_purchase(tx, &sale).await.map(drop)
}

/// `purchases.subscriptionsv2.cancel`, and the older call, which names no type.
pub(super) async fn cancel(state: &AppState, by: &Admitted, token: &str, source: VoidSource) -> ApiResult<()> {
    let signup = get_current(state, by, token).await?;
    if !signup.chain.lifecycle.renews_after_commitment() {
        return Ok(());
    }
    change(state, &signup.chain.chain_id, Change::StopRenewal { by: source }).await.map(drop).map_err(in_words)
}

/// Who cancels, by a request's word.
pub(super) fn read_cancellation(body: &[u8]) -> ApiResult<VoidSource> {
    let body = read_object(body)?;
    match context(&body, "cancellationContext")?.get("cancellationType").and_then(Value::as_str) {
        Some("USER_REQUESTED_STOP_RENEWALS") => Ok(VoidSource::User),
        Some("DEVELOPER_REQUESTED_STOP_PAYMENTS") => Ok(VoidSource::Developer),
        _ => Err(ApiFailure::invalid("Invalid cancellationType.")),
    }
}

/// `purchases.subscriptionsv2.revoke`: the money of the present period goes back, and access ends.
pub(super) async fn revoke(state: &AppState, by: &Admitted, token: &str, body: &[u8]) -> ApiResult<()> {
    let signup = get_current(state, by, token).await?;
    let body = read_object(body)?;
    let refunds = context(&body, "revocationContext")?;
    let is_asked = |name: &str| refunds.get(name).is_some_and(Value::is_object);
    let item = refunds.get("itemBasedRefund").and_then(|item| item["productId"].as_str());
    let percentage = match (is_asked("fullRefund"), is_asked("proratedRefund"), item) {
        (true, false, None) => None,
        (false, true, None) => Some(left_of_period(&signup, by.now)),
        (false, false, Some(product)) if product == signup.last.product_id => None,
        _ => return Err(ApiFailure::invalid("Exactly one kind of refund of what is in the subscription must be given.")),
    };
    let refund = Refund { percentage, source: VoidSource::Developer, reason: VoidReason::Other, ..Refund::default() };
    settle_at(state, &signup.last, Settle::Refund(refund), by.now).await.map(drop).map_err(in_words)
}

/// The part of the period that is left, in thousandths of a percent.
fn left_of_period(signup: &Signup, now: Timestamp) -> i64 {
    let (start, end) = (signup.last.purchased_at.0, signup.expires_at().0);
    let part = i128::from(end - now.0) * i128::from(PERCENT_MILLIS) / i128::from((end - start).max(1));
    i64::try_from(part).unwrap_or_default().clamp(1, PERCENT_MILLIS - 1)
}

/// `purchases.subscriptionsv2.defer`: moves the end of what its caller has read.
pub(super) async fn defer(state: &AppState, by: &Admitted, token: &str, body: &[u8]) -> ApiResult {
    let signup = get_current(state, by, token).await?;
    let body = read_object(body)?;
    let asked = context(&body, "deferralContext")?;
    let millis = asked.get("deferDuration").and_then(Value::as_str).and_then(duration_millis);
    let millis = millis.filter(|millis| (DEFER_MILLIS_MIN..=DEFER_MILLIS_MAX).contains(millis));
    let millis = millis.ok_or_else(|| ApiFailure::invalid("deferDuration must be between one day and one year."))?;
    match asked.get("etag").and_then(Value::as_str) {
        None => return Err(ApiFailure::new(400, "required", "etag is required.")),
        Some(etag) if etag != signup.etag() => return Err(ApiFailure::concurrent()),
        Some(_) => {}
    }
    if !matches!(signup.standing(by.now), Standing::Active | Standing::Canceled) {
        return Err(ApiFailure::invalid("The subscription is not in a valid state to be deferred."));
    }
    let expires_at = signup.expires_at().plus_millis(millis);
    if asked.get("validateOnly").and_then(Value::as_bool) != Some(true) {
        change(state, &signup.chain.chain_id, Change::Defer { millis }).await.map_err(in_words)?;
    }
    let products = std::iter::once(&signup.last.product_id).chain(signup.last.details.items.iter().map(|item| &item.product_id));
    let items = products.map(|product_id| json!({ "productId": product_id, "expiryTime": expires_at.to_rfc3339() }));
    Ok(json!({ "itemExpiryTimeDetails": items.collect::<Vec<Value>>() }))
}

/// The subscription of a token that nothing has taken the place of, and that is not over.
async fn get_current(state: &AppState, by: &Admitted, token: &str) -> ApiResult<Signup> {
    let signup = get_signup(state, by, token).await?;
    let is_over = matches!(signup.standing(by.now), Standing::Expired | Standing::Pending | Standing::PendingPurchaseCanceled);
    match signup.is_current && !is_over {
        true => Ok(signup),
        false => Err(ApiFailure::invalid("The subscription is not in a valid state to perform the desired operation.")),
    }
}
