use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::error::Error;
use crate::model::{
    Fault, PaymentSeq, Permission, ProjectId, ShopGood, ShopRun, ShopVisit, SimulatedProject, SimulatedSale, ViewerProject,
};
use crate::{auth, simulator};

/// The simulator's page for one project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SimulatorPage {
    /// Those the reader may play in.
    pub projects: Vec<ViewerProject>,
    pub project: ProjectId,
    pub goods: Vec<ShopGood>,
    /// Newest first.
    pub sales: Vec<SimulatedSale>,
    /// What the visit a moment ago called, shown this once.
    pub run: Option<ShopRun>,
    /// The visit whose payment the address names.
    pub latest: Option<ShopVisit>,
    pub project_view: SimulatedProject,
}

/// The demo shop, the simulated stores' sales and the simulated App Store for a project (empty: the reader's first). Support of
/// the project.
pub async fn get_simulator(project: String, payment: String) -> Result<SimulatorPage, Fault> {
    let (request, _) = Request::of_signed_in().await?;
    let viewer = auth::viewer(&request.state, &request.parts).await?.ok_or(Error::Unauthenticated)?;
    let projects: Vec<_> = viewer.projects.into_iter().filter(|held| held.role.may(Permission::Support)).collect();
    let chosen = projects.iter().find(|held| project.is_empty() || held.id.as_str() == project).map(|held| held.id.clone());
    let project = chosen.ok_or(Error::Denied("your role in this project does not allow it"))?;
    let Request { state, parts } = Request::of_member(&project, Permission::Support).await?;
    let latest = simulator::find_visit(&state, &project, &PaymentSeq(payment)).await?;
    let goods = simulator::list_goods(&state, &project).await?;
    let sales = simulator::list_sales(&state, &project).await?;
    let supported: Vec<_> = projects.iter().map(|held| held.id.clone()).collect();
    let project_view = simulator::get_project_view(&state, &project, &supported).await?;
    let run = auth::take_note(&state, &parts, &simulator::note_of_visit(&project)).await?;
    let run = run.and_then(|run| serde_json::from_str(&run).ok());
    Ok(SimulatorPage { goods, sales, run, latest, project_view, projects, project })
}
