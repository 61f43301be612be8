//! `purchases.subscriptions.get` as it was before the second form: served until 2027, for clients that still have it.

use serde_json::json;

use super::access::Admitted;
use super::failure::{ApiFailure, ApiResult};
use super::found::get_signup;
use super::ids::purchase_token;
use super::products::region_of;
use super::subscriptions::Standing;
use super::values::{millis, put};
use crate::model::{StoreEnvironment, Timestamp, VoidSource};
use crate::state::AppState;

const READABLE_MILLIS: i64 = 60 * Timestamp::DAY;

pub(super) async fn get(state: &AppState, by: &Admitted, product_id: &str, token: &str) -> ApiResult {
    let signup = get_signup(state, by, token).await?;
    if signup.last.product_id != product_id && signup.first.product_id != product_id {
        return Err(ApiFailure::invalid_token());
    }
    let (standing, expires_at) = (signup.standing(by.now), signup.expires_at());
    if standing == Standing::Expired && by.now > expires_at.plus_millis(READABLE_MILLIS) {
        return Err(ApiFailure::no_longer_available());
    }
    let (first, last, lifecycle) = (&signup.first, &signup.last, &signup.chain.lifecycle);
    let is_over = matches!(standing, Standing::Canceled | Standing::Expired);
    let mut answer = json!({
        "kind": "androidpublisher#subscriptionPurchase",
        "startTimeMillis": millis(first.purchased_at),
        "expiryTimeMillis": millis(expires_at),
        "autoRenewing": !is_over,
        "countryCode": region_of(first),
        "orderId": last.order_id,
        "acknowledgementState": u8::from(first.details.finished_at.is_some()),
    });
    let price = lifecycle.plan.price.as_ref();
    put(&mut answer, "priceCurrencyCode", price.map(|price| price.currency.as_str()));
    put(&mut answer, "priceAmountMicros", price.map(|price| price.price_micros.to_string()));
    let payment_state = match standing {
        Standing::OnHold | Standing::InGracePeriod => 0,
        _ if last.details.is_free_trial() => 2,
        _ => 1,
    };
    put(&mut answer, "paymentState", (!is_over).then_some(payment_state));
    let reason = match lifecycle.canceled_by {
        _ if last.details.is_superseded => 2,
        Some(VoidSource::User) => 0,
        Some(VoidSource::Developer) => 3,
        Some(VoidSource::Store) | None => 1,
    };
    put(&mut answer, "cancelReason", is_over.then_some(reason));
    put(&mut answer, "autoResumeTimeMillis", lifecycle.paused_until.map(millis));
    put(&mut answer, "purchaseType", (first.environment == StoreEnvironment::Sandbox).then_some(0));
    let linked = first.details.previous_signup_id.as_deref().filter(|_| !first.details.is_out_of_app);
    put(&mut answer, "linkedPurchaseToken", linked.map(purchase_token));
    put(&mut answer, "obfuscatedExternalAccountId", first.account_token.as_deref());
    Ok(answer)
}
