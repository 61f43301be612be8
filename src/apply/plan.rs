//! What has to be changed so that the instance is as declared: found by reading, before anything is written.

mod apps;

use super::file::ProjectDecl;
use super::prepare::{Prepared, within};
use super::step::{Change, Step};
use crate::error::Result;
use crate::keys::hash_secret;
use crate::model::{Project, ProjectId, Timestamp};
use crate::nhn;
use crate::projects::{self, ProjectInput};
use crate::state::AppState;
use apps::plan_app;

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
