//! Subscriptions, for game servers.

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::Server;
use super::input::{Body, Query, optional_enum, time};
use super::views::{PaymentView, Problem};
use crate::error::{Error, Result};
use crate::model::{ExtensionReason, Offer, Reason, Subscription, SubscriptionId, SubscriptionQuery, Timestamp};
use crate::state::AppState;
use crate::subscriptions::{self, Extend};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(search_subscriptions))
        .routes(routes!(get_subscription))
        .routes(routes!(extend_subscription))
}

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
struct SubscriptionDetailView {
    #[serde(flatten)]
    subscription: SubscriptionView,
    /// One payment per paid period, the newest 200 at most.
    periods: Vec<PaymentView>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct SearchQuery {
    /// `ACTIVE`, `CANCELED`, `ON_HOLD`, `IN_GRACE_PERIOD`, `PAUSED`, `REVOKED` or `EXPIRED`.
    state: Option<String>,
    store: Option<String>,
    environment: Option<String>,
    user_key: Option<String>,
    user_channel: Option<String>,
    /// The present plan.
    product_id: Option<String>,
    /// Begun at or after this RFC 3339 time.
    from: Option<String>,
    /// Begun before this RFC 3339 time.
    to: Option<String>,
    /// From `nextCursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 50 when absent.
    limit: Option<u32>,
}

/// Search subscriptions
///
/// Those begun last first, paged by key. A state that time alone changes is found under its new name a few seconds later.
/// Callers: server.
#[utoipa::path(get, path = "/subscriptions", tag = "Subscriptions", params(SearchQuery),
    responses((status = 200, body = SubscriptionsView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn search_subscriptions(
    Server(caller): Server,
    State(state): State<AppState>,
    Query(query): Query<SearchQuery>,
) -> Result<Json<SubscriptionsView>> {
    let present = |text: Option<String>| text.filter(|text| !text.is_empty());
    if query.limit == Some(0) {
        return Err(Error::invalid("limit", Reason::range(1, 100)));
    }
    let search = SubscriptionQuery {
        state: optional_enum("state", query.state.as_deref())?,
        store: optional_enum("store", query.store.as_deref())?,
        environment: optional_enum("environment", query.environment.as_deref())?,
        user_key: present(query.user_key),
        user_channel: present(query.user_channel),
        product_id: present(query.product_id),
        from: time("from", query.from.as_deref())?,
        to: time("to", query.to.as_deref())?,
        cursor: present(query.cursor),
        limit: query.limit.unwrap_or_default(),
        ..SubscriptionQuery::default()
    };
    let page = subscriptions::list(&state, &caller.project, &search).await?;
    Ok(Json(SubscriptionsView { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}

/// Get one subscription with its paid periods
///
/// Callers: server.
#[utoipa::path(get, path = "/subscriptions/{subscriptionId}", tag = "Subscriptions",
    params(("subscriptionId" = String, Path)),
    responses((status = 200, body = SubscriptionDetailView), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn get_subscription(
    Server(caller): Server,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Json<SubscriptionDetailView>> {
    let detail = subscriptions::get_detail(&state, &caller.project, &SubscriptionId(id)).await?;
    Ok(Json(SubscriptionDetailView {
        subscription: detail.subscription.into(),
        periods: detail.periods.into_iter().map(|payment| PaymentView::new(payment, None)).collect(),
    }))
}

/// What the store is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExtensionIn {
    /// 1 to 90.
    extend_by_days: u32,
    /// `CUSTOMER_SATISFACTION`, `SERVICE_ISSUE`, `OTHER` or `UNDECLARED`, which is taken when absent.
    reason: Option<String>,
}

/// An extended subscription.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExtensionView {
    #[serde(flatten)]
    subscription: SubscriptionView,
    /// When it renews now, as the store answered; `periodEnd` follows with the store's next word.
    effective_date: Option<String>,
}

/// Extend a subscription's present period
///
/// The App Store moves the renewal date at no cost to the player, at most twice in 365 days. The same number of days for the
/// same period extends once, however often it is asked for. Callers: server.
#[utoipa::path(post, path = "/subscriptions/{subscriptionId}/extend", tag = "Subscriptions", request_body = ExtensionIn,
    params(("subscriptionId" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = ExtensionView), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn extend_subscription(
    Server(caller): Server,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Body(input): Body<ExtensionIn>,
) -> Result<Json<ExtensionView>> {
    let reason = optional_enum("reason", input.reason.as_deref())?.unwrap_or(ExtensionReason::Undeclared);
    let what = Extend { days: input.extend_by_days, reason };
    let extended = subscriptions::extend(&state, &caller.by, &caller.project, &SubscriptionId(id), what).await?;
    let effective_date = extended.renews_at.map(Timestamp::to_rfc3339);
    Ok(Json(ExtensionView { subscription: extended.subscription.into(), effective_date }))
}
