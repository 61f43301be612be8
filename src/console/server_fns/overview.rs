use leptos::prelude::*;

use crate::model::{Fault, Overview, ProjectId};

/// A project's numbers, by the days of the reader's zone. Readers of the project.
#[server]
pub async fn get_overview(project: ProjectId) -> Result<Overview, Fault> {
    use crate::{auth, console::Reader, model::Permission, state::AppState, statistics};
    let state = expect_context::<AppState>();
    auth::member(&state, &expect_context::<http::request::Parts>(), &project, Permission::Read).await?;
    Ok(statistics::get_overview(&state, &project, Reader::from_request().zone).await?)
}
