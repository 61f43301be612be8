use super::request::Request;
use crate::console::Reader;
use crate::model::{Fault, Overview, Permission, ProjectId};
use crate::statistics;

/// A project's numbers, by the days of the reader's zone. Readers of the project.
pub async fn get_overview(project: ProjectId) -> Result<Overview, Fault> {
    let Request { state, .. } = Request::of_member(&project, Permission::Read).await?;
    Ok(statistics::get_overview(&state, &project, Reader::from_request().zone).await?)
}
