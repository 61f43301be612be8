use super::GoogleStore;
use super::api::ApiFailure;
use super::wire::{InAppProduct, OneTimeProduct, SubscriptionProduct, WireMoney};
use crate::model::{Money, ProductType};
use crate::stores::{Asking, CatalogItem, StoreApp, StoreError};

/// A page has up to 1,000 products.
const PAGES_MAX: usize = 20;
/// Google does not say whether a one-time product is used up: that is whoever consumes it.
const ONE_TIME: [ProductType; 2] = [ProductType::Consumable, ProductType::NonConsumable];
const SUBSCRIPTION: [ProductType; 2] = [ProductType::AutoSubscription, ProductType::ConsumableAutoSubscription];

impl GoogleStore {
    /// One-time products and subscriptions. An app that was never moved to the newer catalog has its one-time products in the older one.
    pub(super) async fn list_all_products(&self, app: &StoreApp, asking: Asking) -> Result<Vec<CatalogItem>, StoreError> {
        let mut items = match self.list_new_one_time(app, asking).await {
            Err(ApiFailure::Refused { .. } | ApiFailure::NotFound { .. }) => self.list_old_one_time(app, asking).await?,
            answer => answer?,
        };
        let mut page_token = None;
        for _ in 0..PAGES_MAX {
            let page = self.list_subscriptions(app, page_token.as_deref(), asking).await?;
            items.extend(page.subscriptions.iter().filter_map(read_subscription));
            page_token = page.next_page_token.filter(|token| !token.is_empty());
            if page_token.is_none() {
                break;
            }
        }
        Ok(items)
    }

    async fn list_new_one_time(&self, app: &StoreApp, asking: Asking) -> Result<Vec<CatalogItem>, ApiFailure> {
        let (mut items, mut page_token) = (Vec::new(), None);
        for _ in 0..PAGES_MAX {
            let page = self.list_one_time_products(app, page_token.as_deref(), asking).await?;
            items.extend(page.one_time_products.iter().filter_map(read_one_time));
            page_token = page.next_page_token.filter(|token| !token.is_empty());
            if page_token.is_none() {
                break;
            }
        }
        Ok(items)
    }

    async fn list_old_one_time(&self, app: &StoreApp, asking: Asking) -> Result<Vec<CatalogItem>, ApiFailure> {
        let (mut items, mut page_token) = (Vec::new(), None);
        for _ in 0..PAGES_MAX {
            let page = self.list_in_app_products(app, page_token.as_deref(), asking).await?;
            items.extend(page.inappproduct.iter().filter_map(read_in_app_product));
            page_token = page.token_pagination.next_page_token.filter(|token| !token.is_empty());
            if page_token.is_none() {
                break;
            }
        }
        Ok(items)
    }
}

fn read_one_time(product: &OneTimeProduct) -> Option<CatalogItem> {
    let product_id = product.product_id.clone()?;
    let is_on_sale = |state: Option<&str>| state == Some("ACTIVE");
    let options = &product.purchase_options;
    let mut regions = options.iter().flat_map(|option| &option.regional_pricing_and_availability_configs);
    Some(CatalogItem {
        name: product.listings.iter().find_map(|listing| listing.title.clone()).unwrap_or_else(|| product_id.clone()),
        product_types: ONE_TIME.to_vec(),
        is_active: options.iter().any(|option| is_on_sale(option.state.as_deref())),
        price: regions.find_map(|region| region.price.as_ref().and_then(WireMoney::price)),
        product_id,
    })
}

fn read_subscription(product: &SubscriptionProduct) -> Option<CatalogItem> {
    let product_id = product.product_id.clone()?;
    let active = || product.base_plans.iter().filter(|plan| plan.state.as_deref() == Some("ACTIVE"));
    let mut regions = active().flat_map(|plan| &plan.regional_configs);
    Some(CatalogItem {
        name: product.listings.iter().find_map(|listing| listing.title.clone()).unwrap_or_else(|| product_id.clone()),
        product_types: SUBSCRIPTION.to_vec(),
        is_active: active().next().is_some(),
        price: regions.find_map(|region| region.price.as_ref().and_then(WireMoney::price)),
        product_id,
    })
}

/// Subscriptions of the older list are listed among the subscriptions too.
fn read_in_app_product(product: &InAppProduct) -> Option<CatalogItem> {
    let product_id = product.sku.clone().filter(|_| product.purchase_type.as_deref() != Some("subscription"))?;
    let own = product.default_language.as_deref().and_then(|language| product.listings.get(language));
    let title = own.or_else(|| product.listings.values().next()).and_then(|listing| listing.title.clone());
    let price = product.default_price.as_ref().and_then(|price| price.price_micros.zip(price.currency.clone()));
    let price = price.filter(|(micros, _)| Money::is_price(*micros));
    Some(CatalogItem {
        name: title.unwrap_or_else(|| product_id.clone()),
        product_types: ONE_TIME.to_vec(),
        is_active: product.status.as_deref() == Some("active"),
        price: price.map(|(price_micros, currency)| Money { price_micros, currency }),
        product_id,
    })
}
