//! The App Store Connect API under `/simulator`, at Apple's own paths: what the catalog is read with.

use axum::extract::{FromRequest, OriginalUri, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::logs;
use crate::simulator::Query;
use crate::simulator::apple::{self, ApiFailure, ConnectFailure, ConnectQuery};
use crate::state::AppState;

const BASE: &str = "/simulator";

pub fn router() -> Router<AppState> {
    let api = Router::new()
        .route("/v1/apps", get(list_apps))
        .route("/v1/apps/{id}/inAppPurchasesV2", get(list_in_app_purchases))
        .route("/v1/apps/{id}/subscriptionGroups", get(list_subscription_groups))
        .route("/v1/subscriptionGroups/{id}/subscriptions", get(list_subscriptions));
    Router::new().nest(BASE, api)
}

struct Call(ConnectQuery);

impl FromRequest<AppState> for Call {
    type Rejection = Failed;

    async fn from_request(request: Request, _: &AppState) -> Result<Self, Failed> {
        // A nested router sees the rest of the path only.
        let uri = request.extensions().get::<OriginalUri>().map_or(request.uri(), |uri| &uri.0);
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        Ok(Self(ConnectQuery {
            base: format!("http://{}", header(header::HOST).unwrap_or_default()),
            path: uri.path().to_owned(),
            authorization: header(header::AUTHORIZATION).map(str::to_owned),
            query: Query::parse(uri.query().unwrap_or_default()),
        }))
    }
}

/// A failure in the form of App Store Connect.
struct Failed(ConnectFailure);

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        match self.0 {
            ConnectFailure::InvalidParameter(name) => {
                let detail = format!("The parameter '{name}' has an invalid value.");
                errors(StatusCode::BAD_REQUEST, "PARAMETER_ERROR.INVALID", &detail)
            }
            ConnectFailure::NotFound => errors(StatusCode::NOT_FOUND, "NOT_FOUND", "The specified resource does not exist"),
            ConnectFailure::Of(ApiFailure::Unauthorized) => {
                errors(StatusCode::UNAUTHORIZED, "NOT_AUTHORIZED", "Provide a properly configured and signed bearer token.")
            }
            ConnectFailure::Of(ApiFailure::Limited(_)) => {
                errors(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMIT_EXCEEDED", "The request rate limit has been reached.")
            }
            ConnectFailure::Of(ApiFailure::Bare(status)) => {
                StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY).into_response()
            }
            ConnectFailure::Of(ApiFailure::Numbered(_, message)) => unexpected(message),
            ConnectFailure::Of(ApiFailure::Internal(error)) if !error.status().is_server_error() => error.into_response(),
            ConnectFailure::Of(ApiFailure::Internal(error)) => {
                if let Some(left_out) = logs::admit("simulated App Store Connect") {
                    tracing::error!(cause = %error, left_out, "the simulated App Store Connect failed");
                }
                unexpected("An unexpected error occurred on the server side.")
            }
        }
    }
}

fn unexpected(detail: &str) -> Response {
    errors(StatusCode::INTERNAL_SERVER_ERROR, "UNEXPECTED_ERROR", detail)
}

fn errors(status: StatusCode, code: &str, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or_default();
    let error = json!({ "status": status.as_u16().to_string(), "code": code, "title": title, "detail": detail });
    (status, Json(json!({ "errors": [error] }))).into_response()
}

type Answer = Result<Json<Value>, Failed>;

async fn list_apps(State(state): State<AppState>, Call(call): Call) -> Answer {
    apple::apps(&state, &call).await.map(Json).map_err(Failed)
}

async fn list_in_app_purchases(State(state): State<AppState>, Path(id): Path<String>, Call(call): Call) -> Answer {
    apple::in_app_purchases(&state, &call, &id).await.map(Json).map_err(Failed)
}

async fn list_subscription_groups(State(state): State<AppState>, Path(id): Path<String>, Call(call): Call) -> Answer {
    apple::subscription_groups(&state, &call, &id).await.map(Json).map_err(Failed)
}

async fn list_subscriptions(State(state): State<AppState>, Path(id): Path<String>, Call(call): Call) -> Answer {
    apple::subscriptions(&state, &call, &id).await.map(Json).map_err(Failed)
}
