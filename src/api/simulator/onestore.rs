//! ONE store under `/simulator`, at ONE store's own paths: its server API V7 and its token endpoint.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::Value;

use crate::error::Error;
use crate::http::read_body;
use crate::logs;
use crate::simulator::onestore::{self, APPS, ApiFailure, Call, Told};
use crate::simulator::{self, Query};
use crate::state::AppState;

/// What the simulated clock showed when an answer was given, in epoch milliseconds; whoever orders answers by their time needs it.
const SIMULATED_TIME: HeaderName = HeaderName::from_static("x-simulated-time");
const MARKET_CODE: &str = "x-market-code";
const JSON: &str = "application/json;charset=UTF-8";

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/simulator/v7/oauth/token", post(grant_token))
        .route("/simulator/v7/apps/{*call}", get(answer).post(answer))
}

/// A failure in ONE store's form.
struct Failed(ApiFailure);

impl From<ApiFailure> for Failed {
    fn from(failure: ApiFailure) -> Self {
        Self(failure)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        match self.0 {
            ApiFailure::Told(told) => tell(&told),
            ApiFailure::Page(status) => (status_of(status), Html("<!DOCTYPE html><title>Error</title>")).into_response(),
            ApiFailure::Internal(error) if error.status().is_server_error() => {
                if let Some(left_out) = logs::admit("simulated ONE store") {
                    tracing::error!(cause = %error, left_out, "the simulated ONE store failed");
                }
                tell(&Told::of("InternalError"))
            }
            ApiFailure::Internal(error @ Error::NotFound(_)) => error.into_response(),
            ApiFailure::Internal(_) => tell(&Told::of("BadRequest")),
        }
    }
}

fn status_of(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn tell(told: &Told) -> Response {
    let mut response = (status_of(told.status), [(header::CONTENT_TYPE, JSON)], told.body().to_string()).into_response();
    if let Some(seconds) = told.retry_after_seconds {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn show(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, JSON)], value.to_string()).into_response()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

async fn grant_token(State(state): State<AppState>, headers: HeaderMap, body: Bytes) -> Result<Response, Failed> {
    let granted = onestore::grant_token(&state, text(&headers, MARKET_CODE), &body).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], show(&granted)).into_response())
}

async fn answer(State(state): State<AppState>, request: Request) -> Result<Response, Failed> {
    let (parts, body) = request.into_parts();
    let body = read_body(body).await.map_err(ApiFailure::Internal)?;
    let call = Call {
        method: parts.method.as_str(),
        path: parts.uri.path().strip_prefix(APPS).unwrap_or_default(),
        query: Query::parse(parts.uri.query().unwrap_or_default()),
        market: text(&parts.headers, MARKET_CODE),
        authorization: text(&parts.headers, header::AUTHORIZATION.as_str()),
        body: &body,
    };
    let mut response = show(&onestore::answer(&state, &call).await?);
    let now = simulator::now(&state).await.map_err(ApiFailure::Internal)?;
    response.headers_mut().insert(SIMULATED_TIME, now.0.into());
    Ok(response)
}
