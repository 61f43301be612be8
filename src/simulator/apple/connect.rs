//! App Store Connect: the catalog, which is made of the products of the project that simulates the app first
//! (docs/stores/apple.md, App Store Connect API).

use serde_json::{Value, json};

use super::access::admit_to_connect;
use super::failure::ApiFailure;
use super::limits::check_faults;
use super::payloads::apple_id;
use crate::catalog;
use crate::db;
use crate::error::Error;
use crate::model::{Environment, Product, ProductType, StoreCode, StoreEnvironment, UseStatus};
use crate::simulator::query::Query;
use crate::state::AppState;
use crate::stores::StoreApp;

const ROWS_DEFAULT: usize = 50;
const ROWS_MAX: usize = 200;
const LOCALE: &str = "ko";

/// A failure as App Store Connect answers it.
#[derive(Debug)]
pub enum ConnectFailure {
    /// A parameter of the query is wrong.
    InvalidParameter(&'static str),
    NotFound,
    /// A failure of any of Apple's APIs.
    Of(ApiFailure),
}

impl From<ApiFailure> for ConnectFailure {
    fn from(failure: ApiFailure) -> Self {
        Self::Of(failure)
    }
}

impl From<Error> for ConnectFailure {
    fn from(error: Error) -> Self {
        Self::Of(error.into())
    }
}

type Answer = Result<Value, ConnectFailure>;

/// A call: who makes it, its path, and its query.
pub struct ConnectQuery {
    /// The address of App Store Connect, which links begin with.
    pub base: String,
    pub path: String,
    pub authorization: Option<String>,
    pub query: Query,
}

/// The apps a key may see: those it is the key of.
pub async fn apps(state: &AppState, call: &ConnectQuery) -> Answer {
    let signers = let_in(state, call).await?;
    let asked = call.query.first("filter[bundleId]");
    let mut bundles: Vec<String> = signers.into_iter().map(|app| app.store_app_id).collect();
    bundles.retain(|bundle| asked.is_none_or(|asked| asked.split(',').any(|asked| bundle.starts_with(asked))));
    bundles.sort();
    bundles.dedup();
    let rows = bundles.iter().map(|bundle| {
        let attributes = json!({ "name": bundle, "bundleId": bundle, "sku": bundle, "primaryLocale": LOCALE });
        json!({ "type": "apps", "id": apple_id(bundle).to_string(), "attributes": attributes })
    });
    page(call, rows.collect(), Vec::new())
}

/// An app's in-app purchases, subscriptions apart.
pub async fn in_app_purchases(state: &AppState, call: &ConnectQuery, app_id: &str) -> Answer {
    let products = products_of(state, call, app_id, false).await?;
    let kind = Kind { name: "inAppPurchases", localizations: "inAppPurchaseLocalizations" };
    list_products(call, &products, &kind)
}

/// An app's subscription groups: one, with the number of the app.
pub async fn subscription_groups(state: &AppState, call: &ConnectQuery, app_id: &str) -> Answer {
    let products = products_of(state, call, app_id, true).await?;
    let group = json!({ "type": "subscriptionGroups", "id": app_id, "attributes": { "referenceName": "Subscriptions" } });
    page(call, (!products.is_empty()).then_some(group).into_iter().collect(), Vec::new())
}

/// The subscriptions of a group.
pub async fn subscriptions(state: &AppState, call: &ConnectQuery, group_id: &str) -> Answer {
    let products = products_of(state, call, group_id, true).await?;
    list_products(call, &products, &Kind { name: "subscriptions", localizations: "subscriptionLocalizations" })
}

async fn let_in(state: &AppState, call: &ConnectQuery) -> Result<Vec<StoreApp>, ConnectFailure> {
    let delay = check_faults(state, StoreEnvironment::Sandbox, &call.path).await?;
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    Ok(admit_to_connect(state, call.authorization.as_deref()).await?)
}

/// The products of the app of a number, by id: subscriptions, or all else.
async fn products_of(
    state: &AppState,
    call: &ConnectQuery,
    app_id: &str,
    is_subscription: bool,
) -> Result<Vec<Product>, ConnectFailure> {
    let signers = let_in(state, call).await?;
    let app = signers.iter().find(|app| apple_id(&app.store_app_id).to_string() == app_id);
    let app = app.ok_or(ConnectFailure::NotFound)?;
    let apps = db::apps::list_by_store_app(&mut state.db.read().await?, StoreCode::AppStore, &app.store_app_id).await?;
    let first = apps.into_iter().find(|(_, stored)| stored.app.environment == Environment::Simulator);
    let (project, stored) = first.ok_or(ConnectFailure::NotFound)?;
    let mut products = catalog::list_of_app(state, &project, stored.app.app_seq).await?;
    products.retain(|product| product.product_type.is_subscription() == is_subscription);
    products.sort_by(|one, other| one.store_product_id.cmp(&other.store_product_id));
    Ok(products)
}

/// The names of a type of product and of its localizations.
struct Kind {
    name: &'static str,
    localizations: &'static str,
}

fn list_products(call: &ConnectQuery, products: &[Product], kind: &Kind) -> Answer {
    let is_included = call.query.first("include").is_some_and(|names| names.split(',').any(|name| name == kind.localizations));
    let id_of = |product: &Product| format!("{}-{LOCALE}", product.product_seq);
    let rows = products.iter().map(|product| {
        let mut row = json!({
            "type": kind.name,
            "id": product.product_seq.to_string(),
            "attributes": { "name": product.name, "productId": product.store_product_id, "state": state_of(product) },
        });
        if let Some(purchase_type) = purchase_type(product.product_type) {
            row["attributes"]["inAppPurchaseType"] = purchase_type.into();
        }
        if is_included {
            let localizations = json!({ "data": [{ "type": kind.localizations, "id": id_of(product) }] });
            row["relationships"] = json!({ kind.localizations: localizations });
        }
        row
    });
    let localizations = products.iter().filter(|_| is_included).map(|product| {
        json!({ "type": kind.localizations, "id": id_of(product), "attributes": { "name": product.name, "locale": LOCALE } })
    });
    page(call, rows.collect(), localizations.collect())
}

fn state_of(product: &Product) -> &'static str {
    if product.status == UseStatus::Use { "APPROVED" } else { "DEVELOPER_REMOVED_FROM_SALE" }
}

