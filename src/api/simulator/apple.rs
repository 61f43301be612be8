//! The App Store Server API under `/simulator` (the sandbox) and `/simulator/production`, at Apple's own paths, and the root
//! certificate of what it signs.

use axum::body::Bytes;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::error::Error;
use crate::http::{check_json, read_body};
use crate::logs;
use crate::model::StoreEnvironment;
use crate::simulator::Query;
use crate::simulator::apple::{self, Admitted, ApiFailure, ApiResult};
use crate::state::AppState;

const PRODUCTION: &str = "/simulator/production";

pub fn router() -> Router<AppState> {
    let api = Router::new()
        .route("/inApps/v1/transactions/{id}", get(get_transaction))
        .route("/inApps/v1/transactions/appTransactions/{id}", get(get_app_transaction))
        .route("/inApps/v1/transactions/consumption/{id}", put(send_consumption_v1))
        .route("/inApps/v2/transactions/consumption/{id}", put(send_consumption))
        .route("/inApps/v1/transactions/{id}/appAccountToken", put(set_account_token))
        .route("/inApps/v1/transactions/{id}/finish", post(finish_transaction))
        .route("/inApps/v2/history/{id}", get(get_history))
        .route("/inApps/v1/history/{id}", get(get_history_v1))
        .route("/inApps/v1/subscriptions/{id}", get(get_statuses))
        .route("/inApps/v1/lookup/{id}", get(look_up_order))
        .route("/inApps/v2/refund/lookup/{id}", get(get_refund_history))
        .route("/inApps/v1/subscriptions/extend/mass", post(extend_all))
        .route("/inApps/v1/subscriptions/extend/mass/", post(extend_all))
        .route("/inApps/v1/subscriptions/extend/mass/{product}/{request}", get(get_extension))
        .route("/inApps/v1/subscriptions/extend/{id}", put(extend))
        .route("/groups/v1/currentGroups/{id}", get(get_customer_groups))
        .route("/groups/v1/group/{id}", get(get_group_members))
        .route("/inApps/v1/notifications/history", post(get_notifications))
        .route("/inApps/v1/notifications/test", post(request_test))
        .route("/inApps/v1/notifications/test/{token}", get(get_test));
    let root = Router::new().route("/simulator/root.der", get(get_root_der)).route("/simulator/root.pem", get(get_root_pem));
    root.nest("/simulator", api.clone()).nest(PRODUCTION, api)
}

/// A call that was let in: by a token, past the faults that are set and the limits.
struct Call {
    by: Admitted,
    query: Query,
    body: Bytes,
}

impl FromRequest<AppState> for Call {
    type Rejection = Failed;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Failed> {
        // A nested router sees the rest of the path only.
        let uri = request.extensions().get::<axum::extract::OriginalUri>().map_or(request.uri(), |uri| &uri.0).clone();
        let environment =
            if uri.path().starts_with(PRODUCTION) { StoreEnvironment::Production } else { StoreEnvironment::Sandbox };
        let delay = apple::check_faults(state, environment, uri.path()).await?;
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let authorization = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let by = apple::admit(state, environment, authorization).await?;
        apple::check_rate(state, &by, uri.path()).await?;
        let query = Query::parse(uri.query().unwrap_or_default());
        let body = read_body(request.into_body()).await.map_err(ApiFailure::Internal)?;
        check_json(&body).map_err(|_| ApiFailure::BAD_REQUEST)?;
        Ok(Self { by, query, body })
    }
}

/// A failure in the App Store's form: JSON without a charset, or nothing at all.
struct Failed(ApiFailure);

impl From<ApiFailure> for Failed {
    fn from(failure: ApiFailure) -> Self {
        Self(failure)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        match self.0 {
            ApiFailure::Unauthorized => StatusCode::UNAUTHORIZED.into_response(),
            ApiFailure::Bare(status) => StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY).into_response(),
            ApiFailure::Numbered(code, message) => numbered(code, message),
            ApiFailure::Limited(until) => {
                let retry_after = [(header::RETRY_AFTER, until.0.to_string())];
                (retry_after, Failed(ApiFailure::RATE_LIMIT)).into_response()
            }
            ApiFailure::Internal(Error::Conflict { .. }) => Failed(ApiFailure::INTERNAL_RETRY).into_response(),
            ApiFailure::Internal(error) if error.status().is_server_error() => {
                if let Some(left_out) = logs::admit("simulated App Store") {
                    tracing::error!(cause = %error, left_out, "the simulated App Store failed");
                }
                Failed(ApiFailure::INTERNAL).into_response()
            }
            ApiFailure::Internal(error) => error.into_response(),
        }
    }
}

