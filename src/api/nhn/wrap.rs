//! Around NHN's surfaces: whatever fails below the handlers (a body too large, a deadline, a panic) is put into their
//! envelope too, and every call is counted by endpoint and outcome.

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::Response;

use super::code::{Code, Fail};
use super::envelope::{Counted, failure};
use super::gamebase::Trace;
use crate::http::Told;
use crate::state::AppState;

const GAMEBASE: &str = "/tcgb-inapp/";
const ROUTES: [&str; 5] = [GAMEBASE, "/v1/service/", "/inapp/v3/", "/standard/inapp/", "/standard/item/"];

/// Lets other surfaces pass; for NHN's it envelops and counts.
pub async fn wrap<F: Future<Output = Response>>(state: &AppState, request: Request, next: impl FnOnce(Request) -> F) -> Response {
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let Some(endpoint) = matched.filter(|path| ROUTES.iter().any(|route| path.as_str().starts_with(route))) else {
        return next(request).await;
    };
    let (headers, uri) = (request.headers().clone(), request.uri().clone());
    let response = next(request).await;
    let response = match response.status() {
        StatusCode::OK => response,
        status => envelop(state, &headers, &uri, status, &response),
    };
    if let Some(Counted { project, outcome }) = response.extensions().get::<Counted>() {
        state.nhn_calls.count(state.clock.now(), project.as_ref(), endpoint.as_str(), *outcome);
        let labels = [("endpoint", endpoint.as_str().to_owned()), ("outcome", outcome.to_string())];
        metrics::counter!("purser_nhn_calls_total", &labels).increment(1);
    }
    response
}

fn envelop(state: &AppState, headers: &HeaderMap, uri: &Uri, status: StatusCode, refused: &Response) -> Response {
    let code = match status {
        StatusCode::TOO_MANY_REQUESTS => Code::Unknown,
        status if status.is_client_error() => Code::InvalidParameters,
        _ => Code::Unknown,
    };
    let told = refused.extensions().get::<Told>().map(|told| told.0.as_str());
    let fail = Fail::new(code, told.or(status.canonical_reason()).unwrap_or("the call failed"));
    let mut response = match uri.path().starts_with(GAMEBASE) {
        true => Trace::of(headers, uri, &state.clock).failure(None, fail),
        false => failure(None, fail),
    };
    if let Some(retry_after) = refused.headers().get(header::RETRY_AFTER) {
        response.headers_mut().insert(header::RETRY_AFTER, retry_after.clone());
    }
    response
}
