//! Subscriptions as the API shows them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::views::PaymentView;
use crate::model::{Offer, Subscription, Timestamp};

/// An offer a purchase was made with.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OfferView {
    /// `INTRODUCTORY`, `PROMOTIONAL`, `OFFER_CODE`, `WIN_BACK` or `OTHER`.
    offer_type: &'static str,
    /// The offer's id in the store's console; introductory ones have none.
    offer_id: Option<String>,
    /// `FREE_TRIAL`, `PAY_AS_YOU_GO`, `PAY_UP_FRONT` or `ONE_TIME`.
    offer_discount_type: Option<String>,
}

impl From<Offer> for OfferView {
    fn from(offer: Offer) -> Self {
        Self { offer_type: offer.offer_type.as_str(), offer_id: offer.offer_id, offer_discount_type: offer.discount_type }
    }
}

/// A subscription: one chain of paid periods in a store.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionView {
    #[schema(example = "10000000")]
    subscription_id: String,
    /// `ACTIVE`, `CANCELED`, `ON_HOLD`, `IN_GRACE_PERIOD`, `PAUSED`, `REVOKED` or `EXPIRED`.
    state: &'static str,
    /// NHN's number of the state: 0, 3, 5, 6, 10, 12 or 13.
    state_code: i32,
    /// Whether the player has what they subscribed to.
    has_access: bool,
    store: &'static str,
    app_seq: i64,
    /// The store's package name or bundle id.
    app_id: String,
    /// `LIVE`, `SANDBOX` or `SIMULATOR`.
    environment: &'static str,
    product_seq: i64,
    /// The present plan's id in the store's console.
    product_id: String,
    product_type: &'static str,
    /// The plan from the next renewal on, when it is another.
    next_product_id: Option<String>,
    /// Empty when nobody is known for it yet.
    user_key: String,
    user_channel: String,
    /// The chain in the store: Apple's original transaction id.
    original_order_id: String,
    /// The present period's order.
    store_order_id: String,
    /// When the chain began.
    started_at: String,
    period_start: String,
    /// The end of what is paid for, without grace.
    period_end: String,
    expiry_time_millis: i64,
    /// Until when access goes on although billing failed.
    grace_period_end: Option<String>,
    auto_renew: bool,
    /// The store tries to charge again.
    in_billing_retry: bool,
    /// What the next renewal will cost; null when the store did not say.
    next_price: Option<String>,
    next_price_micros: Option<i64>,
    next_currency: Option<String>,
    /// `CANCELED`, `BILLING_ERROR`, `PRICE_REFUSED`, `PRODUCT_UNAVAILABLE` or `OTHER`.
    expiration_reason: Option<&'static str>,
    /// `PENDING` or `GIVEN`, when a higher price was asked for.
    price_consent: Option<&'static str>,
    /// The offer in force in the present period.
    offer: Option<OfferView>,
    /// `PURCHASED`, `FAMILY_SHARED`, `ASSIGNED` or `OTHER`; only `PURCHASED` gives goods.
    ownership: &'static str,
    revoked_at: Option<String>,
    updated_at: String,
}

impl From<Subscription> for SubscriptionView {
    fn from(found: Subscription) -> Self {
        let text = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339);
        Self {
            subscription_id: found.subscription_id.0,
            state: found.state.as_str(),
            state_code: found.state.code(),
            has_access: found.state.gives_access(),
            store: found.store.as_str(),
            app_seq: found.app_seq.0,
            app_id: found.store_app_id,
            environment: found.environment.as_str(),
            product_seq: found.product_seq.0,
            product_id: found.product_id,
            product_type: found.product_type.as_str(),
            next_product_id: found.next_product_id,
            user_key: found.user_key,
            user_channel: found.user_channel,
            original_order_id: found.chain_id,
            store_order_id: found.order_id,
            started_at: found.started_at.to_rfc3339(),
            period_start: found.period_start.to_rfc3339(),
            period_end: found.period_end.to_rfc3339(),
            expiry_time_millis: found.period_end.0,
            grace_period_end: text(found.grace_end),
            auto_renew: found.auto_renew,
            in_billing_retry: found.in_retry,
            next_price: found.next_price.as_ref().map(|price| price.to_decimal()),
            next_price_micros: found.next_price.as_ref().map(|price| price.price_micros),
            next_currency: found.next_price.map(|price| price.currency),
            expiration_reason: found.expiration_reason.map(|reason| reason.as_str()),
            price_consent: found.price_consent.map(|consent| consent.as_str()),
            offer: found.offer.map(Into::into),
            ownership: found.ownership.as_str(),
            revoked_at: text(found.revoked_at),
            updated_at: found.updated_at.to_rfc3339(),
        }
    }
}

/// Subscriptions, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionsView {
    pub items: Vec<SubscriptionView>,
    /// Give it as `cursor` for the next page; null on the last.
    pub next_cursor: Option<String>,
}

/// A subscription with its paid periods, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SubscriptionDetailView {
    #[serde(flatten)]
    pub(super) subscription: SubscriptionView,
    /// One payment per paid period, the newest 200 at most.
    pub(super) periods: Vec<PaymentView>,
}
