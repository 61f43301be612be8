//! Where stores send their notifications (docs/stores/nhn.md, Store notifications). There is no key: the store's signature
//! is the proof, or for its deprecated form the app's shared secret.

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::Value;

use crate::error::{self, Error};
use crate::http::{BODY_BYTES_MAX, skip_byte_order_mark};
use crate::logs;
use crate::model::{StoreCode, shorten};
use crate::notifications::{self, Delivery, Refused};
use crate::state::AppState;

/// A reason holds words of whoever sent the notification.
const WHY_CHARS_MAX: usize = 200;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/callback/subscription/{store_app_id}/{store}", post(receive_at))
        .route("/callback/subscription/{store_app_id}/{store}/{version}", post(receive_version))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
}

pub(super) type Body = Result<Bytes, BytesRejection>;

/// A notification at the only address of its store, or at the first one of a store that has several.
async fn receive_at(
    State(state): State<AppState>,
    Path((id, store)): Path<(String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    receive(&state, &store, &id, Request { address: &store, path: uri.path(), headers: &headers }, body).await
}

/// A notification at one of the addresses of a store that has several: the version of its form stands in the address.
async fn receive_version(
    State(state): State<AppState>,
    Path((id, store, version)): Path<(String, String, String)>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let address = format!("{store}/{version}");
    receive(&state, &store, &id, Request { address: &address, path: uri.path(), headers: &headers }, body).await
}

/// Where a notification came to.
#[derive(Clone, Copy)]
pub(super) struct Request<'a> {
    pub address: &'a str,
    pub path: &'a str,
    pub headers: &'a HeaderMap,
}

/// 200 once the notification is kept; the reason to refuse one is logged, its body never.
pub(super) async fn receive(state: &AppState, store: &str, name: &str, request: Request<'_>, body: Body) -> Response {
    let Some(store) = store.parse::<StoreCode>().ok().filter(|store| notifications::is_address(state, *store, request.address))
    else {
        return Error::NotFound("page").into_response();
    };
    let bytes = match body {
        Ok(body) => skip_byte_order_mark(body),
        Err(rejection) => return refuse(store, "OVERSIZED", rejection.into_response()),
    };
    let Ok(body) = serde_json::from_slice::<Value>(&bytes) else {
        let error = Error::unfit(StatusCode::BAD_REQUEST, "BAD_REQUEST", "the body must be JSON");
        return refuse(store, "MALFORMED", error.into_response());
    };
    let url = state.config.public(request.path);
    let authorization = request.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let delivery = Delivery { address: request.address, url: &url, authorization, body: &body, bytes: &bytes };
    answer(store, notifications::receive(state, store, name, delivery).await)
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
            if refused.is_useless() {
                return refuse(store, label, StatusCode::OK.into_response());
            }
            let is_malformed = refused.is_malformed();
            let error = Error::from(refused);
            let response = if is_malformed { error.into_response_as(StatusCode::BAD_REQUEST) } else { error.into_response() };
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
