//! Where stores send their notifications (docs/stores/nhn.md, Store notifications). There is no key: the store's signature
//! is the proof, or for its deprecated form the app's shared secret.

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::Value;

use crate::error::{self, Error};
use crate::http::{BODY_BYTES_MAX, check_member, skip_byte_order_mark};
use crate::logs;
use crate::model::{CallReason, shorten};
use crate::notifications::{self, Refused};
use crate::state::AppState;

/// A reason holds words of whoever sent the notification.
const WHY_CHARS_MAX: usize = 200;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/callback/subscription/{bundle_id}/AS/v2", post(receive_apple))
        .route("/callback/subscription/{bundle_id}/AS", post(receive_unsigned))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SignedNotification {
    signed_payload: String,
}

/// An App Store notification, V2. 200 once it is kept; the reason to refuse one is logged, its body never. Members that stand
/// beside the signed one are not looked at.
async fn receive_apple(
    State(state): State<AppState>,
    Path(bundle_id): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => skip_byte_order_mark(body),
        Err(rejection) => return refuse("AS", "OVERSIZED", rejection.into_response()),
    };
    let Ok(notification) = serde_json::from_slice::<SignedNotification>(&body) else {
        let error = Error::invalid("signedPayload", CallReason::NoSignedPayload);
        return refuse("AS", "MALFORMED", (StatusCode::BAD_REQUEST, error).into_response());
    };
    answer(notifications::receive_apple(&state, &bundle_id, &notification.signed_payload).await)
}

/// An App Store notification, V1, for apps that are set to take them. It is deprecated, and proves nothing but who sent it.
async fn receive_unsigned(
    State(state): State<AppState>,
    Path(bundle_id): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => skip_byte_order_mark(body),
        Err(rejection) => return refuse("AS", "OVERSIZED", rejection.into_response()),
    };
    let Ok(notification) = serde_json::from_slice::<Value>(&body) else {
        let error = Error::unfit(StatusCode::BAD_REQUEST, "BAD_REQUEST", "the body must be JSON");
        return refuse("AS", "MALFORMED", error.into_response());
    };
    if let Err(error) = check_member("data", &notification) {
        return refuse("AS", "MALFORMED", (StatusCode::BAD_REQUEST, error).into_response());
    }
    answer(notifications::receive_unsigned(&state, &bundle_id, &notification).await)
}

fn answer(result: error::Result<Result<(), Refused>>) -> Response {
    match result {
        Ok(Ok(())) => StatusCode::OK.into_response(),
        Ok(Err(refused)) => {
            let (word, why) = match &refused {
                Refused::UnknownApp => ("UNKNOWN_APP", ""),
                Refused::Forged(why) => ("FORGED", why.as_str()),
                Refused::NotForUs(why) => ("NOT_FOR_APP", why.as_str()),
                Refused::Off => ("V1_OFF", ""),
            };
            if let Some(left_out) = logs::admit(word) {
                let why = shorten(why, WHY_CHARS_MAX);
                tracing::warn!(store = "AS", refused = word, why = &*why, left_out, "a store notification was refused");
            }
            refuse("AS", word, Error::from(refused).into_response())
        }
        // The store sends it again when it is told that the fault is ours.
        Err(error) => error.into_response(),
    }
}

fn refuse(store: &'static str, reason: &'static str, response: Response) -> Response {
    metrics::counter!("purser_notices_refused_total", "store" => store, "reason" => reason).increment(1);
    response
}
