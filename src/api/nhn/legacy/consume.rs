//! Consuming a payment by the numbers of it and its item.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::BY;
use crate::api::nhn::body::{Text, check_content_type, read_object};
use crate::api::nhn::code::{Code, Fail};
use crate::api::nhn::envelope::{Counted, respond};
use crate::api::nhn::price::{Whole, currency, number};
use crate::api::nhn::views::several;
use crate::api::nhn::work;
use crate::auth::{self, Address};
use crate::model::{Payment, ProductSeq, ProjectId};
use crate::nhn;
use crate::state::AppState;

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
pub(super) async fn consume(
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
