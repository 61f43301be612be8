//! Payments: reserve, close, consume, find, search.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::{Caller, Server};
use super::idempotency::consume_key;
use super::input::{Body, Query, optional_enum, parse_enum, payment_seq, time};
use super::store_name::StoreName;
use super::views::{PaymentDetailView, PaymentView, PaymentsView, Problem};
use crate::error::{Error, Result};
use crate::model::{PaymentQuery, Reason};
use crate::payments::{self, Close, Consume, Reservation, Reserve};
use crate::state::AppState;
use crate::users::User;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(reserve_payment, search_payments))
        .routes(routes!(get_payment))
        .routes(routes!(close_payment))
        .routes(routes!(consume_payment))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReserveIn {
    /// `GG`, `AS`, `ONESTORE` or `TEST`.
    #[schema(value_type = StoreName)]
    store: String,
    /// The product's id in the store's console.
    #[schema(min_length = 1, max_length = 136)]
    product_id: String,
    #[schema(min_length = 1, max_length = 128)]
    user_key: String,
    /// `GF` when absent.
    #[schema(max_length = 32)]
    user_channel: Option<String>,
    /// The store's package name or bundle id; needed only where the project has several apps in that store.
    app_id: Option<String>,
    /// Your own text, at most 4 KiB, given back with the payment.
    #[schema(max_length = 4096)]
    payload: Option<String>,
}

/// A reserved payment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReservedView {
    #[serde(flatten)]
    payment: PaymentView,
    /// Hand this UUID to the store with the purchase.
    account_token: String,
    /// Proves that this app reserved: send it with `close`.
    reservation_token: String,
}

impl ReservedView {
    fn new(done: Reservation) -> Self {
        let Reservation { payment, account_token, reservation_token } = done;
        Self { payment: PaymentView::new(payment, None), account_token, reservation_token }
    }
}

/// Reserve a payment
///
/// Before the store's sheet opens: fixes user, app, product and payload. Callers: client, server.
#[utoipa::path(post, path = "/payments", tag = "Payments", request_body = ReserveIn,
    responses((status = 201, body = ReservedView), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn reserve_payment(
    caller: Caller,
    State(state): State<AppState>,
    Body(input): Body<ReserveIn>,
) -> Result<(StatusCode, Json<ReservedView>)> {
    let user = User::parse(&input.user_key, input.user_channel.as_deref())?;
    caller.check_user(&user)?;
    let reserve = Reserve {
        store: parse_enum("store", &input.store)?,
        app_id: input.app_id,
        product_id: input.product_id,
        user,
        payload: input.payload,
    };
    let done = payments::reserve(&state, &caller.by, &caller.project, reserve).await?;
    Ok((StatusCode::CREATED, Json(ReservedView::new(done))))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct SearchQuery {
    user_key: Option<String>,
    user_channel: Option<String>,
    store_order_id: Option<String>,
    status: Option<String>,
    store: Option<String>,
    product_id: Option<String>,
    /// `INTRODUCTORY`, `PROMOTIONAL`, `OFFER_CODE`, `WIN_BACK` or `OTHER`.
    offer_type: Option<String>,
    /// `RESERVATION`, `VERIFY`, `NOTICE` or `BACKFILLED`.
    source: Option<String>,
    /// Only purchases nobody is known for: `true`.
    without_user: Option<bool>,
    /// Made at or after this RFC 3339 time.
    from: Option<String>,
    /// Made before this RFC 3339 time.
    to: Option<String>,
    /// From `nextCursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100; 50 when absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// Search payments
///
/// Newest first, paged by key. Callers: server.
#[utoipa::path(get, path = "/payments", tag = "Payments", params(SearchQuery),
    responses((status = 200, body = PaymentsView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn search_payments(
    Server(caller): Server,
    State(state): State<AppState>,
    Query(query): Query<SearchQuery>,
) -> Result<Json<PaymentsView>> {
    let present = |text: Option<String>| text.filter(|text| !text.is_empty());
    if query.limit == Some(0) {
        return Err(Error::invalid("limit", Reason::range(1, 100)));
    }
    let search = PaymentQuery {
        user_key: present(query.user_key),
        user_channel: present(query.user_channel),
        store_order_id: present(query.store_order_id),
        status: optional_enum("status", query.status.as_deref())?,
        store: optional_enum("store", query.store.as_deref())?,
        product_id: present(query.product_id),
        offer_type: optional_enum("offerType", query.offer_type.as_deref())?,
        source: optional_enum("source", query.source.as_deref())?,
        without_user: query.without_user.unwrap_or_default(),
        from: time("from", query.from.as_deref())?,
        to: time("to", query.to.as_deref())?,
        cursor: present(query.cursor),
        limit: query.limit.unwrap_or_default(),
        ..PaymentQuery::default()
    };
    let page = payments::list(&state, &caller.project, &search).await?;
    let items = page.items.into_iter().map(|payment| PaymentView::new(payment, None)).collect();
    Ok(Json(PaymentsView { items, next_cursor: page.next_cursor }))
}

/// Get one payment with its events
///
/// Callers: server.
#[utoipa::path(get, path = "/payments/{paymentSeq}", tag = "Payments", params(("paymentSeq" = String, Path)),
    responses((status = 200, body = PaymentDetailView), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn get_payment(
    Server(caller): Server,
    State(state): State<AppState>,
    Path(seq): Path<String>,
) -> Result<Json<PaymentDetailView>> {
    let detail = payments::get_detail(&state, &caller.project, &payment_seq(seq)?).await?;
    Ok(Json(PaymentDetailView {
        payment: PaymentView::new(detail.payment, None),
        events: detail.events.into_iter().map(Into::into).collect(),
    }))
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
