//! An app's items.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::open_app;
use crate::api::nhn::code::Fail;
use crate::api::nhn::envelope::{Envelope, answer};
use crate::api::nhn::views::legacy_market;
use crate::auth;
use crate::catalog;
use crate::model::{AppSeq, ProjectId, ZoneOffset};
use crate::nhn;
use crate::projects;
use crate::state::AppState;

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
pub(super) async fn get_items(state: State<AppState>, app_seq: Path<String>, request: Request) -> Response {
    list_items(state, app_seq, request).await
}

/// List an app's items, by POST
///
/// The same: the first edition of NHN's documents said POST.
#[utoipa::path(post, path = "/standard/item/list/{appSeq}", tag = "NHN Cloud IAP, legacy", security(()),
    params(("appSeq" = i64, Path)), responses((status = 200, body = Envelope<Items>)))]
pub(super) async fn post_items(state: State<AppState>, app_seq: Path<String>, request: Request) -> Response {
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
