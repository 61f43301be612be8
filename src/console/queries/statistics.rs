use super::request::Request;
use crate::model::{Fault, Permission, ProjectId, Statistics, StatisticsInput};
use crate::statistics;

/// A project's numbers of some days. Readers of the project.
pub async fn get_statistics(project: ProjectId, input: StatisticsInput) -> Result<Statistics, Fault> {
    let Request { state, .. } = Request::of_member(&project, Permission::Read).await?;
    Ok(statistics::get_statistics(&state, &project, &input).await?)
}
