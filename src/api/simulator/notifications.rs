//! Notifications of the simulated stores: what was sent, sending more, and where to.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::views::{ListView, NotificationView, read_environment, read_store};
use crate::api::input::Body;
use crate::error::Result;
use crate::simulator::{self, Address, Notify};
use crate::state::AppState;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/simulator/control/notices", get(list_notifications).post(create_notification))
        .route("/simulator/control/notices/deliver", post(deliver_notifications))
        .route("/simulator/control/notices/{notice_id}/send", post(send_notification))
        .route("/simulator/control/notice-address", put(set_address))
}

async fn list_notifications(State(state): State<AppState>) -> Result<Json<ListView<NotificationView>>> {
    let found = simulator::list_notifications(&state).await?;
    Ok(Json(ListView { items: found.into_iter().map(NotificationView::from).collect() }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NotificationIn {
    /// The App Store when not said.
    store: Option<String>,
    store_app_id: String,
    /// In the store's own words; any, known or not.
    notification_type: String,
    subtype: Option<String>,
    /// The sale it is about.
    transaction_id: Option<String>,
    /// Members beside those of the sale: for the App Store of `data`, or one of `summary`, `appData`, `externalPurchaseToken`.
    #[serde(default)]
    data: Value,
    world: Option<String>,
}

async fn create_notification(
    State(state): State<AppState>,
    Body(input): Body<NotificationIn>,
) -> Result<(StatusCode, Json<NotificationView>)> {
    let input = Notify {
        store: read_store(input.store.as_deref())?,
        environment: read_environment(input.world.as_deref())?,
        store_app_id: input.store_app_id,
        kind: input.notification_type,
        subtype: input.subtype,
        order_id: input.transaction_id,
        data: input.data,
    };
    Ok((StatusCode::CREATED, Json(simulator::notify(&state, input).await?.into())))
}

#[derive(Debug, Serialize)]
struct DeliveredView {
    /// Sent or lost.
    sent: usize,
}

/// Sends what is due, and answers when it was sent.
async fn deliver_notifications(State(state): State<AppState>) -> Result<Json<DeliveredView>> {
    Ok(Json(DeliveredView { sent: simulator::send_due(&state).await? }))
}

/// Has a notification sent once more, whatever became of it.
async fn send_notification(State(state): State<AppState>, Path(notification_id): Path<String>) -> Result<StatusCode> {
    simulator::send_again(&state, &notification_id).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddressIn {
    store_app_id: String,
    /// Where to; empty for nowhere, absent for this server's own callback.
    url: Option<String>,
}

async fn set_address(State(state): State<AppState>, Body(input): Body<AddressIn>) -> Result<StatusCode> {
    let address = input.url.map(|url| if url.is_empty() { Address::Nowhere } else { Address::Url(url) });
    simulator::set_address(&state, &input.store_app_id, address).await?;
    Ok(StatusCode::NO_CONTENT)
}
