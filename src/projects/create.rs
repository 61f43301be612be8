use serde_json::json;

use super::app_keys::{new_app_key, parse_app_key};
use crate::audit::{self, By, Change};
use crate::db;
use crate::error::{Error, Result};
use crate::keys::random_text;
use crate::model::{Project, ProjectId};
use crate::state::AppState;

const NAME_CHARS_MAX: usize = 80;
const ID_BYTES: usize = 9;

/// Makes a project with an AppKey, the given one (from NHN Cloud IAP, say) or a new one.
pub async fn create_project(state: &AppState, by: &By, name: &str, app_key: Option<&str>) -> Result<Project> {
    let name = parse_name("name", name)?;
    let app_key = app_key.map_or_else(new_app_key, |text| parse_app_key(text).map(str::to_owned))?;
    let at = state.clock.now();
    let row_no = state.numbers.next_row().await?;
    // Lower case only: the browser's router writes a form's address so.
    let id = ProjectId(random_text(ID_BYTES)?.replace(['-', '_'], "x").to_lowercase());
    let project = Project { id, name: name.to_owned(), client_consume: false, created_at: at };
    state
        .db
        .write(async |tx| {
            db::projects::insert(tx, &project).await?;
            if !db::app_keys::insert(tx, &project.id, &app_key, at).await? {
                return Err(Error::invalid("appKey", "is taken by another project"));
            }
            let change = Change {
                action: "project.create",
                project: Some(&project.id),
                target: format!("project:{}", project.id),
                before: None,
                after: Some(json!({ "name": project.name, "appKey": app_key })),
            };
            audit::record(tx, row_no, by, at, change).await
        })
        .await?;
    Ok(project)
}

/// Changes a project's name and whether apps may consume by themselves.
pub async fn update_project(state: &AppState, by: &By, id: &ProjectId, name: &str, client_consume: bool) -> Result<()> {
    let name = parse_name("name", name)?;
    let (at, row_no) = (state.clock.now(), state.numbers.next_row().await?);
    state
        .db
        .write(async |tx| {
            let before = db::projects::find(tx, id).await?.ok_or(Error::NotFound("project"))?;
            db::projects::update(tx, id, name, client_consume, at).await?;
            let change = Change {
                action: "project.update",
                project: Some(id),
                target: format!("project:{id}"),
                before: Some(json!({ "name": before.name, "clientConsume": before.client_consume })),
                after: Some(json!({ "name": name, "clientConsume": client_consume })),
            };
            audit::record(tx, row_no, by, at, change).await
        })
        .await
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
        return Err(Error::invalid(field, format!("must have 1 to {NAME_CHARS_MAX} characters")));
    }
    Ok(text)
}
