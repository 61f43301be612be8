use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, ProductSeq, ProjectId, ShopGood, ShopRun, ShopVisit, SimulatedProject, SimulatedSale, ViewerProject};

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

/// A visit to the demo shop.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VisitForm {
    pub project: ProjectId,
    pub product: ProductSeq,
    pub player: String,
    /// Decimal.
    pub price: String,
    pub currency: String,
    /// Of a subscription, in ISO 8601; a month when empty.
    #[serde(default)]
    pub period: String,
    /// Which button: `cancel`, or anything else to buy.
    #[serde(default)]
    pub choice: String,
}

/// The demo shop, the simulated stores' sales and the simulated App Store for a project (empty: the reader's first). Support of the project.
#[server]
pub async fn get_simulator(project: String, payment: String) -> Result<SimulatorPage, Fault> {
    use crate::{auth, error::Error, model::PaymentSeq, model::Permission, simulator, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let viewer = auth::viewer(&state, &parts).await?.ok_or(Error::Unauthenticated)?;
    let projects: Vec<_> = viewer.projects.into_iter().filter(|held| held.role.may(Permission::Support)).collect();
    let chosen = projects.iter().find(|held| project.is_empty() || held.id.as_str() == project).map(|held| held.id.clone());
    let project = chosen.ok_or(Error::Denied("your role in this project does not allow it"))?;
    auth::member(&state, &parts, &project, Permission::Support).await?;
    let latest = simulator::find_visit(&state, &project, &PaymentSeq(payment)).await?;
    let goods = simulator::list_goods(&state, &project).await?;
    let sales = simulator::list_sales(&state, &project).await?;
    let supported: Vec<_> = projects.iter().map(|held| held.id.clone()).collect();
    let project_view = simulator::get_project_view(&state, &project, &supported).await?;
    let run = auth::take_note(&state, &parts, &simulator::note_of_visit(&project)).await?;
    let run = run.and_then(|run| serde_json::from_str(&run).ok());
    Ok(SimulatorPage { goods, sales, run, latest, project_view, projects, project })
}

/// Visits the demo shop and goes to its result. Support of the project.
#[server]
pub async fn visit_shop(input: VisitForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, error::Error, model::Money, model::Permission, simulator, state::AppState, users::User};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    auth::member(&state, &parts, &input.project, Permission::Support).await?;
    let player = User::parse(&input.player, None).map_err(|error| error.at("player"))?.key;
    let price_micros = Money::parse_price(&input.price);
    let price_micros =
        price_micros.ok_or_else(|| Error::invalid("price", "must be a decimal number up to 10^12, such as 4400 or 9.99"))?;
    let price = Money { price_micros, currency: input.currency };
    let (product, period, is_cancelled) = (input.product, input.period, input.choice == "cancel");
    let order = simulator::Order { product, player, price, period, is_cancelled };
    let run = simulator::visit(&state, &input.project, &order).await?;
    let said = serde_json::to_string(&run).map_err(Error::internal)?;
    auth::put_flash(&state, &parts, &simulator::note_of_visit(&input.project), &said).await?;
    let payment = run.payment.as_ref().map_or("", |payment| payment.as_str());
    leptos_axum::redirect(&paths::with_query(paths::SIMULATOR, &[("project", input.project.as_str()), ("payment", payment)]));
    Ok(())
}
