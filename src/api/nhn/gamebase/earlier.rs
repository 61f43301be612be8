//! v1.2 with the bodies and results of `/v1/service`, v1.0 with those of the legacy calls; both by secret key.

use axum::extract::{Path, State};
use axum::response::Response;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::{Call, Caller};
use super::envelope::GamebaseEnvelope;
use crate::api::nhn::body::Text;
use crate::api::nhn::code::Fail;
use crate::api::nhn::legacy::{self, Items, Paid, Waiting};
use crate::api::nhn::price::Whole;
use crate::api::nhn::service::{self, ActiveSubscriptionsIn, ConsumableIn, ConsumeIn};
use crate::api::nhn::views::{ActiveSubscription, Consumable, Consumed};
use crate::api::nhn::work;
use crate::state::AppState;

const BY_2: &str = "Gamebase v1.2";
const BY_0: &str = "Gamebase v1.0";

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(consume))
        .routes(routes!(list_consumable))
        .routes(routes!(list_active_subscriptions))
        .routes(routes!(consume_item))
        .routes(routes!(list_consumable_of_app))
        .routes(routes!(list_items))
}

/// Consume a payment (v1.2)
#[utoipa::path(post, path = "/tcgb-inapp/v1.2/apps/{appId}/consume", tag = "Gamebase, earlier", request_body = ConsumeIn,
    security(("gamebaseSecretKey" = [])), params(("appId" = String, Path)), responses((status = 200, body = GamebaseEnvelope<Consumed>)))]
async fn consume(State(state): State<AppState>, Call { caller, body }: Call<ConsumeIn>) -> Response {
    let consumed = work::consume(&state, &caller.project, &caller.by(BY_2), &body.payment_seq, &body.access_token, None).await;
    caller.answer("SUCCESS", consumed.map(|payment| Consumed::new(&payment, Whole::WithPoint)))
}

/// List what a user paid for and has not consumed (v1.2)
///
/// By payment number, at most 500.
#[utoipa::path(post, path = "/tcgb-inapp/v1.2/apps/{appId}/consumable", tag = "Gamebase, earlier", request_body = ConsumableIn,
    security(("gamebaseSecretKey" = [])), params(("appId" = String, Path)),
    responses((status = 200, body = GamebaseEnvelope<Vec<Consumable>>)))]
async fn list_consumable(State(state): State<AppState>, Call { caller, body }: Call<ConsumableIn>) -> Response {
    let result = service::consumables(&state, &caller.project, &body, Whole::WithPoint).await;
    caller.answer("success", result)
}

/// List a user's subscriptions that give access (v1.2)
///
/// By payment number, the 500 begun last at most.
#[utoipa::path(post, path = "/tcgb-inapp/v1.2/apps/{appId}/active-subscriptions", tag = "Gamebase, earlier",
    request_body = ActiveSubscriptionsIn, security(("gamebaseSecretKey" = [])), params(("appId" = String, Path)),
    responses((status = 200, body = GamebaseEnvelope<Vec<ActiveSubscription>>)))]
async fn list_active_subscriptions(
    State(state): State<AppState>,
    Call { caller, body }: Call<ActiveSubscriptionsIn>,
) -> Response {
    let result = service::active_subscriptions(&state, &caller.project, &body, Whole::WithPoint).await;
    let view = |found: Vec<ActiveSubscription>| found.into_iter().map(ActiveSubscription::without_renew_time).collect::<Vec<_>>();
    caller.answer("SUCCESS", result.map(view))
}

/// Consume a payment (v1.0)
#[utoipa::path(post, path = "/tcgb-inapp/v1.0/apps/{appId}/consume/{paymentSeq}/items/{itemSeq}", tag = "Gamebase, earlier",
    request_body = legacy::ConsumeIn, security(("gamebaseSecretKey" = [])),
    params(("appId" = String, Path), ("paymentSeq" = String, Path), ("itemSeq" = i64, Path)),
    responses((status = 200, body = GamebaseEnvelope<Paid>)))]
async fn consume_item(
    State(state): State<AppState>,
    Path((_, payment_seq, item_seq)): Path<(String, String, String)>,
    Call { caller, body }: Call<legacy::ConsumeIn>,
) -> Response {
    let result = consume_of_item(&state, &caller, payment_seq, &item_seq, &body).await;
    caller.answer("request is successful", result)
}

async fn consume_of_item(
    state: &AppState,
    caller: &Caller,
    payment_seq: String,
    item_seq: &str,
    body: &legacy::ConsumeIn,
) -> Result<Paid, Fail> {
    let item = item_seq.parse().map_err(|_| Fail::invalid("itemSeq", "must be a number"))?;
    let (seq, by) = (Text::from(payment_seq), caller.by(BY_0));
    let payment = work::consume(state, &caller.project, &by, &seq, &body.purchase_token, Some(item)).await?;
    Ok(Paid::new(&payment))
}

/// List what a user paid for in an app and has not consumed (v1.0)
///
/// By payment number, at most 500.
#[utoipa::path(post, path = "/tcgb-inapp/v1.0/apps/{appId}/consumable/list", tag = "Gamebase, earlier",
    request_body = legacy::ConsumableIn, security(("gamebaseSecretKey" = [])), params(("appId" = String, Path)),
    responses((status = 200, body = GamebaseEnvelope<Vec<Waiting>>)))]
async fn list_consumable_of_app(State(state): State<AppState>, Call { caller, body }: Call<legacy::ConsumableIn>) -> Response {
    let result = match legacy::parse_app(body.app_seq.given()) {
        Ok(app) => legacy::consumables_of_app(&state, &caller.project, app, &body, Whole::WithPoint).await,
        Err(fail) => Err(fail),
    };
    caller.answer("success", result)
}

/// List an app's items (v1.0)
#[utoipa::path(get, path = "/tcgb-inapp/v1.0/apps/{appId}/item/list/{appSeq}", tag = "Gamebase, earlier",
    security(("gamebaseSecretKey" = [])), params(("appId" = String, Path), ("appSeq" = i64, Path)),
    responses((status = 200, body = GamebaseEnvelope<Items>)))]
async fn list_items(State(state): State<AppState>, Path((_, app_seq)): Path<(String, String)>, caller: Caller) -> Response {
    let result = match legacy::parse_app(Some(&app_seq)) {
        Ok(app) => legacy::items(&state, &caller.project, app).await,
        Err(fail) => Err(fail),
    };
    caller.answer("success", result)
}
