//! What the App Store would sign, unsigned. Absent is left out, never null; ids are text, moments milliseconds.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::model::{
    LifecycleStatus, Money, SimulatedOffer, SimulatedPurchase, SimulatedSubscription, StoreEnvironment, Timestamp,
};

const MICROS_PER_MILLIUNIT: i64 = 1_000;
/// Apple's sandbox hands out 16 digits that start so; production has 15 that start otherwise.
const SANDBOX_ID_FIRST: u64 = 2_000_000_000_000_000;
const PRODUCTION_ID_FIRST: u64 = 710_000_000_000_000;
const CUSTOMER_ID_FIRST: u64 = 704_000_000_000_000_000;
const CUSTOMER_ID_COUNT: u64 = 1_000_000_000_000_000;
const APPLE_ID_FIRST: u64 = 6_000_000_000;
const APPLE_ID_COUNT: u64 = 1_000_000_000;

/// The App Stores that are simulated: country, Apple's number of it, and the currency it charges. The first is of whoever
/// pays in another.
const STOREFRONTS: [(&str, &str, &str); 6] = [
    ("KOR", "143466", "KRW"),
    ("USA", "143441", "USD"),
    ("JPN", "143462", "JPY"),
    ("GBR", "143444", "GBP"),
    ("DEU", "143443", "EUR"),
    ("TWN", "143470", "TWD"),
];

/// The country whose App Store charges a price.
pub fn storefront_of(price: Option<&Money>) -> &'static str {
    let found = STOREFRONTS.iter().find(|(.., currency)| price.is_some_and(|price| price.currency == *currency));
    found.map_or(STOREFRONTS[0].0, |(country, ..)| country)
}

fn storefront_id(country: &str) -> &'static str {
    let found = STOREFRONTS.iter().find(|(known, ..)| *known == country);
    found.map_or(STOREFRONTS[0].1, |(_, id, _)| id)
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
pub fn transaction(sale: &SimulatedPurchase, signed_at: Timestamp) -> Value {
    let details = &sale.details;
    let storefront = details.storefront.as_deref().unwrap_or_else(|| storefront_of(sale.price.as_ref()));
    let mut payload = json!({
        "transactionId": sale.order_id,
        "originalTransactionId": sale.chain_id,
        "bundleId": sale.store_app_id,
        "productId": sale.product_id,
        "purchaseDate": sale.purchased_at.0,
        "originalPurchaseDate": details.first_at.unwrap_or(sale.purchased_at).0,
        "quantity": sale.quantity,
        "type": details.kind.as_str(),
        "inAppOwnershipType": details.ownership(),
        "signedDate": signed_at.0,
        "environment": sale.world.as_str(),
        "transactionReason": if details.is_renewal { "RENEWAL" } else { "PURCHASE" },
        "storefront": storefront,
        "storefrontId": storefront_id(storefront),
        "appTransactionId": sale.customer_id,
    });
    put(&mut payload, "webOrderLineItemId", details.line_item_id.as_deref());
    put(&mut payload, "subscriptionGroupIdentifier", details.group_id.as_deref());
    put(&mut payload, "expiresDate", details.expires_at.map(|at| at.0));
    put(&mut payload, "appAccountToken", sale.account_token.as_deref());
    put(&mut payload, "isUpgraded", details.is_upgraded.then_some(true));
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
pub fn renewal_info(subscription: &SimulatedSubscription, signed_at: Timestamp) -> Value {
    let lifecycle = &subscription.lifecycle;
    let status = lifecycle.status_at(signed_at);
    let next = lifecycle.next_plan.as_ref().unwrap_or(&lifecycle.plan);
    let next_price = lifecycle.price_rise.as_ref().filter(|_| lifecycle.next_plan.is_none()).map(|rise| &rise.price);
    let offer = lifecycle.offer.as_ref().filter(|offer| offer.periods_left > 0);
    let price = offer.map_or(next_price.or(next.price.as_ref()), |offer| offer.price.as_ref());
    let mut payload = json!({
        "originalTransactionId": subscription.chain_id,
        "productId": lifecycle.plan.product_id,
        "autoRenewProductId": next.product_id,
        "autoRenewStatus": i64::from(lifecycle.auto_renew),
        "isInBillingRetryPeriod": lifecycle.retry_since.is_some() && lifecycle.expiration_intent.is_none(),
        "renewalDate": lifecycle.period_end.0,
        "recentSubscriptionStartDate": lifecycle.streak_at.0,
        "signedDate": signed_at.0,
        "environment": subscription.world.as_str(),
        "appTransactionId": subscription.customer_id,
    });
    let failing = matches!(status, LifecycleStatus::GracePeriod | LifecycleStatus::BillingRetry).then_some(2);
    put(&mut payload, "expirationIntent", lifecycle.expiration_intent.or(failing));
    put(&mut payload, "gracePeriodExpiresDate", lifecycle.grace_end.map(|at| at.0));
    put(&mut payload, "priceIncreaseStatus", lifecycle.price_rise.as_ref().map(|rise| i64::from(rise.is_accepted)));
    put(&mut payload, "appAccountToken", lifecycle.account_token.as_deref());
    put_offer(&mut payload, offer.map(|offer| &offer.offer));
    if lifecycle.expiration_intent.is_none() {
        put_price(&mut payload, "renewalPrice", price);
    }
    payload
}

/// The payload of AppTransaction: how a customer came by the app.
pub fn app_transaction(sale: &SimulatedPurchase, apple_id: i64, signed_at: Timestamp) -> Value {
    json!({
        "receiptType": sale.world.as_str(),
        "appAppleId": apple_id,
        "bundleId": sale.store_app_id,
        "applicationVersion": "1",
        "versionExternalIdentifier": 1,
        "receiptCreationDate": signed_at.0,
        "originalPurchaseDate": sale.details.first_at.unwrap_or(sale.purchased_at).0,
        "originalApplicationVersion": "1",
        "appTransactionId": sale.customer_id,
        "originalPlatform": "iOS",
    })
}

/// The transaction id of a number nobody else has, as its world gives them.
pub fn transaction_id(world: StoreEnvironment, number: i64) -> String {
    let first = match world {
        StoreEnvironment::Sandbox => SANDBOX_ID_FIRST,
        StoreEnvironment::Production => PRODUCTION_ID_FIRST,
    };
    (first + number.unsigned_abs()).to_string()
}

/// A whole number by chance.
pub fn random() -> Result<u64> {
    let mut bytes = [0; 8];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::internal("no randomness"))?;
    Ok(u64::from_be_bytes(bytes))
}

/// The id of a store account in an app: always the same for the same account.
pub fn customer_id(world: StoreEnvironment, store_app_id: &str, account: &str) -> String {
    (CUSTOMER_ID_FIRST + number_of(&[world.as_str(), store_app_id, account]) % CUSTOMER_ID_COUNT).to_string()
}

/// The App Store's number of an app that names none.
pub fn apple_id(store_app_id: &str) -> i64 {
    i64::try_from(APPLE_ID_FIRST + number_of(&["app", store_app_id]) % APPLE_ID_COUNT).unwrap_or(i64::MAX)
}

fn number_of(parts: &[&str]) -> u64 {
    let text = parts.join("\n");
    let hash = digest(&SHA256, text.as_bytes());
    hash.as_ref().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}
