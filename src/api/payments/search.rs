//! Finding payments.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::caller::Server;
use crate::api::input::{Query, optional_enum, payment_seq, time};
use crate::api::views::{PaymentDetailView, PaymentView, PaymentsView, Problem};
use crate::error::{Error, Result};
use crate::model::{PaymentQuery, Reason};
use crate::payments;
use crate::state::AppState;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(super) struct SearchQuery {
    user_key: Option<String>,
    user_channel: Option<String>,
    store_order_id: Option<String>,
    status: Option<String>,
    store: Option<String>,
    /// `LIVE`, `SANDBOX` (test purchases too) or `SIMULATOR`.
    environment: Option<String>,
    product_id: Option<String>,
    /// `INTRODUCTORY`, `PROMOTIONAL`, `OFFER_CODE`, `WIN_BACK` or `OTHER`.
    offer_type: Option<String>,
    /// `FREE_TRIAL`, `INTRODUCTORY_PRICE`, `PAY_AS_YOU_GO`, `PAY_UP_FRONT`, `ONE_TIME`, `PROMOTION_CODE` or `REWARDED`.
    offer_discount_type: Option<String>,
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
pub(super) async fn search_payments(
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
        environment: optional_enum("environment", query.environment.as_deref())?,
        product_id: present(query.product_id),
        offer_type: optional_enum("offerType", query.offer_type.as_deref())?,
        discount_type: optional_enum("offerDiscountType", query.offer_discount_type.as_deref())?,
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
pub(super) async fn get_payment(
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
