//! The legacy calls: no key at all, so only projects that switched them on answer. To anyone else they look as if the
//! number in them were wrong.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::body::{Text, check_content_type, read_object};
use super::code::{Code, Fail};
use super::envelope::{Counted, Envelope, answer, respond};
use super::price::{Whole, currency, number};
use super::stores::legacy_market;
use super::views::several;
use super::work;
use crate::audit::By;
use crate::auth::{self, Address};
use crate::catalog;
use crate::model::{AppSeq, Payment, ProductSeq, ProjectId, ZoneOffset};
use crate::nhn;
use crate::projects;
use crate::state::AppState;

const BY: By = By::NhnClient("NHN IAP v3");

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(consume)).routes(routes!(list_consumable)).routes(routes!(get_items, post_items))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ConsumeIn {
    /// The payment's own token.
    #[schema(value_type = String)]
    pub purchase_token: Text,
}

/// What was paid for the consumed payment.
#[derive(Debug, Serialize, ToSchema)]
pub struct Paid {
    #[schema(value_type = f64, example = 1000.0)]
    price: Box<RawValue>,
    currency: String,
    /// How many were bought; only when more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<i64>,
}

impl Paid {
    pub fn new(payment: &Payment) -> Self {
        let price = payment.price.as_ref();
        Self { price: number(price, Whole::WithPoint), currency: currency(price), quantity: several(payment) }
    }
}

/// This call's header alone has its keys in another order.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct V3Header {
    result_code: i64,
    result_message: String,
    is_successful: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct V3Envelope {
    header: V3Header,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Paid>,
}

/// Consume a payment (v3)
///
/// Without a key; only while the project answers legacy calls.
#[utoipa::path(post, path = "/inapp/v3/consume/{paymentSeq}/items/{itemSeq}", tag = "NHN Cloud IAP, legacy", request_body = ConsumeIn,
    security(()), params(("paymentSeq" = String, Path), ("itemSeq" = i64, Path)), responses((status = 200, body = V3Envelope)))]
async fn consume(
    State(state): State<AppState>,
    Path((payment_seq, item_seq)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let address = auth::address(&state, &parts);
    let request = Request::from_parts(parts, body);
    let (project, result) = match project_of_item(&state, &item_seq, address).await {
        Ok((project, item)) => {
            let result = consume_item(&state, &project, payment_seq, item, request).await;
            (Some(project), result)
        }
        Err(fail) => (None, Err(fail)),
    };
    let (is_successful, result_code, result_message, result) = match result {
        Ok(paid) => (true, 0, "request is successful".to_owned(), Some(paid)),
        Err(fail) => (false, fail.code.number(), fail.message(), None),
    };
    let body = V3Envelope { header: V3Header { result_code, result_message, is_successful }, result };
    respond(&body, Counted { project, outcome: result_code })
}

async fn project_of_item(state: &AppState, item_seq: &str, address: Option<Address>) -> Result<(ProjectId, ProductSeq), Fail> {
    let item: ProductSeq = item_seq.parse().map_err(|_| Fail::invalid("itemSeq", "must be a number"))?;
    let project = nhn::legacy_project_of_product(state, item, address).await?;
    Ok((project.ok_or_else(|| Fail::invalid("itemSeq", "is no item of an app that answers legacy calls"))?, item))
}

async fn consume_item(
    state: &AppState,
    project: &ProjectId,
    payment_seq: String,
    item: ProductSeq,
    request: Request,
) -> Result<Paid, Fail> {
    check_content_type(request.headers())?;
    let body: ConsumeIn = read_object(request, Code::InvalidParameters, Code::InvalidParameters).await?;
    let payment = work::consume(state, project, &BY, &Text::from(payment_seq), &body.purchase_token, Some(item)).await?;
    Ok(Paid::new(&payment))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ConsumableIn {
    /// A number, or the same as text.
    #[schema(value_type = i64)]
    pub app_seq: Text,
    /// `GF` when absent.
    #[schema(value_type = Option<String>)]
    pub user_channel: Text,
    #[schema(value_type = String)]
    pub user_key: Text,
}

/// A paid payment that waits to be consumed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    payment_seq: String,
    item_seq: i64,
    currency: String,
    #[schema(value_type = f64, example = 1000)]
    price: Box<RawValue>,
    purchase_token: String,
    /// How many were bought; only when more than one.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<i64>,
}

/// List what a user paid for in an app and has not consumed
///
/// By payment number, at most 500. Without a key; only while the project answers legacy calls.
#[utoipa::path(post, path = "/standard/inapp/v1/consumable/list", tag = "NHN Cloud IAP, legacy", request_body = ConsumableIn,
    security(()), responses((status = 200, body = Envelope<Vec<Waiting>>)))]
