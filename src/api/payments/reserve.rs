//! Reserving a payment.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::caller::Caller;
use crate::api::input::{Body, StoreName, parse_enum};
use crate::api::views::{PaymentView, Problem};
use crate::error::Result;
use crate::payments::{self, Reservation, Reserve};
use crate::state::AppState;
use crate::users::User;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ReserveIn {
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
pub(super) struct ReservedView {
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
pub(super) async fn reserve_payment(
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
