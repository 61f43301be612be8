//! `/v1/service/*`: the present server API, by AppKey.

mod subscriptions;

use axum::extract::{FromRequest, Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::body::{Text, check_content_type, read_object};
use super::code::{Code, Fail};
use super::envelope::{Envelope, answer, failure};
use super::price::Whole;
use super::views::{Consumable, Consumed};
use super::work::{self, Stores};
use crate::audit::By;
use crate::auth;
use crate::error::Error;
use crate::model::ProjectId;
use crate::nhn;
use crate::projects;
use crate::state::AppState;

pub use subscriptions::{ActiveSubscriptionsIn, active_subscriptions};

const APP_KEY: &str = "x-nhn-tciap-appkey";
/// How consumes are signed in a payment's timeline.
const BY: By = By::NhnClient("NHN IAP v1");

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(consume))
        .routes(routes!(list_consumable))
        .routes(routes!(subscriptions::list_active_subscriptions))
}

/// A call whose content type, AppKey and body were checked, in NHN's order.
pub struct Call<T> {
    project: ProjectId,
    body: T,
}

impl<T: DeserializeOwned> FromRequest<AppState> for Call<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let project = authenticate(state, &parts).await.map_err(|(project, fail)| failure(project, fail))?;
        let request = Request::from_parts(parts, body);
        let body = read_object(request, Code::InvalidParameters, Code::InvalidParameters).await;
        match body {
            Ok(body) => Ok(Self { project, body }),
            Err(fail) => Err(failure(Some(project), fail)),
        }
    }
}

/// A project that leaves these calls unanswered, or this caller's, looks as if its key were wrong; its operators see the call
/// counted all the same.
async fn authenticate(state: &AppState, parts: &Parts) -> Result<ProjectId, (Option<ProjectId>, Fail)> {
    check_content_type(&parts.headers).map_err(|fail| (None, fail))?;
    let app_key = parts.headers.get(APP_KEY).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wrong_key = || Fail::invalid("X-NHN-TCIAP-AppKey", "is no AppKey in force");
    match projects::authenticate_app_key(state, app_key.trim()).await {
        Ok(access) if nhn::is_allowed(&access.nhn, auth::address(state, parts)) => Ok(access.project_id),
        Ok(access) => Err((Some(access.project_id), wrong_key())),
        Err(Error::Unauthenticated) => Err((None, wrong_key())),
        Err(error) => Err((None, error.into())),
    }
}

#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ConsumeIn {
    #[schema(value_type = String)]
    pub payment_seq: Text,
    /// The payment's own token, from verify or the unconsumed list.
    #[schema(value_type = String)]
    pub access_token: Text,
}

/// Consume a payment
///
/// Once per payment: 5018 says that it was done before. 5000: wrong token, not paid, or a plain subscription.
#[utoipa::path(post, path = "/v1/service/consume", tag = "NHN Cloud IAP", request_body = ConsumeIn,
    security(("nhnAppKey" = [])), responses((status = 200, body = Envelope<Consumed>)))]
async fn consume(State(state): State<AppState>, Call { project, body }: Call<ConsumeIn>) -> Response {
    let consumed = work::consume(&state, &project, &BY, &body.payment_seq, &body.access_token, None).await;
    let result = consumed.map(|payment| Consumed::new(&payment, Whole::Bare));
    answer(Some(project), "SUCCESS", result)
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ConsumableIn {
    /// `GG`, `AS`, `ONESTORE` or `TEST`.
    #[schema(value_type = String)]
    pub market_id: Text,
    /// `GF` when absent.
    #[schema(value_type = Option<String>)]
    pub user_channel: Text,
    #[schema(value_type = String)]
    pub user_key: Text,
}

/// List what a user paid for and has not consumed
///
/// By payment number, at most 500. An unknown user has an empty list.
#[utoipa::path(post, path = "/v1/service/consumable", tag = "NHN Cloud IAP", request_body = ConsumableIn,
    security(("nhnAppKey" = [])), responses((status = 200, body = Envelope<Vec<Consumable>>)))]
async fn list_consumable(State(state): State<AppState>, Call { project, body }: Call<ConsumableIn>) -> Response {
    let result = consumables(&state, &project, &body, Whole::Bare).await;
    answer(Some(project), "success", result)
}

/// The unconsumed list, as `/v1/service` and Gamebase v1.2 give it.
pub async fn consumables(
    state: &AppState,
    project: &ProjectId,
    body: &ConsumableIn,
    whole: Whole,
) -> Result<Vec<Consumable>, Fail> {
    let stores = Stores::parse([body.market_id.required("marketId")?])?;
    let user = work::user(&body.user_key, "userKey", body.user_channel.given())?;
    let found = work::list_consumables(state, project, &user, &stores).await?;
    Ok(found.into_iter().map(|(payment, token)| Consumable::new(payment, token, whole)).collect())
}
