use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{AppSeq, Environment, Fault, ProjectId, StoreCode, UseStatus, Version};

/// A store's fields by name as a form sends them; empty leaves a secret as it is and clears anything else. An unknown name is
/// refused with the others.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoreFields(BTreeMap<String, String>);

impl std::fmt::Debug for StoreFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreFields(…)")
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewAppForm {
    pub project: ProjectId,
    pub store: StoreCode,
    pub store_app_id: String,
    pub name: String,
    pub environment: Environment,
    #[serde(default)]
    pub allow_test_store_beside_live: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppForm {
    pub project: ProjectId,
    pub app: AppSeq,
    /// The one the form showed.
    pub version: Version,
    pub name: String,
    pub environment: Environment,
    pub status: UseStatus,
    #[serde(default)]
    pub accept_sandbox: bool,
    /// RFC 3339; empty for the app's creation. Absent leaves it as it is.
    #[serde(default)]
    pub in_charge_since: Option<String>,
    #[serde(default)]
    pub allow_test_store_beside_live: bool,
    #[serde(default)]
    pub nhn_test_payments: bool,
    #[serde(flatten)]
    pub fields: StoreFields,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SecretForm {
    pub project: ProjectId,
    pub app: AppSeq,
    /// The one the form showed.
    pub version: Version,
    /// The field's name; its value is never sent anywhere.
    pub name: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewRootForm {
    pub project: ProjectId,
    pub app: AppSeq,
    /// One certificate in PEM or base64 DER.
    pub trusted_roots: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RootForm {
    pub project: ProjectId,
    pub app: AppSeq,
    pub fingerprint: String,
}

/// Adds an app and goes to its page. Operators of the project.
#[server]
pub async fn create_app(input: NewAppForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    let name = Some(input.name).filter(|name| !name.trim().is_empty());
    let fields = projects::AppInput {
        name,
        environment: Some(input.environment),
        beside_live: Some(input.allow_test_store_beside_live),
        ..Default::default()
    };
    let app = projects::create_app(&state, &by, &input.project, input.store, &input.store_app_id, &fields).await?;
    leptos_axum::redirect(&paths::app(&input.project, app.app_seq));
    Ok(())
}

/// Changes an app. Operators of the project.
#[server]
pub async fn update_app(input: AppForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    let mut fields = input.fields.0;
    // An empty secret means: as it is.
    fields.retain(|name, value| !value.trim().is_empty() || !projects::is_secret_field(name));
    let changes = projects::AppInput {
        name: Some(input.name),
        environment: Some(input.environment),
        status: Some(input.status),
        accept_sandbox: Some(input.accept_sandbox),
        in_charge_since: input.in_charge_since,
        beside_live: Some(input.allow_test_store_beside_live),
        nhn_test_payments: Some(input.nhn_test_payments),
        fields,
        trusted_roots: None,
        seen: Some(input.version),
    };
    projects::update_app(&state, &by, &input.project, input.app, &changes).await?;
    Ok(())
}

/// Which app to test.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckForm {
    pub project: ProjectId,
    pub app: AppSeq,
}

/// Tests an app's connection to its store. Operators of the project.
#[server]
pub async fn check_app(input: CheckForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    projects::check_app(&state, &by, &input.project, input.app).await?;
    Ok(())
}

/// Takes a stored secret away. Operators of the project.
#[server]
pub async fn remove_secret(input: SecretForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    let SecretForm { project, app, version, name } = input;
    Ok(projects::remove_secret(&state, &by, &project, app, &name, Some(version)).await?)
}

/// Trusts one more certificate in a SIMULATOR app. Operators of the project.
#[server]
pub async fn add_trusted_root(input: NewRootForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    Ok(projects::add_trusted_root(&state, &by, &input.project, input.app, &input.trusted_roots).await?)
}

/// Trusts a certificate no longer. Operators of the project.
#[server]
pub async fn remove_trusted_root(input: RootForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, projects, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    Ok(projects::remove_trusted_root(&state, &by, &input.project, input.app, &input.fingerprint).await?)
}
