use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::auth;
use crate::console::Reader;
use crate::error::Error;
use crate::model::{App, AppSeq, Fault, Permission, ProjectId, SearchAnswer};
use crate::search::{self, LookedUp};
use crate::{error, projects};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchPage {
    pub answer: SearchAnswer,
    /// The projects that were searched, by name.
    pub projects: Vec<(ProjectId, String)>,
    /// Those in which the reader may ask the stores.
    pub askable: Vec<ProjectId>,
}

/// What a store answered about an id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoreAnswer {
    Found(LookedUp),
    /// It knows no such purchase.
    Unknown,
    /// It gave no answer.
    Failed(Fault),
}

/// The page that asks a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreSearchPage {
    pub apps: Vec<App>,
    /// None before anything was asked.
    pub answer: Option<StoreAnswer>,
}

/// Anything in a project, by whatever was pasted. Readers of the project.
pub async fn search_project(project: ProjectId, text: String) -> Result<SearchPage, Fault> {
    let request = Request::of_member(&project, Permission::Read).await?;
    let askable = request.may(&project, Permission::Support).await.then(|| project.clone());
    let answer = search::search(&request.state, std::slice::from_ref(&project), &text, Reader::from_request().zone).await?;
    let name = projects::get_project(&request.state, &project).await?.name;
    Ok(SearchPage { answer, projects: vec![(project, name)], askable: askable.into_iter().collect() })
}

/// Anything in all projects of the reader. Anyone who is signed in.
pub async fn search_all(text: String) -> Result<SearchPage, Fault> {
    let (request, _) = Request::of_signed_in().await?;
    let viewer = auth::viewer(&request.state, &request.parts).await?.ok_or(Error::Unauthenticated)?;
    let held = |what: Permission| {
        let held = viewer.projects.iter().filter(|held| held.role.may(what));
        held.map(|held| held.id.clone()).collect::<Vec<_>>()
    };
    let (readable, askable) = (held(Permission::Read), held(Permission::Support));
    let answer = search::search(&request.state, &readable, &text, Reader::from_request().zone).await?;
    let projects = viewer.projects.iter().map(|held| (held.id.clone(), held.name.clone())).collect();
    Ok(SearchPage { answer, projects, askable })
}

/// What the store of an app says of an id; nothing is changed. Support of the project.
pub async fn ask_store(
    project: ProjectId,
    app: Option<AppSeq>,
    id: String,
    product_id: Option<String>,
) -> Result<StoreSearchPage, Fault> {
    let Request { state, .. } = Request::of_member(&project, Permission::Support).await?;
    let apps = projects::list_apps(&state, &project).await?;
    let Some(app) = app.filter(|app| !id.is_empty() && apps.iter().any(|one| one.app_seq == *app)) else {
        return Ok(StoreSearchPage { apps, answer: None });
    };
    let answer = match search::look_up(&state, &project, app, &id, product_id.as_deref()).await {
        Ok(found) => StoreAnswer::Found(found),
        Err(error::Error::NotFound(_)) => StoreAnswer::Unknown,
        // Why the store gives no answer is shown on the page.
        Err(refused @ error::Error::Refused { .. }) => StoreAnswer::Failed(refused.into()),
        Err(error) => return Err(error.into()),
    };
    Ok(StoreSearchPage { apps, answer: Some(answer) })
}
