use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;

use crate::db;
use crate::error::Result;
use crate::model::{AppSeq, Product, ProjectId, StoreCode};
use crate::projects::{self, choose};
use crate::state::AppState;
use crate::stores::StoreApp;

const APPS_MAX: u64 = 1_000;
const PRODUCTS_MAX: u64 = 10_000;
/// What no one asks for any more is forgotten, secrets with it.
const IDLE: Duration = Duration::from_secs(600);

/// The project's apps in one store.
type Apps = Arc<Vec<Arc<StoreApp>>>;

/// Projects' apps and products in memory, by the revision the project had when its caller was let in: what was changed since
/// has another revision, so nothing here is ever out of date, whichever process changed it.
#[derive(Clone)]
pub struct CatalogCache {
    apps: Cache<(ProjectId, i64, StoreCode), Apps>,
    products: Cache<(AppSeq, i64, String), Arc<Product>>,
}

impl Default for CatalogCache {
    fn default() -> Self {
        Self {
            apps: Cache::builder().max_capacity(APPS_MAX).time_to_idle(IDLE).build(),
            products: Cache::builder().max_capacity(PRODUCTS_MAX).time_to_idle(IDLE).build(),
        }
    }
}

/// A project as it stood when its caller was let in.
#[derive(Debug, Clone, Copy)]
pub struct CatalogVersion<'a> {
    pub project: &'a ProjectId,
    pub revision: i64,
}

/// The project's app in a store; `app_id` (package name or bundle id) is needed only where there are several.
pub async fn app_as_of(
    state: &AppState,
    at: CatalogVersion<'_>,
    store: StoreCode,
    app_id: Option<&str>,
) -> Result<Arc<StoreApp>> {
    let key = (at.project.clone(), at.revision, store);
    let apps = match state.catalog_cache.apps.get(&key) {
        Some(apps) => apps,
        None => {
            let stored = db::apps::list_of_store(&mut state.db.read().await?, at.project, store).await?;
            let open = |stored| projects::to_store_app(state, stored).map(Arc::new);
            let apps = Arc::new(stored.into_iter().map(open).collect::<Result<Vec<_>>>()?);
            state.catalog_cache.apps.insert(key, apps.clone());
            apps
        }
    };
    choose(apps.iter(), |app| &app.store_app_id, store, app_id).cloned()
}

/// A product by its store id, whatever its status: what was paid stays paid.
pub async fn find_as_of(state: &AppState, at: CatalogVersion<'_>, app: AppSeq, product_id: &str) -> Result<Option<Arc<Product>>> {
    let key = (app, at.revision, product_id.to_owned());
    if let Some(product) = state.catalog_cache.products.get(&key) {
        return Ok(Some(product));
    }
    let found = db::products::find_in_app(&mut state.db.read().await?, at.project, app, product_id).await?.map(Arc::new);
    if let Some(product) = &found {
        state.catalog_cache.products.insert(key, product.clone());
    }
    Ok(found)
}
