//! What the App Store would sign, unsigned. Absent is left out, never null; ids are text, moments milliseconds.

use serde_json::{Value, json};

use crate::model::{
    ExpirationReason, LifecycleStatus, Money, SaleDetails, SimulatedOffer, SimulatedPurchase, SimulatedSubscription,
    StoreEnvironment, Timestamp,
};
use crate::simulator::countries::country_of;
use crate::simulator::ids::hash_number;

const MICROS_PER_MILLIUNIT: i64 = 1_000;
/// Apple's sandbox hands out 16 digits that start so; production has 15 that start otherwise.
const SANDBOX_ID_FIRST: u64 = 2_000_000_000_000_000;
const PRODUCTION_ID_FIRST: u64 = 710_000_000_000_000;
const APPLE_ID_FIRST: u64 = 6_000_000_000;
const APPLE_ID_COUNT: u64 = 1_000_000_000;

/// Apple's numbers of the storefronts. The first is of countries that are not played.
const STOREFRONTS: [(&str, &str); 6] =
    [("KOR", "143466"), ("USA", "143441"), ("JPN", "143462"), ("GBR", "143444"), ("DEU", "143443"), ("TWN", "143470")];

fn storefront_id(country: &str) -> &'static str {
    STOREFRONTS.iter().find(|(known, _)| *known == country).unwrap_or(&STOREFRONTS[0]).1
}

/// Apple's number of where a subscription stands.
pub(super) const fn status_code(status: LifecycleStatus) -> i64 {
    match status {
        LifecycleStatus::Active => 1,
        // The App Store has no pauses.
        LifecycleStatus::Expired | LifecycleStatus::Paused | LifecycleStatus::Pending => 2,
        LifecycleStatus::BillingRetry => 3,
        LifecycleStatus::GracePeriod => 4,
        LifecycleStatus::Revoked => 5,
    }
}

/// Apple's number of why a subscription ended.
const fn expiration_intent(reason: ExpirationReason) -> i64 {
    match reason {
        ExpirationReason::Canceled => 1,
        ExpirationReason::BillingError => 2,
        ExpirationReason::PriceRefused => 3,
        ExpirationReason::ProductUnavailable => 4,
        ExpirationReason::Other => 5,
    }
}

/// Whose a purchase is: `inAppOwnershipType`.
pub(super) const fn ownership(details: &SaleDetails) -> &'static str {
    match (details.is_assigned, details.is_family) {
        (true, _) => "ASSIGNED",
        (false, true) => "FAMILY_SHARED",
        (false, false) => "PURCHASED",
    }
}

/// Adds a member when there is something to say.
fn put(payload: &mut Value, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        payload[name] = value.into();
    }
}

fn put_price(payload: &mut Value, name: &str, price: Option<&Money>) {
    put(payload, name, price.map(|price| price.price_micros / MICROS_PER_MILLIUNIT));
    put(payload, "currency", price.map(|price| price.currency.as_str()));
}

fn put_offer(payload: &mut Value, offer: Option<&SimulatedOffer>) {
    let Some(offer) = offer else { return };
    payload["offerType"] = offer.offer_type.into();
    put(payload, "offerIdentifier", offer.id.as_deref());
    put(payload, "offerDiscountType", offer.discount.as_deref());
    put(payload, "offerPeriod", offer.period.as_deref());
}

/// The JWSTransactionDecodedPayload of a sale, as it stands at a moment.
pub fn transaction(sale: &SimulatedPurchase, as_of: Timestamp) -> Value {
    let details = &sale.details;
    let storefront = details.country.as_deref().unwrap_or_else(|| country_of(sale.price.as_ref()));
    let mut payload = json!({
        "transactionId": sale.order_id,
        "originalTransactionId": sale.chain_id,
        "bundleId": sale.store_app_id,
        "productId": sale.product_id,
        "purchaseDate": sale.purchased_at.0,
        "originalPurchaseDate": details.first_at.unwrap_or(sale.purchased_at).0,
        "quantity": sale.quantity,
        "type": details.kind.as_str(),
        "inAppOwnershipType": ownership(details),
        "signedDate": as_of.0,
        "environment": sale.environment.as_str(),
        "transactionReason": if details.is_renewal { "RENEWAL" } else { "PURCHASE" },
        "storefront": storefront,
        "storefrontId": storefront_id(storefront),
        "appTransactionId": sale.customer_id,
    });
    put(&mut payload, "webOrderLineItemId", details.period_id.as_deref());
    put(&mut payload, "subscriptionGroupIdentifier", details.group_id.as_deref());
    put(&mut payload, "expiresDate", details.expires_at.map(|at| at.0));
    put(&mut payload, "appAccountToken", sale.account_token.as_deref());
    put(&mut payload, "isUpgraded", details.is_superseded.then_some(true));
    put_offer(&mut payload, details.offer.as_ref());
    put_price(&mut payload, "price", sale.price.as_ref());
    put(&mut payload, "revocationDate", sale.revoked_at.map(|at| at.0));
    if let Some(revocation) = details.revocation.filter(|_| sale.revoked_at.is_some()) {
        payload["revocationReason"] = revocation.reason.into();
        payload["revocationType"] = revocation.kind.as_str().into();
        put(&mut payload, "revocationPercentage", revocation.percentage);
    }
    payload
}

