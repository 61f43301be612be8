//! Where stores send their notifications (docs/stores/nhn.md, Store notifications). There is no key: the store's signature
//! is the proof, or for its deprecated form the app's shared secret.

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;

use crate::error::{self, Error};
use crate::http::{BODY_BYTES_MAX, skip_byte_order_mark};
use crate::logs;
use crate::model::{StoreCode, shorten};
use crate::notifications::{self, Refused};
use crate::state::AppState;

/// A reason holds words of whoever sent the notification.
const WHY_CHARS_MAX: usize = 200;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/callback/subscription/{store_app_id}/AS/v2", post(receive_apple_v2))
        .route("/callback/subscription/{store_app_id}/AS", post(receive_apple_v1))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

type Body = Result<Bytes, BytesRejection>;

/// An App Store notification, V2.
async fn receive_apple_v2(State(state): State<AppState>, Path(id): Path<String>, body: Body) -> Response {
    receive(&state, StoreCode::AppStore, &id, "AS/v2", body).await
}

/// An App Store notification, V1, for apps that are set to take them. It is deprecated, and proves nothing but who sent it.
async fn receive_apple_v1(State(state): State<AppState>, Path(id): Path<String>, body: Body) -> Response {
    receive(&state, StoreCode::AppStore, &id, "AS", body).await
}

/// 200 once the notification is kept; the reason to refuse one is logged, its body never.
async fn receive(state: &AppState, store: StoreCode, store_app_id: &str, address: &str, body: Body) -> Response {
    let body = match body {
        Ok(body) => skip_byte_order_mark(body),
        Err(rejection) => return refuse(store, "OVERSIZED", rejection.into_response()),
    };
    let Ok(body) = serde_json::from_slice::<Value>(&body) else {
        let error = Error::unfit(StatusCode::BAD_REQUEST, "BAD_REQUEST", "the body must be JSON");
        return refuse(store, "MALFORMED", error.into_response());
    };
    answer(store, notifications::receive(state, store, store_app_id, address, &body).await)
}

fn answer(store: StoreCode, result: error::Result<Result<(), Refused>>) -> Response {
    match result {
        Ok(Ok(())) => StatusCode::OK.into_response(),
        Ok(Err(refused)) => {
            let label = refused.as_label();
            if let Some(left_out) = logs::admit(label) {
                let (store, why) = (store.as_str(), refused.reason());
                let why = shorten(&why, WHY_CHARS_MAX);
                tracing::warn!(store, refused = label, why = &*why, left_out, "a store notification was refused");
            }
            let is_malformed = refused.is_malformed();
            let error = Error::from(refused);
            let response = if is_malformed { (StatusCode::BAD_REQUEST, error).into_response() } else { error.into_response() };
            refuse(store, label, response)
        }
        // The store sends it again when it is told that the fault is ours.
        Err(error) => error.into_response(),
    }
}

fn refuse(store: StoreCode, reason: &'static str, response: Response) -> Response {
    metrics::counter!("purser_notices_refused_total", "store" => store.as_str(), "reason" => reason).increment(1);
    response
}
