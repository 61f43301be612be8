//! The legacy calls: no key at all, so only projects that switched them on answer. To anyone else they look as if the
//! number in them were wrong.

mod consume;
mod items;

use axum::extract::{Request, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::body::{Text, check_content_type, read_object};
use super::code::{Code, Fail};
use super::envelope::{Envelope, answer};
use super::price::{Whole, currency, number};
use super::views::several;
use super::work;
use crate::audit::By;
use crate::auth::{self, Address};
use crate::model::{AppSeq, Payment, ProjectId};
use crate::nhn;
use crate::state::AppState;

pub use consume::{ConsumeIn, Paid};
pub use items::{Items, items};

const BY: By = By::NhnClient("NHN IAP v3");

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(consume::consume))
        .routes(routes!(list_consumable))
        .routes(routes!(items::get_items, items::post_items))
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
