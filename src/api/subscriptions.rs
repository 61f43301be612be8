//! Subscriptions, for game servers.

mod views;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::Server;
use super::input::{Body, Query, optional_enum, time};
use super::views::{PaymentView, Problem};
use crate::error::{Error, Result};
use crate::model::{ExtensionReason, Reason, SubscriptionId, SubscriptionQuery, Timestamp};
use crate::state::AppState;
use crate::subscriptions::{self, Extend};
use views::SubscriptionDetailView;

pub use views::{SubscriptionView, SubscriptionsView};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(search_subscriptions))
        .routes(routes!(get_subscription))
        .routes(routes!(extend_subscription))
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
