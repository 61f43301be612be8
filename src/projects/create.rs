use serde_json::{Value, json};

use super::app_keys::draft_app_key;
use crate::audit::{By, Change, Stamp};
use crate::db::projects::PROJECTS_MAX;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::keys::random_text;
use crate::model::{Kept, Project, ProjectId, Reason, Timestamp, Unit, Version};
use crate::state::AppState;

const NAME_CHARS_MAX: usize = 80;
const ID_BYTES: usize = 9;

/// Makes a project with an AppKey, the given one (from NHN Cloud IAP, say) or a new one.
pub async fn create_project(state: &AppState, by: &By, name: &str, app_key: Option<&str>) -> Result<Project> {
    let at = state.clock.now();
    let (project, app_key) = (draft_project(name, at)?, draft_app_key(app_key)?);
    let stamp = Stamp { by, at };
    state.db.write(async |tx| insert_project(tx, &stamp, &project, &app_key).await).await?;
    Ok(project)
}

/// A project that is not written yet.
pub(crate) fn draft_project(name: &str, at: Timestamp) -> Result<Project> {
    let name = parse_name("name", name)?.to_owned();
    // Lower case only: the browser's router writes a form's address so.
    let id = ProjectId(random_text(ID_BYTES)?.replace(['-', '_'], "x").to_lowercase());
    Ok(Project {
        id,
        name,
        client_consume: false,
        user_token_required: false,
        account_token_required: false,
        version: Version::FIRST,
        created_at: at,
    })
}

pub(crate) async fn insert_project(tx: &mut Tx, stamp: &Stamp<'_>, project: &Project, app_key: &str) -> Result<()> {
    if db::projects::count(tx).await? >= PROJECTS_MAX {
        return Err(Error::invalid("name", Reason::OneTooMany { of: Kept::Projects, max: PROJECTS_MAX }));
    }
    db::projects::insert(tx, project).await?;
    if !db::app_keys::insert(tx, &project.id, app_key, stamp.at).await? {
        return Err(Error::invalid("appKey", Reason::OfAnotherProject));
    }
    let mut after = audited(project);
    after["appKey"] = app_key.into();
    let change = Change {
        action: "project.create",
        project: Some(&project.id),
        target: format!("project:{}", project.id),
        before: None,
        after: Some(after),
    };
    stamp.record(tx, change).await
}

/// What of a project may be changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectInput {
    pub name: String,
    pub client_consume: bool,
    pub user_token_required: bool,
    pub account_token_required: bool,
    /// The version the change is based on; none for any.
    pub seen: Option<Version>,
}

/// Changes a project's name, whether apps may list and consume by themselves, and which tokens the project demands.
pub async fn update_project(state: &AppState, by: &By, id: &ProjectId, input: &ProjectInput) -> Result<()> {
    let at = state.clock.now();
    let stamp = Stamp { by, at };
    state.db.write(async |tx| write_project(tx, &stamp, id, input).await).await
}

pub(crate) async fn write_project(tx: &mut Tx, stamp: &Stamp<'_>, id: &ProjectId, input: &ProjectInput) -> Result<()> {
    let before = db::projects::find(tx, id).await?.ok_or(Error::NotFound("project"))?;
    if !before.version.is_base_of(input.seen) {
        return Err(Error::edited_meanwhile());
    }
    let after = Project {
        name: parse_name("name", &input.name)?.to_owned(),
        client_consume: input.client_consume,
        user_token_required: input.user_token_required,
        account_token_required: input.account_token_required,
        ..before.clone()
    };
    if !db::projects::update(tx, &after, stamp.at).await? {
        return Err(Error::edited_meanwhile());
    }
    let change = Change {
        action: "project.update",
        project: Some(id),
        target: format!("project:{id}"),
        before: Some(audited(&before)),
        after: Some(audited(&after)),
    };
    stamp.record(tx, change).await
}

/// What the audit log says of a project.
fn audited(project: &Project) -> Value {
    json!({
        "name": project.name, "clientConsume": project.client_consume, "userTokenRequired": project.user_token_required,
        "accountTokenRequired": project.account_token_required,
    })
}

/// The revision of a project's apps and products; zero for a project that is not there.
pub async fn get_revision(state: &AppState, project: &ProjectId) -> Result<i64> {
    db::projects::find_revision(&mut state.db.read().await?, project).await
}

/// A project, or `NotFound`.
pub async fn get_project(state: &AppState, id: &ProjectId) -> Result<Project> {
    db::projects::find(&mut state.db.read().await?, id).await?.ok_or(Error::NotFound("project"))
}

/// The oldest project of a name.
pub async fn find_project_by_name(state: &AppState, name: &str) -> Result<Option<Project>> {
    db::projects::find_by_name(&mut state.db.read().await?, name).await
}

/// All projects, by name.
pub async fn list_projects(state: &AppState) -> Result<Vec<Project>> {
    db::projects::list(&mut state.db.read().await?).await
}

/// A name people give: 1 to 80 characters, no control characters.
pub(crate) fn parse_name<'a>(field: &str, text: &'a str) -> Result<&'a str> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 || length > NAME_CHARS_MAX || text.chars().any(char::is_control) {
        return Err(Error::invalid(field, Reason::length(Unit::Characters, 1, NAME_CHARS_MAX)));
    }
    Ok(text)
}
