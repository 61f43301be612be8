//! Payments: reserve, close, consume, find, search.

mod reserve;
mod search;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::Caller;
use super::idempotency::consume_key;
use super::input::{Body, payment_seq};
use super::views::{PaymentView, Problem};
use crate::error::Result;
use crate::payments::{self, Close, Consume};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(reserve::reserve_payment, search::search_payments))
        .routes(routes!(search::get_payment))
        .routes(routes!(close_payment))
        .routes(routes!(consume_payment))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CloseIn {
    /// What the store's library said, at most 500 characters.
    #[schema(max_length = 500)]
    reason: Option<String>,
    /// From reserve. An app that sends it, or the user's `X-User-Token`, closes at once; a game server needs neither.
    #[schema(max_length = 100)]
    reservation_token: Option<String>,
}

/// A closed payment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClosedView {
    payment_seq: String,
    /// `USER_CLOSE`.
    status: &'static str,
}

/// Close a payment the player cancelled
///
/// A later, valid verify still wins. Numbers can be counted up, so an app shows with the `reservationToken` that the reservation
/// is its own. Without it the close is written down and takes effect when nobody paid until the reservation's time is over;
/// until then the payment stays open. Callers: client, server.
#[utoipa::path(post, path = "/payments/{paymentSeq}/close", tag = "Payments", request_body = CloseIn,
    params(("paymentSeq" = String, Path)),
    responses((status = 200, body = ClosedView), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn close_payment(
    caller: Caller,
    State(state): State<AppState>,
    Path(seq): Path<String>,
    Body(input): Body<CloseIn>,
) -> Result<Json<ClosedView>> {
    let close = Close {
        payment_seq: payment_seq(seq)?,
        reason: input.reason,
        reservation_token: input.reservation_token,
        user: caller.user.clone(),
    };
    let payment = payments::close(&state, &caller.by, &caller.project, &close).await?;
    Ok(Json(ClosedView { payment_seq: payment.payment_seq.0, status: payment.status.as_str() }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ConsumeIn {
    /// From verify or the unconsumed list.
    access_token: String,
}

/// Consume a payment
///
/// Grant the goods and write your own ledger first, then consume; treat `ALREADY_CONSUMED` as done.
/// Callers: server; client only if the project allows the built-in model, and with `X-User-Token` where the project demands it.
#[utoipa::path(post, path = "/payments/{paymentSeq}/consume", tag = "Payments", request_body = ConsumeIn,
    params(("paymentSeq" = String, Path)),
    responses((status = 200, body = PaymentView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn consume_payment(
    caller: Caller,
    State(state): State<AppState>,
    Path(seq): Path<String>,
    headers: HeaderMap,
    Body(input): Body<ConsumeIn>,
) -> Result<Json<PaymentView>> {
    caller.check_built_in()?;
    let consume = Consume {
        payment_seq: payment_seq(seq)?,
        access_token: input.access_token,
        user: caller.user.clone(),
        consume_key: consume_key(&caller, &headers),
    };
    let payment = payments::consume(&state, &caller.by, &caller.project, &consume).await?;
    Ok(Json(PaymentView::new(payment, None)))
}
