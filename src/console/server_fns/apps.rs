mod forms;
mod outage;
mod roots;

use leptos::prelude::*;

use crate::model::Fault;

pub use forms::{AppForm, CheckForm, NewAppForm, SecretForm, StoreFields};
pub use outage::*;
pub use roots::*;

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
        outage: None,
        trusted_roots: None,
        seen: Some(input.version),
    };
    projects::update_app(&state, &by, &input.project, input.app, &changes).await?;
    Ok(())
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