fn numbered(code: i64, message: &str) -> Response {
    let status = u16::try_from(code / 10_000).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let body = json!({ "errorCode": code, "errorMessage": message });
    (status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), Json(body)).into_response()
}

type Answer = Result<Json<Value>, Failed>;
type Done = Result<StatusCode, Failed>;

fn answer(result: ApiResult) -> Answer {
    Ok(Json(result?))
}

async fn get_transaction(State(state): State<AppState>, Path(id): Path<String>, call: Call) -> Answer {
    answer(apple::transaction_info(&state, &call.by, &id).await)
}

async fn get_app_transaction(State(state): State<AppState>, Path(id): Path<String>, call: Call) -> Answer {
    answer(apple::app_transaction(&state, &call.by, &id).await)
}

async fn send_consumption(State(state): State<AppState>, Path(id): Path<String>, call: Call) -> Done {
    apple::send_consumption(&state, &call.by, &id, &call.body).await?;
    Ok(StatusCode::ACCEPTED)
}

async fn send_consumption_v1(State(state): State<AppState>, Path(id): Path<String>, call: Call) -> Done {
    apple::send_consumption_v1(&state, &call.by, &id, &call.body).await?;
    Ok(StatusCode::ACCEPTED)
}

async fn set_account_token(State(state): State<AppState>, Path(id): Path<String>, call: Call) -> Done {
    apple::set_account_token(&state, &call.by, &id, &call.body).await?;
    Ok(StatusCode::OK)
}

async fn finish_transaction(State(state): State<AppState>, Path(id): Path<String>, call: Call) -> Done {
    apple::finish(&state, &call.by, &id).await?;
    Ok(StatusCode::OK)
}

async fn get_history(State(state): State<AppState>, Path(id): Path<String>, call: Call) -> Answer {
    answer(apple::history(&state, &call.by, &id, &call.query).await)
}

async fn get_history_v1(State(state): State<AppState>, Path(id): Path<String>, call: Call) -> Answer {
    answer(apple::history_v1(&state, &call.by, &id, &call.query).await)
}

async fn get_statuses(State(state): State<AppState>, Path(id): Path<String>, call: Call) -> Answer {
    answer(apple::statuses(&state, &call.by, &id, &call.query).await)
}

async fn look_up_order(State(state): State<AppState>, Path(id): Path<String>, call: Call) -> Answer {
    answer(apple::order(&state, &call.by, &id).await)
}

async fn get_refund_history(State(state): State<AppState>, Path(id): Path<String>, call: Call) -> Answer {
    answer(apple::refund_history(&state, &call.by, &id, &call.query).await)
}

async fn extend(State(state): State<AppState>, Path(id): Path<String>, call: Call) -> Answer {
    answer(apple::extend(&state, &call.by, &id, &call.body).await)
}

async fn extend_all(State(state): State<AppState>, call: Call) -> Answer {
    answer(apple::extend_all(&state, &call.by, &call.body).await)
}

async fn get_extension(State(state): State<AppState>, Path((product, request)): Path<(String, String)>, call: Call) -> Answer {
    answer(apple::extension_status(&state, &call.by, &product, &request).await)
}

async fn get_customer_groups(State(state): State<AppState>, Path(id): Path<String>, call: Call) -> Answer {
    answer(apple::customer_groups(&state, &call.by, &id).await)
}

async fn get_group_members(Path(id): Path<String>, call: Call) -> Answer {
    answer(apple::group_members(&call.by, &id, &call.query))
}

async fn get_notifications(State(state): State<AppState>, call: Call) -> Answer {
    answer(apple::notification_history(&state, &call.by, &call.query, &call.body).await)
}

async fn request_test(State(state): State<AppState>, call: Call) -> Answer {
    answer(apple::request_test(&state, &call.by).await)
}

async fn get_test(State(state): State<AppState>, Path(token): Path<String>, call: Call) -> Answer {
    answer(apple::test_status(&state, &call.by, &token).await)
}

async fn get_root_der(State(state): State<AppState>) -> Result<Response, Error> {
    let authority = state.simulator.as_deref().ok_or(Error::NotFound("simulator"))?;
    Ok(([(header::CONTENT_TYPE, "application/pkix-cert")], authority.root_der().to_vec()).into_response())
}

async fn get_root_pem(State(state): State<AppState>) -> Result<Response, Error> {
    let authority = state.simulator.as_deref().ok_or(Error::NotFound("simulator"))?;
    Ok(([(header::CONTENT_TYPE, "application/x-pem-file")], authority.root_pem()).into_response())
}
