//! Who may call the simulated Google Play: the service accounts and OAuth clients of SIMULATOR apps.

use serde_json::Value;

use super::rsa_key::RsaKey;
use crate::db;
use crate::error::Result;
use crate::model::{Environment, ProjectId, StoreCode};
use crate::projects::to_store_app;
use crate::state::AppState;
use crate::stores::StoreApp;

/// Every SIMULATOR app of Google Play with a package name.
pub(super) async fn apps_of_package(state: &AppState, package: &str) -> Result<Vec<(ProjectId, StoreApp)>> {
    let found = db::apps::list_by_store_app(&mut state.db.read().await?, StoreCode::GooglePlay, package).await?;
    let simulated = found.into_iter().filter(|(_, stored)| stored.app.environment == Environment::Simulator);
    simulated.map(|(project, stored)| Ok((project, to_store_app(state, stored)?))).collect()
}

/// Every SIMULATOR app of Google Play: a token request names no package.
pub(super) async fn all_apps(state: &AppState) -> Result<Vec<StoreApp>> {
    let mut tx = state.db.read().await?;
    let mut found = Vec::new();
    for project in db::apps::list_simulating(&mut tx, StoreCode::GooglePlay).await? {
        found.extend(db::apps::list_of_store(&mut tx, &project, StoreCode::GooglePlay).await?);
    }
    drop(tx);
    let simulated = found.into_iter().filter(|stored| stored.app.environment == Environment::Simulator);
    simulated.map(|stored| to_store_app(state, stored)).collect()
}

/// A service account as its key file has it.
pub(super) struct ServiceAccount {
    pub email: String,
    pub key: RsaKey,
}

/// The service account of an app; none where it has no readable key file.
pub(super) fn service_account(app: &StoreApp) -> Option<ServiceAccount> {
    let file: Value = serde_json::from_str(app.secrets.get("service_account")?.reveal()).ok()?;
    let key = RsaKey::from_pem(file["private_key"].as_str()?).ok()?;
    Some(ServiceAccount { email: file["client_email"].as_str()?.to_owned(), key })
}

/// Under which names an app's credentials are known: its service account's and its OAuth client's.
pub(super) fn names_of(app: &StoreApp) -> impl Iterator<Item = String> {
    let file = app.secrets.get("service_account");
    let file: Option<Value> = file.and_then(|file| serde_json::from_str(file.reveal()).ok());
    let email = file.and_then(|file| file["client_email"].as_str().map(str::to_owned));
    email.into_iter().chain(app.settings.get("client_id").cloned())
}
