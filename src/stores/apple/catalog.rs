//! The catalog: what App Store Connect lists of an app (docs/stores/apple.md, App Store Connect API).

use std::collections::BTreeMap;

use super::AppleStore;
use super::api::{ConnectList, ConnectPage, Resource};
use crate::model::{Environment, ProductType};
use crate::stores::{Asking, CatalogItem, StoreApp, StoreError};

/// No app has more; each is asked for by itself.
const GROUPS_MAX: usize = 500;
const SUBSCRIPTION: [ProductType; 2] = [ProductType::AutoSubscription, ProductType::ConsumableAutoSubscription];

/// What the products of one app are read with.
struct Reader<'a> {
    environment: Environment,
    /// The language the app was first described in.
    locale: Option<&'a str>,
}

impl AppleStore {
    /// In-app purchases and the subscriptions of each group.
    pub(super) async fn list_all_products(&self, app: &StoreApp, asking: Asking) -> Result<Vec<CatalogItem>, StoreError> {
        let found = self.find_connect_app(app, asking).await?;
        let reader = Reader { environment: app.environment, locale: found.attributes.primary_locale.as_deref() };
        let mut items = Vec::new();
        for page in self.list_connect(app, ConnectList::InAppPurchases { app_id: &found.id }, asking).await? {
            items.extend(reader.read(&page, types_of));
        }
        let groups = self.list_connect(app, ConnectList::SubscriptionGroups { app_id: &found.id }, asking).await?;
        for group in groups.iter().flat_map(|page| &page.data).take(GROUPS_MAX) {
            for page in self.list_connect(app, ConnectList::Subscriptions { group_id: &group.id }, asking).await? {
                items.extend(reader.read(&page, |_| SUBSCRIPTION.to_vec()));
            }
        }
        Ok(items)
    }

    /// The app as App Store Connect has it.
    pub(super) async fn find_connect_app(&self, app: &StoreApp, asking: Asking) -> Result<Resource, StoreError> {
        let pages = self.list_connect(app, ConnectList::Apps { bundle_id: &app.store_app_id }, asking).await?;
        let is_this = |found: &Resource| found.attributes.bundle_id.as_deref() == Some(&app.store_app_id);
        let found = pages.into_iter().flat_map(|page| page.data).find(is_this);
        found.ok_or_else(|| {
            let bundle_id = &app.store_app_id;
            StoreError::Credentials(format!("App Store Connect shows this API key no app with the bundle id {bundle_id}"))
        })
    }
}

/// What an in-app purchase may be to us; nothing where its type is new to us. A non-renewing subscription may be bought again and
/// again, as goods are.
fn types_of(product: &Resource) -> Vec<ProductType> {
    match product.attributes.in_app_purchase_type.as_deref() {
        Some("CONSUMABLE" | "NON_RENEWING_SUBSCRIPTION") => vec![ProductType::Consumable],
        Some("NON_CONSUMABLE") => vec![ProductType::NonConsumable],
        _ => Vec::new(),
    }
}

impl Reader<'_> {
    fn read(&self, page: &ConnectPage, types_of: impl Fn(&Resource) -> Vec<ProductType>) -> Vec<CatalogItem> {
        let included: BTreeMap<&str, &Resource> = page.included.iter().map(|one| (one.id.as_str(), one)).collect();
        let read = |product: &Resource| {
            let product_id = product.attributes.product_id.clone().filter(|id| !id.is_empty())?;
            Some(CatalogItem {
                name: self.name(product, &included).unwrap_or(&product_id).to_owned(),
                product_types: types_of(product),
                is_active: self.is_active(product.attributes.state.as_deref()),
                price: None,
                product_id,
            })
        };
        page.data.iter().filter_map(read).collect()
    }

    /// The name that customers see in the app's first language, else the reference name.
    fn name<'a>(&self, product: &'a Resource, included: &BTreeMap<&str, &'a Resource>) -> Option<&'a str> {
        let related = &product.relationships;
        let of_product = related.in_app_purchase_localizations.data.iter().chain(&related.subscription_localizations.data);
        let mut localized = of_product.filter_map(|identifier| included.get(identifier.id.as_str()));
        let own = localized.find(|one| self.locale.is_some() && one.attributes.locale.as_deref() == self.locale);
        let own = own.and_then(|one| one.attributes.name.as_deref());
        own.or(product.attributes.name.as_deref()).filter(|name| !name.trim().is_empty())
    }

    /// Customers buy what is approved; the sandbox sells what is still prepared, too.
    fn is_active(&self, state: Option<&str>) -> bool {
        match self.environment {
            Environment::Live => state == Some("APPROVED"),
            Environment::Sandbox | Environment::Simulator => {
                !matches!(state, Some("DEVELOPER_REMOVED_FROM_SALE" | "REMOVED_FROM_SALE"))
            }
        }
    }
}
