use leptos::prelude::*;

use super::latest::latest_visit;
use super::sales::sales_card;
use super::shop::shop_card;
use crate::console::i18n::tr;
use crate::console::pages::params::use_value;
use crate::console::paths;
use crate::console::server_fns::{SimulatorPage, VisitShop, get_simulator};
use crate::console::ui::{Choice, FilterForm, Page, SelectInput, loaded};

/// The store simulator.
#[component]
pub fn Simulator() -> AnyView {
    let (project, payment) = (use_value("project"), use_value("payment"));
    let action = ServerAction::<VisitShop>::new();
    let page = Resource::new(
        move || (project.get(), payment.get(), action.version().get()),
        |(project, payment, _)| get_simulator(project, payment),
    );
    view! {
        <Page title=tr!("simulator.title") description=tr!("simulator.about")>
            {loaded(page, 10, move |page| content(page, action))}
        </Page>
    }
    .into_any()
}

fn content(page: SimulatorPage, action: ServerAction<VisitShop>) -> AnyView {
    let SimulatorPage { projects, project, goods, sales, latest } = page;
    let chosen = project.0.clone();
    let choices = projects.into_iter().map(|held| Choice::new(held.id.0, held.name)).collect::<Vec<_>>();
    let chooser = (choices.len() > 1).then(|| {
        view! {
            <FilterForm clear=paths::SIMULATOR>
                <SelectInput name="project" label=tr!("simulator.project") choices value=chosen/>
            </FilterForm>
        }
    });
    view! {
        {chooser}
        {shop_card(&project, goods, action)}
        {latest_visit(&project, latest, action)}
        {sales_card(&project, sales)}
    }
    .into_any()
}