const fn purchase_type(product_type: ProductType) -> Option<&'static str> {
    match product_type {
        ProductType::Consumable => Some("CONSUMABLE"),
        ProductType::NonConsumable => Some("NON_CONSUMABLE"),
        ProductType::AutoSubscription | ProductType::ConsumableAutoSubscription => None,
    }
}

/// The page a query asks for; `included` has one entry for each row, or none at all. The cursor is the number of the first row.
fn page(call: &ConnectQuery, rows: Vec<Value>, included: Vec<Value>) -> Answer {
    let number = |name: &'static str| {
        let read = |text: &str| text.parse::<usize>().map_err(|_| ConnectFailure::InvalidParameter(name));
        call.query.first(name).map(read).transpose()
    };
    let limit = number("limit")?.unwrap_or(ROWS_DEFAULT);
    if !(1..=ROWS_MAX).contains(&limit) {
        return Err(ConnectFailure::InvalidParameter("limit"));
    }
    let (total, first) = (rows.len(), number("cursor")?.unwrap_or_default());
    let own = format!("{}{}?{}", call.base, call.path, call.query.without("cursor"));
    let mut answer = json!({
        "data": rows.into_iter().skip(first).take(limit).collect::<Vec<_>>(),
        "links": { "self": own },
        "meta": { "paging": { "total": total, "limit": limit } },
    });
    if first + limit < total {
        answer["links"]["next"] = format!("{own}&cursor={}", first + limit).into();
    }
    if !included.is_empty() {
        answer["included"] = included.into_iter().skip(first).take(limit).collect();
    }
    Ok(answer)
}
