//! Who is calling a server function or a page, and whether they may.

use axum::http::request::Parts;
use tower_sessions::Session;

use super::address::address;
use super::sessions::operator_of;
use crate::audit::{By, SignedIn};
use crate::db;
use crate::error::{Error, Result};
use crate::model::{Permission, ProjectId, Role, Viewer};
use crate::state::AppState;

/// The operator of a request's session, as they are now: a deactivated one is nobody.
pub async fn signed_in(state: &AppState, parts: &Parts) -> Result<SignedIn> {
    let session = parts.extensions.get::<Session>().ok_or(Error::Unauthenticated)?;
    let id = operator_of(session).await?.ok_or(Error::Unauthenticated)?;
    let found = db::operators::find(&mut state.db.read().await?, &id).await?;
    let found = found.filter(|found| found.is_active).ok_or(Error::Unauthenticated)?;
    Ok(SignedIn {
        id,
        email: found.email,
        is_admin: found.is_admin,
        address: address(state, parts).map(|address| address.to_string()),
    })
}

/// A signed-in operator who may do `what` in the project. Others learn nothing of a project that is not theirs.
pub async fn member(state: &AppState, parts: &Parts, project: &ProjectId, what: Permission) -> Result<By> {
    let operator = signed_in(state, parts).await?;
    let role = role_in(state, &operator, project).await?;
    if !role.may(what) {
        return Err(Error::Denied("your role in this project does not allow it"));
    }
    Ok(By::Operator(operator))
}

/// What an operator is in a project; an instance administrator is ADMIN in each.
pub async fn role_in(state: &AppState, operator: &SignedIn, project: &ProjectId) -> Result<Role> {
    let found = db::memberships::find_role(&mut state.db.read().await?, project, &operator.id).await?;
    let role = found.ok_or(Error::NotFound("project"))?;
    if operator.is_admin { Ok(Role::Admin) } else { role.ok_or(Error::NotFound("project")) }
}

/// A signed-in instance administrator.
pub async fn administrator(state: &AppState, parts: &Parts) -> Result<By> {
    let operator = signed_in(state, parts).await?;
    if !operator.is_admin {
        return Err(Error::Denied("only instance administrators may"));
    }
    Ok(By::Operator(operator))
}

/// Who is signed in and which projects they see; none when nobody is.
pub async fn viewer(state: &AppState, parts: &Parts) -> Result<Option<Viewer>> {
    let operator = match signed_in(state, parts).await {
        Ok(operator) => operator,
        Err(Error::Unauthenticated) => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut tx = state.db.read().await?;
    let projects = db::memberships::list_projects(&mut tx, &operator.id, operator.is_admin).await?;
    let found = db::operators::find(&mut tx, &operator.id).await?.ok_or(Error::Unauthenticated)?;
    let has_simulator = state.simulator.is_some();
    Ok(Some(Viewer { email: operator.email, name: found.name, is_admin: operator.is_admin, has_simulator, projects }))
}

/// The projects in which whoever is signed in may do `what`.
pub async fn projects_where(state: &AppState, parts: &Parts, what: Permission) -> Result<Vec<ProjectId>> {
    let viewer = viewer(state, parts).await?.ok_or(Error::Unauthenticated)?;
    Ok(viewer.projects.into_iter().filter(|held| held.role.may(what)).map(|held| held.id).collect())
}