async fn list_consumable(State(state): State<AppState>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let address = auth::address(&state, &parts);
    let request = Request::from_parts(parts, body);
    let body = match check_content_type(request.headers()) {
        Ok(()) => read_object::<ConsumableIn>(request, Code::InvalidParameters, Code::InvalidParameters).await,
        Err(fail) => Err(fail),
    };
    let opened = match body {
        Ok(body) => open_app(&state, body.app_seq.given(), address).await.map(|(project, app)| (project, app, body)),
        Err(fail) => Err(fail),
    };
    match opened {
        Ok((project, app, body)) => {
            let result = consumables_of_app(&state, &project, app, &body, Whole::Bare).await;
            answer(Some(project), "success", result)
        }
        Err(fail) => answer::<Vec<Waiting>>(None, "success", Err(fail)),
    }
}

/// The project that answers legacy calls for an app.
async fn open_app(state: &AppState, app_seq: Option<&str>, address: Option<Address>) -> Result<(ProjectId, AppSeq), Fail> {
    let app = parse_app(app_seq)?;
    let project = nhn::legacy_project_of_app(state, app, address).await?;
    Ok((project.ok_or_else(|| Fail::invalid("appSeq", "is no app that answers legacy calls"))?, app))
}

pub fn parse_app(app_seq: Option<&str>) -> Result<AppSeq, Fail> {
    app_seq.and_then(|text| text.parse().ok()).ok_or_else(|| Fail::invalid("appSeq", "must be a number"))
}

/// An app's unconsumed payments of a user, as legacy and Gamebase v1.0 give them.
pub async fn consumables_of_app(
    state: &AppState,
    project: &ProjectId,
    app: AppSeq,
    body: &ConsumableIn,
    whole: Whole,
) -> Result<Vec<Waiting>, Fail> {
    let user = work::user(&body.user_key, "userKey", body.user_channel.given())?;
    let found = nhn::list_consumables(state, project, &user, &[], Some(app)).await?;
    let view = |(payment, purchase_token): (Payment, String)| {
        let price = payment.price.as_ref();
        Waiting {
            currency: currency(price),
            price: number(price, whole),
            item_seq: payment.product_seq.0,
            quantity: several(&payment),
            payment_seq: payment.payment_seq.0,
            purchase_token,
        }
    };
    Ok(found.into_iter().map(view).collect())
}

/// An app's items.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Items {
    /// `USE` or `STOP`.
    app_using_status: &'static str,
    item_list: Vec<Item>,
    market_app_id: String,
    app_seq: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Item {
    item_seq: i64,
    item_name: String,
    market_item_id: String,
    using_status: &'static str,
    /// Korean time without a zone.
    #[schema(example = "2014-12-05 07:02:34")]
    reg_ymdt: String,
    app_name: String,
    /// `GG`, `AS` or `TS`.
    market_id: &'static str,
}

/// List an app's items
///
/// Without a key; only while the project answers legacy calls.
#[utoipa::path(get, path = "/standard/item/list/{appSeq}", tag = "NHN Cloud IAP, legacy", security(()),
    params(("appSeq" = i64, Path)), responses((status = 200, body = Envelope<Items>)))]
async fn get_items(state: State<AppState>, app_seq: Path<String>, request: Request) -> Response {
    list_items(state, app_seq, request).await
}

/// List an app's items, by POST
///
/// The same: the first edition of NHN's documents said POST.
#[utoipa::path(post, path = "/standard/item/list/{appSeq}", tag = "NHN Cloud IAP, legacy", security(()),
    params(("appSeq" = i64, Path)), responses((status = 200, body = Envelope<Items>)))]
async fn post_items(state: State<AppState>, app_seq: Path<String>, request: Request) -> Response {
    list_items(state, app_seq, request).await
}

async fn list_items(State(state): State<AppState>, Path(app_seq): Path<String>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match open_app(&state, Some(&app_seq), auth::address(&state, &parts)).await {
        Ok((project, app)) => {
            let result = items(&state, &project, app).await;
            answer(Some(project), "success", result)
        }
        Err(fail) => answer::<Items>(None, "success", Err(fail)),
    }
}

/// All items of an app, those out of use too; not those that NHN has no type for.
pub async fn items(state: &AppState, project: &ProjectId, app: AppSeq) -> Result<Items, Fail> {
    let apps = projects::list_apps(state, project).await?;
    let app = apps
        .into_iter()
        .find(|found| found.app_seq == app)
        .ok_or_else(|| Fail::invalid("appSeq", "is no app of this project"))?;
    let products = catalog::list_of_app(state, project, app.app_seq).await?;
    let item = |product: crate::model::Product| Item {
        item_seq: product.product_seq.0,
        item_name: product.name,
        market_item_id: product.store_product_id,
        using_status: product.status.as_str(),
        reg_ymdt: product.created_at.for_people(ZoneOffset::KST),
        app_name: app.name.clone(),
        market_id: legacy_market(app.store),
    };
    Ok(Items {
        app_using_status: app.status.as_str(),
        item_list: products.into_iter().filter(|product| nhn::has_form(product.product_type)).map(item).collect(),
        market_app_id: app.store_app_id.clone(),
        app_seq: app.app_seq.to_string(),
    })
}
