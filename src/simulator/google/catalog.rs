//! The catalog: the products of the project that simulates the app first, each in one plan or purchase option.

use serde_json::{Value, json};

use super::access::Admitted;
use super::failure::{ApiFailure, ApiResult};
use super::products::PURCHASE_OPTION;
use super::values::{money, put};
use crate::catalog;
use crate::model::{Product, UseStatus};
use crate::simulator::query::Query;
use crate::state::AppState;

const PAGE_DEFAULT: usize = 50;
const PAGE_MAX: usize = 1_000;
const REGIONS: &str = "2022/02";
const PRICE_KRW_MICROS: i64 = 4_400_000_000;
const PRICE_USD_MICROS: i64 = 3_990_000;
const BASE_PLAN: &str = "monthly";

/// What a part of the catalog is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    OneTime,
    Subscriptions,
}

impl Part {
    fn list_key(self) -> &'static str {
        match self {
            Self::OneTime => "oneTimeProducts",
            Self::Subscriptions => "subscriptions",
        }
    }

    fn show(self, package: &str, product: &Product) -> Value {
        match self {
            Self::OneTime => one_time_product(package, product),
            Self::Subscriptions => subscription(package, product),
        }
    }
}

/// A page of the catalog.
pub(super) async fn list(state: &AppState, by: &Admitted, part: Part, query: &Query) -> ApiResult {
    let products = products_of(state, by, part).await?;
    let size = match query.first("pageSize") {
        None => PAGE_DEFAULT,
        Some(text) => text.parse().ok().filter(|size| *size > 0).ok_or_else(|| ApiFailure::invalid("Invalid pageSize."))?,
    };
    let after = query.first("pageToken").unwrap_or_default();
    let rest: Vec<&Product> = products.iter().filter(|product| product.store_product_id.as_str() > after).collect();
    let size = size.min(PAGE_MAX);
    let page: Vec<Value> = rest.iter().take(size).map(|product| part.show(&by.package, product)).collect();
    let next = rest.get(size - 1).filter(|_| rest.len() > size).map(|last| last.store_product_id.clone());
    let mut answer = json!({});
    put(&mut answer, part.list_key(), (!page.is_empty()).then_some(page));
    put(&mut answer, "nextPageToken", next);
    Ok(answer)
}

/// One product of the catalog.
pub(super) async fn get(state: &AppState, by: &Admitted, part: Part, product_id: &str) -> ApiResult {
    let products = products_of(state, by, part).await?;
    let found = products.iter().find(|product| product.store_product_id == product_id);
    found.map(|product| part.show(&by.package, product)).ok_or_else(|| ApiFailure::not_found("Product"))
}

/// Several of them, by name.
pub(super) async fn batch_get(state: &AppState, by: &Admitted, part: Part, query: &Query) -> ApiResult {
    let products = products_of(state, by, part).await?;
    let mut found = Vec::new();
    for id in query.all("productIds") {
        let product = products.iter().find(|product| product.store_product_id == id);
        found.push(part.show(&by.package, product.ok_or_else(|| ApiFailure::not_found("Product"))?));
    }
    Ok(json!({ part.list_key(): found }))
}

/// The API before purchase options: an app that has them is told to leave it.
pub(super) fn migrated() -> ApiFailure {
    ApiFailure::new(403, "forbidden", "Please migrate to the new publishing API.")
}

async fn products_of(state: &AppState, by: &Admitted, part: Part) -> ApiResult<Vec<Product>> {
    let Some((project, app)) = by.apps.first() else { return Ok(Vec::new()) };
    let mut products = catalog::list_of_app(state, project, app.app_seq).await?;
    products.retain(|product| product.product_type.is_subscription() == (part == Part::Subscriptions));
    products.sort_by(|one, other| one.store_product_id.cmp(&other.store_product_id));
    Ok(products)
}

fn listing(product: &Product) -> Value {
    json!([{ "languageCode": "ko-KR", "title": product.name, "description": product.name }])
}

fn state_word(product: &Product) -> &'static str {
    if product.status == UseStatus::Use { "ACTIVE" } else { "INACTIVE" }
}

fn one_time_product(package: &str, product: &Product) -> Value {
    let price = |region: &str, price: Value| json!({ "regionCode": region, "price": price, "availability": "AVAILABLE" });
    json!({
        "packageName": package,
        "productId": product.store_product_id,
        "listings": listing(product),
        "purchaseOptions": [{
            "purchaseOptionId": PURCHASE_OPTION,
            "state": state_word(product),
            "buyOption": { "legacyCompatible": true, "multiQuantityEnabled": true },
            "regionalPricingAndAvailabilityConfigs": [
                price("KR", money(PRICE_KRW_MICROS, "KRW")), price("US", money(PRICE_USD_MICROS, "USD")),
            ],
        }],
        "regionsVersion": { "version": REGIONS },
    })
}

fn subscription(package: &str, product: &Product) -> Value {
    let price = |region: &str, price: Value| json!({ "regionCode": region, "newSubscriberAvailability": true, "price": price });
    json!({
        "packageName": package,
        "productId": product.store_product_id,
        "listings": listing(product),
        "basePlans": [{
            "basePlanId": BASE_PLAN,
            "state": state_word(product),
            "autoRenewingBasePlanType": {
                "billingPeriodDuration": "P1M",
                "gracePeriodDuration": "P16D",
                "accountHoldDuration": "P44D",
                "resubscribeState": "RESUBSCRIBE_STATE_ACTIVE",
                "prorationMode": "SUBSCRIPTION_PRORATION_MODE_CHARGE_FULL_PRICE_IMMEDIATELY",
                "legacyCompatible": true,
            },
            "regionalConfigs": [price("KR", money(PRICE_KRW_MICROS, "KRW")), price("US", money(PRICE_USD_MICROS, "USD"))],
        }],
    })
}