/// The JWSRenewalInfoDecodedPayload of a chain, as it stands at a moment.
pub(super) fn renewal_info(subscription: &SimulatedSubscription, as_of: Timestamp) -> Value {
    let lifecycle = &subscription.lifecycle;
    let status = lifecycle.status_at(as_of);
    let next = lifecycle.next_plan.as_ref().unwrap_or(&lifecycle.plan);
    let next_price = lifecycle.price_rise.as_ref().filter(|_| lifecycle.next_plan.is_none()).map(|rise| &rise.price);
    let offer = lifecycle.offer.as_ref().filter(|offer| offer.periods_left > 0);
    let price = offer.map_or(next_price.or(next.price.as_ref()), |offer| offer.price.as_ref());
    let mut payload = json!({
        "originalTransactionId": subscription.chain_id,
        "productId": lifecycle.plan.product_id,
        "autoRenewProductId": next.product_id,
        "autoRenewStatus": i64::from(lifecycle.auto_renew),
        "isInBillingRetryPeriod": lifecycle.retry_since.is_some() && lifecycle.expiration.is_none(),
        "renewalDate": lifecycle.period_end.0,
        "recentSubscriptionStartDate": lifecycle.streak_at.0,
        "signedDate": as_of.0,
        "environment": subscription.environment.as_str(),
        "appTransactionId": subscription.customer_id,
    });
    let failing = matches!(status, LifecycleStatus::GracePeriod | LifecycleStatus::BillingRetry);
    let expiration = lifecycle.expiration.or(failing.then_some(ExpirationReason::BillingError));
    put(&mut payload, "expirationIntent", expiration.map(expiration_intent));
    put(&mut payload, "gracePeriodExpiresDate", lifecycle.grace_end.map(|at| at.0));
    put(&mut payload, "priceIncreaseStatus", lifecycle.price_rise.as_ref().map(|rise| i64::from(rise.is_accepted)));
    put(&mut payload, "appAccountToken", lifecycle.account_token.as_deref());
    put_offer(&mut payload, offer.map(|offer| &offer.offer));
    if lifecycle.expiration.is_none() {
        put_price(&mut payload, "renewalPrice", price);
    }
    payload
}

/// The payload of AppTransaction: how a customer came by the app.
pub(super) fn app_transaction(sale: &SimulatedPurchase, apple_id: i64, as_of: Timestamp) -> Value {
    json!({
        "receiptType": sale.environment.as_str(),
        "appAppleId": apple_id,
        "bundleId": sale.store_app_id,
        "applicationVersion": "1",
        "versionExternalIdentifier": 1,
        "receiptCreationDate": as_of.0,
        "originalPurchaseDate": sale.details.first_at.unwrap_or(sale.purchased_at).0,
        "originalApplicationVersion": "1",
        "appTransactionId": sale.customer_id,
        "originalPlatform": "iOS",
    })
}

/// The transaction id of a number nobody else has, as its environment gives them.
pub fn transaction_id(environment: StoreEnvironment, number: i64) -> String {
    let first = match environment {
        StoreEnvironment::Sandbox => SANDBOX_ID_FIRST,
        StoreEnvironment::Production => PRODUCTION_ID_FIRST,
    };
    (first + number.unsigned_abs()).to_string()
}

/// The App Store's number of an app that names none.
pub(super) fn apple_id(store_app_id: &str) -> i64 {
    i64::try_from(APPLE_ID_FIRST + hash_number(&["app", store_app_id]) % APPLE_ID_COUNT).unwrap_or(i64::MAX)
}
