//! What has to be changed so that the instance is as declared: found by reading, before anything is written.

use super::file::{AppDecl, ProductDecl, ProjectDecl};
use super::prepare::{Prepared, within};
use super::step::{Change, Step};
use crate::catalog::{self, NewProduct, ProductInput};
use crate::db::{self, apps::StoredApp};
use crate::error::{Error, Result};
use crate::keys::hash_secret;
use crate::model::{AppSeq, DeclaredReason, Project, ProjectId, Timestamp};
use crate::nhn;
use crate::projects::{self, AppInput, ProjectInput};
use crate::state::AppState;

/// How long an old AppKey works when a file declares another.
pub(super) const OVERLAP_HOURS: i64 = 24;

/// The steps towards one project as declared, in the order they must be taken.
pub(super) async fn plan(state: &AppState, prepared: &Prepared<'_>, at: Timestamp) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    let declared = prepared.declared;
    let project = plan_project(state, declared, at, &mut steps).await.map_err(|error| within("project", error))?;
    if let Some(input) = &prepared.nhn {
        let draft = nhn::draft_nhn_settings(state, &project, input).map_err(|error| within("project.nhn", error))?;
        if nhn::is_nhn_different(state, &project, &draft).await? {
            steps.push(Step::new(&project, Change::UpdateNhn { draft, name: declared.name.clone() }));
        }
    }
    for (name, secret) in &prepared.secret_keys {
        plan_secret_key(state, &project, name, secret, &mut steps).await.map_err(|error| within("project.secret_keys", error))?;
    }
    for (app, input) in &prepared.apps {
        plan_app(state, &project, app, input, at, &mut steps).await.map_err(|error| within("project.app", error))?;
    }
    Ok(steps)
}

/// The project of the declared AppKey, else of the declared name, else a new one.
async fn plan_project(state: &AppState, declared: &ProjectDecl, at: Timestamp, steps: &mut Vec<Step>) -> Result<ProjectId> {
    let Some(found) = find_project(state, declared, at, steps).await? else {
        let mut project = projects::draft_project(&declared.name, at)?;
        project.client_consume = declared.client_consume.unwrap_or_default();
        project.user_token_required = declared.user_token_required.unwrap_or_default();
        project.account_token_required = declared.account_token_required.unwrap_or_default();
        let app_key = projects::draft_app_key(declared.app_key.as_deref())?;
        let id = project.id.clone();
        steps.push(Step::new(&id, Change::CreateProject { project, app_key }));
        return Ok(id);
    };
    let input = ProjectInput {
        name: declared.name.clone(),
        client_consume: declared.client_consume.unwrap_or(found.client_consume),
        user_token_required: declared.user_token_required.unwrap_or(found.user_token_required),
        account_token_required: declared.account_token_required.unwrap_or(found.account_token_required),
        seen: None,
    };
    let kept = ProjectInput {
        name: found.name,
        client_consume: found.client_consume,
        user_token_required: found.user_token_required,
        account_token_required: found.account_token_required,
        seen: None,
    };
    if input != kept {
        steps.push(Step::new(&found.id, Change::UpdateProject(input)));
    }
    Ok(found.id)
}

async fn find_project(state: &AppState, declared: &ProjectDecl, at: Timestamp, steps: &mut Vec<Step>) -> Result<Option<Project>> {
    if let Some(app_key) = &declared.app_key
        && let Ok(access) = projects::authenticate_app_key(state, app_key).await
    {
        return projects::get_project(state, &access.project_id).await.map(Some);
    }
    let Some(found) = projects::find_project_by_name(state, &declared.name).await? else { return Ok(None) };
    if let Some(app_key) = &declared.app_key {
        let change = Change::RotateAppKey {
            app_key: projects::draft_app_key(Some(app_key))?,
            ends_at: at.plus_millis(OVERLAP_HOURS * Timestamp::HOUR),
            name: declared.name.clone(),
        };
        steps.push(Step::new(&found.id, change));
    }
    Ok(Some(found))
}

/// Keeps a key of this name and secret; another secret under the name is replaced.
async fn plan_secret_key(state: &AppState, project: &ProjectId, name: &str, secret: &str, steps: &mut Vec<Step>) -> Result<()> {
    if projects::has_secret_key(state, project, name, &hash_secret(secret)).await? {
        return Ok(());
    }
    let draft = projects::draft_secret_key(name, Some(secret))?;
    steps.push(Step::new(project, Change::CreateSecretKey { draft }));
    let existing = projects::list_secret_keys(state, project).await?;
    for old in existing.into_iter().filter(|key| key.name == name && key.revoked_at.is_none()) {
        steps.push(Step::new(project, Change::RevokeSecretKey { id: old.id, name: name.to_owned() }));
    }
    Ok(())
}

async fn plan_app(
    state: &AppState,
    project: &ProjectId,
    declared: &AppDecl,
    input: &AppInput,
    at: Timestamp,
    steps: &mut Vec<Step>,
) -> Result<()> {
    let apps = db::apps::list_of_store(&mut state.db.read().await?, project, declared.store).await?;
    let found = apps.into_iter().find(|stored| stored.app.store_app_id == declared.store_app_id);
    let seq = match found {
        Some(before) => plan_update(state, project, before, input, steps)?,
        None => {
            let seq = state.numbers.next_app().await?;
            let stored = projects::draft_app(state, seq, declared.store, &declared.store_app_id, input, at)?;
            steps.push(Step::new(project, Change::CreateApp { stored, input: input.clone() }));
            seq
        }
    };
    for product in &declared.product {
        plan_product(state, project, seq, product, at, steps).await.map_err(|error| within("product", error))?;
    }
    Ok(())
}

fn plan_update(
    state: &AppState,
    project: &ProjectId,
    before: StoredApp,
    input: &AppInput,
    steps: &mut Vec<Step>,
) -> Result<AppSeq> {
    let seq = before.app.app_seq;
    if let Some(after) = projects::draft_change(state, &before, input)? {
        steps.push(Step::new(project, Change::UpdateApp { before, after, input: input.clone() }));
    }
    Ok(seq)
}

async fn plan_product(
    state: &AppState,
    project: &ProjectId,
    app: AppSeq,
    declared: &ProductDecl,
    at: Timestamp,
    steps: &mut Vec<Step>,
) -> Result<()> {
    let (name, sku) = (declared.name.clone(), declared.sku.clone());
    let input = ProductInput { name, status: declared.status, sku, seen: None };
    let id = &declared.store_product_id;
    match catalog::find_in_app(state, project, app, id).await? {
        Some(found) if found.product_type != declared.product_type => {
            Err(Error::invalid("type", DeclaredReason::TypeFixed { product_id: id.clone(), product_type: found.product_type }))
        }
        Some(before) => {
            if catalog::changed(&before, &input)?.is_some() {
                steps.push(Step::new(project, Change::UpdateProduct { before, input }));
            }
            Ok(())
        }
        None => {
            let new = NewProduct { app, store_product_id: id, product_type: declared.product_type, details: &input };
            let product = catalog::draft_product(state.numbers.next_product().await?, &new, at)?;
            steps.push(Step::new(project, Change::CreateProduct { product }));
            Ok(())
        }
    }
}
