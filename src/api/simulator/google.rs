//! Google Play under `/simulator`, at Google's own paths: the Android Publisher API, the token endpoint, and the keys of what
//! Pub/Sub pushes.

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::http::{check_json, read_body};
use crate::logs;
use crate::simulator::google::{self, APPLICATIONS, ApiFailure, CERTS_MAX_AGE_SECONDS, Call, Told};
use crate::simulator::{self, Query};
use crate::state::AppState;

/// What the simulated clock showed when an answer was given, in epoch milliseconds; whoever orders answers by their time needs it.
const SIMULATED_TIME: HeaderName = HeaderName::from_static("x-simulated-time");
const JSON: &str = "application/json; charset=UTF-8";

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/simulator/token", post(grant_token))
        .route("/simulator/oauth2/v3/certs", get(get_jwk_set))
        .route("/simulator/oauth2/v1/certs", get(get_certificates))
        .route("/simulator/androidpublisher/v3/applications/{*call}", get(answer).post(answer))
        .route("/simulator/control/push-keys/rotate", post(rotate_keys))
}

/// A failure in Google's form.
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
            ApiFailure::Page(status) => {
                let page = Html(format!("<!DOCTYPE html><html lang=en><title>Error {status}</title><p><b>{status}.</b></html>"));
                (status_of(status), page).into_response()
            }
            ApiFailure::Grant { status, error, description } => {
                (status_of(status), Json(json!({ "error": error, "error_description": description }))).into_response()
            }
            ApiFailure::Internal(Error::Conflict { .. }) => tell(&Told::conflict()),
            ApiFailure::Internal(error) if error.status().is_server_error() => {
                if let Some(left_out) = logs::admit("simulated Google Play") {
                    tracing::error!(cause = %error, left_out, "the simulated Google Play failed");
                }
                tell(&Told::internal())
            }
            ApiFailure::Internal(error) => error.into_response(),
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

async fn grant_token(State(state): State<AppState>, body: Bytes) -> Result<Response, Failed> {
    let granted = google::grant_token(&state, &body).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], show(&granted)).into_response())
}

async fn answer(State(state): State<AppState>, request: Request) -> Result<Response, Failed> {
    let (parts, body) = request.into_parts();
    let body = read_body(body).await.map_err(ApiFailure::Internal)?;
    check_json(&body).map_err(ApiFailure::Internal)?;
    let authorization = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let call = Call {
        method: parts.method.as_str(),
        path: parts.uri.path().strip_prefix(APPLICATIONS).unwrap_or_default(),
        query: Query::parse(parts.uri.query().unwrap_or_default()),
        authorization,
        body: &body,
    };
    let mut response = match google::answer(&state, &call).await? {
        Some(value) => show(&value),
        None => StatusCode::NO_CONTENT.into_response(),
    };
    let now = simulator::now(&state).await.map_err(ApiFailure::Internal)?;
    response.headers_mut().insert(SIMULATED_TIME, now.0.into());
    Ok(response)
}

async fn get_jwk_set(State(state): State<AppState>) -> Result<Response> {
    Ok(keep(&google::jwk_set(&state).await?))
}

async fn get_certificates(State(state): State<AppState>) -> Result<Response> {
    Ok(keep(&google::certificates(&state).await?))
}

fn keep(value: &Value) -> Response {
    let age = format!("public, max-age={CERTS_MAX_AGE_SECONDS}, must-revalidate");
    ([(header::CACHE_CONTROL, age)], show(value)).into_response()
}

/// Makes a new key for push tokens.
async fn rotate_keys(State(state): State<AppState>) -> Result<StatusCode> {
    google::rotate_keys(&state).await?;
    Ok(StatusCode::NO_CONTENT)
}
