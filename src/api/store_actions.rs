//! Giving money back, and ending, deferring or taking up again subscriptions, at the stores that let a server do it. For game servers.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::{Caller, Server};
use super::input::{Body, payment_seq};
use super::subscriptions::SubscriptionView;
use super::views::{PaymentView, Problem};
use crate::error::{Error, Result};
use crate::model::{Reason, SubscriptionId, Timestamp};
use crate::payments::{self, StoreRefund};
use crate::state::AppState;
use crate::subscriptions::{self, StoreAction};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(refund_payment))
        .routes(routes!(cancel_subscription))
        .routes(routes!(reactivate_subscription))
        .routes(routes!(revoke_subscription))
        .routes(routes!(defer_subscription))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RefundIn {
    /// Whether what was bought is taken away with the money; `true` when absent.
    ends_access: Option<bool>,
    /// Whether what else was paid for in the same order may be given back with it; without it such a payment is refused
    /// (`ORDER_HAS_OTHER_PAYMENTS`), for the store gives back whole orders.
    whole_order: Option<bool>,
    /// For the payment's timeline and the audit log, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Give a payment's money back at its store
///
/// Google Play only; other stores let no server do it (`NOT_OFFERED_BY_STORE`). The payment is REFUND once the store says so.
/// Callers: server.
#[utoipa::path(post, path = "/payments/{paymentSeq}/refund", tag = "Payments", request_body = RefundIn,
    params(("paymentSeq" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = PaymentView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn refund_payment(
    Server(caller): Server,
    State(state): State<AppState>,
    Path(seq): Path<String>,
    Body(input): Body<RefundIn>,
) -> Result<Json<PaymentView>> {
    let refund = StoreRefund {
        ends_access: input.ends_access.unwrap_or(true),
        whole_order: input.whole_order.unwrap_or_default(),
        reason: &input.reason,
    };
    let payment = payments::refund_at_store(&state, &caller.by, &caller.project, &payment_seq(seq)?, refund).await?;
    Ok(Json(PaymentView::new(payment, None)))
}

/// Stop a subscription's renewal at its store
///
/// The paid period runs to its end. Google Play and ONE store, which ends one at once that is paused, in grace or on hold. Callers:
/// server.
#[utoipa::path(post, path = "/subscriptions/{subscriptionId}/cancel", tag = "Subscriptions",
    params(("subscriptionId" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = SubscriptionView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 503, body = Problem)))]
async fn cancel_subscription(
    Server(caller): Server,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Json<SubscriptionView>> {
    act(&state, &caller, id, StoreAction::Cancel).await
}

/// Renew a subscription again at its store whose renewal was stopped
///
/// While its paid period still runs. ONE store only. Callers: server.
#[utoipa::path(post, path = "/subscriptions/{subscriptionId}/reactivate", tag = "Subscriptions",
    params(("subscriptionId" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = SubscriptionView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 503, body = Problem)))]
async fn reactivate_subscription(
    Server(caller): Server,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Json<SubscriptionView>> {
    act(&state, &caller, id, StoreAction::Reactivate).await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RevokeIn {
    /// `FULL`, which is taken when absent, or `PRORATED`: the share of the rest of the period.
    #[schema(pattern = "^(FULL|PRORATED)$")]
    refund: Option<String>,
}

/// End a subscription now and give its last payment back, at its store
///
/// Google Play only. Callers: server.
#[utoipa::path(post, path = "/subscriptions/{subscriptionId}/revoke", tag = "Subscriptions", request_body = RevokeIn,
    params(("subscriptionId" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = SubscriptionView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn revoke_subscription(
    Server(caller): Server,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Body(input): Body<RevokeIn>,
) -> Result<Json<SubscriptionView>> {
    act(&state, &caller, id, StoreAction::revoke(input.refund.as_deref())?).await
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DeferIn {
    /// 1 to 365.
    #[schema(minimum = 1, maximum = 365)]
    days: u32,
    /// The `periodEnd` you were told: when it is no longer the period's end, another request has moved it already, and nothing is
    /// asked (`SUBSCRIPTION_CHANGED`). Send it, or an Idempotency-Key, wherever a request may be repeated.
    period_end: Option<String>,
}

/// Move a subscription's next charge into the future, for free
///
/// Google Play and ONE store. Callers: server.
#[utoipa::path(post, path = "/subscriptions/{subscriptionId}/defer", tag = "Subscriptions", request_body = DeferIn,
    params(("subscriptionId" = String, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = SubscriptionView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn defer_subscription(
    Server(caller): Server,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Body(input): Body<DeferIn>,
) -> Result<Json<SubscriptionView>> {
    let unreadable = || Error::invalid("periodEnd", Reason::unreadable("it is no time as RFC 3339 writes it"));
    let shown_end = input.period_end.as_deref().map(|end| Timestamp::parse_rfc3339(end).ok_or_else(unreadable)).transpose()?;
    act(&state, &caller, id, StoreAction::Defer { days: input.days, shown_end }).await
}

async fn act(state: &AppState, caller: &Caller, id: String, action: StoreAction) -> Result<Json<SubscriptionView>> {
    let after = subscriptions::act(state, &caller.by, &caller.project, &SubscriptionId(id), action).await?;
    Ok(Json(after.into()))
}
