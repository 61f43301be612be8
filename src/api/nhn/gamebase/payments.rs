//! v1.3: consume, the unconsumed list, one payment by its token.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::{Call, Caller};
use super::envelope::GamebaseEnvelope;
use super::views::{Consumable, Consumed, Names, Transaction};
use crate::api::nhn::body::Text;
use crate::api::nhn::code::{Code, Fail};
use crate::api::nhn::service::ConsumeIn;
use crate::api::nhn::work::{self, Stores};
use crate::model::ProjectId;
use crate::nhn;
use crate::payments;
use crate::state::AppState;

const BY: &str = "Gamebase v1.3";

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(consume)).routes(routes!(list_consumable)).routes(routes!(get_transaction))
}

/// Consume a payment
#[utoipa::path(post, path = "/tcgb-inapp/v1.3/apps/{appId}/consume", tag = "Gamebase", request_body = ConsumeIn,
    security(("gamebaseSecretKey" = [])), params(("appId" = String, Path), ("X-TCGB-Transaction-Id" = Option<String>, Header)),
    responses((status = 200, body = GamebaseEnvelope<Consumed>)))]
async fn consume(State(state): State<AppState>, Call { caller, body }: Call<ConsumeIn>) -> Response {
    let result = consume_payment(&state, &caller, &body).await;
    caller.answer("SUCCESS", result)
}

async fn consume_payment(state: &AppState, caller: &Caller, body: &ConsumeIn) -> Result<Consumed, Fail> {
    let (project, by) = (&caller.project, caller.by(BY));
    let payment = work::consume(state, project, &by, &body.payment_seq, &body.access_token, None).await?;
    let names = Names::of(state, project, std::iter::once(&payment)).await?;
    Ok(Consumed::new(payment, &names))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
struct ConsumableIn {
    /// Store codes; all when absent or empty.
    market_ids: Option<Vec<String>>,
    /// One store code, for callers that know no list.
    #[schema(value_type = Option<String>)]
    market_id: Text,
    #[schema(value_type = String)]
    user_id: Text,
}

/// The stores a body names, by list or (deprecated) alone.
pub(super) fn stores(market_ids: Option<&[String]>, market_id: &Text) -> Result<Stores, Fail> {
    let listed = market_ids.filter(|ids| !ids.is_empty());
    match (listed, market_id.given()) {
        (Some(ids), _) => Stores::parse(ids.iter().map(String::as_str)),
        (None, alone) => Stores::parse(alone),
    }
}

/// List what a user paid for and has not consumed
///
/// By payment number, at most 500.
#[utoipa::path(post, path = "/tcgb-inapp/v1.3/apps/{appId}/consumable", tag = "Gamebase", request_body = ConsumableIn,
    security(("gamebaseSecretKey" = [])), params(("appId" = String, Path)),
    responses((status = 200, body = GamebaseEnvelope<Vec<Consumable>>)))]
async fn list_consumable(State(state): State<AppState>, Call { caller, body }: Call<ConsumableIn>) -> Response {
    let result = consumables(&state, &caller.project, &body).await;
    caller.answer("success", result)
}

async fn consumables(state: &AppState, project: &ProjectId, body: &ConsumableIn) -> Result<Vec<Consumable>, Fail> {
    let stores = stores(body.market_ids.as_deref(), &body.market_id)?;
    let user = work::user(&body.user_id, "userId", None)?;
    let found = work::list_consumables(state, project, &user, &stores).await?;
    let names = Names::of(state, project, found.iter().map(|(payment, _)| payment)).await?;
    Ok(found.into_iter().map(|(payment, token)| Consumable::new(payment, token, &names)).collect())
}

/// Find a payment by its token
///
/// For checking what a client claims before granting.
#[utoipa::path(get, path = "/tcgb-inapp/v1.3/apps/{appId}/payment/transaction", tag = "Gamebase",
    security(("gamebaseSecretKey" = [])), params(("appId" = String, Path), ("accessToken" = String, Query)),
    responses((status = 200, body = GamebaseEnvelope<Transaction>)))]
async fn get_transaction(State(state): State<AppState>, caller: Caller, uri: Uri) -> Response {
    let result = transaction(&state, &caller.project, uri.query().unwrap_or_default()).await;
    caller.answer("SUCCESS", result)
}

async fn transaction(state: &AppState, project: &ProjectId, query: &str) -> Result<Transaction, Fail> {
    let token = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "accessToken");
    let token = token.map(|(_, value)| value.into_owned()).filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| Fail::new(Code::MissingParameter, "accessToken is missing"))?;
    let found = payments::find_by_access_token(state, project, &token).await?;
    let payment = found
        .filter(|payment| nhn::has_form(payment.product_type))
        .ok_or_else(|| Fail::invalid("accessToken", "is no paid payment's"))?;
    let names = Names::of(state, project, std::iter::once(&payment)).await?;
    Ok(Transaction::new(payment, token, &names))
}
