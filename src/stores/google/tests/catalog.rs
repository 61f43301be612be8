use super::world::ok;
use super::*;
use crate::model::ProductType;
use crate::stores::CatalogItem;

fn names(items: &[CatalogItem]) -> Vec<(&str, &str, bool)> {
    items.iter().map(|item| (item.product_id.as_str(), item.name.as_str(), item.is_active)).collect()
}

fn subscriptions() -> Value {
    json!({ "subscriptions": [{ "productId": "vip", "listings": [{ "title": "VIP" }], "basePlans": [
        { "state": "INACTIVE" },
        { "state": "ACTIVE", "regionalConfigs": [{ "regionCode": "KR", "price": { "currencyCode": "KRW", "units": "9900" } }] },
    ] }] })
}

#[tokio::test]
async fn products_come_from_the_newer_catalog_page_by_page() {
    let google = Google::start(|path, _| {
        let product = |id: &str, state: &str| {
            json!({ "productId": id, "listings": [{ "title": id.to_uppercase() }],
            "purchaseOptions": [{ "state": state, "regionalPricingAndAvailabilityConfigs": [
                { "price": { "currencyCode": "USD", "nanos": 990_000_000 } }] }] })
        };
        match path.split('?').next() {
            Some("oneTimeProducts") if path.contains("pageToken=2") => {
                ok(json!({ "oneTimeProducts": [product("coin", "DRAFT")] }))
            }
            Some("oneTimeProducts") => ok(json!({ "oneTimeProducts": [product("gem", "ACTIVE")], "nextPageToken": "2" })),
            Some("subscriptions") => ok(subscriptions()),
            _ => None,
        }
    })
    .await;
    let items = google.store.list_catalog(&app(), NOW.into()).await.unwrap();
    assert_eq!(names(&items), [("gem", "GEM", true), ("coin", "COIN", false), ("vip", "VIP", true)]);
    assert_eq!(items[0].price.as_ref().map(|price| price.price_micros), Some(990_000));
    assert_eq!((items[0].product_types[0], items[2].product_types[0]), (ProductType::Consumable, ProductType::AutoSubscription));
}

#[tokio::test]
async fn an_app_that_was_never_moved_has_the_older_catalog() {
    let google = Google::start(|path, _| match path.split('?').next() {
        Some("oneTimeProducts") => Some(google_error(400, "failedPrecondition")),
        Some("inappproducts") => ok(json!({ "inappproduct": [
            { "sku": "gem", "status": "active", "purchaseType": "managedUser", "defaultLanguage": "ko-KR",
              "listings": { "en-US": { "title": "Gem" }, "ko-KR": { "title": "보석" } },
              "defaultPrice": { "priceMicros": "1100000000", "currency": "KRW" } },
            { "sku": "vip", "status": "active", "purchaseType": "subscription" },
        ] })),
        Some("subscriptions") => ok(json!({})),
        _ => None,
    })
    .await;
    let items = google.store.list_catalog(&app(), NOW.into()).await.unwrap();
    assert_eq!(names(&items), [("gem", "보석", true)]);
    assert_eq!(items[0].price.as_ref().map(|price| price.price_micros), Some(1_100_000_000));
}
