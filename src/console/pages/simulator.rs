//! The store simulator: the demo shop and its latest visit, the simulated customers and what can be done to them, the
//! notifications, the clock, and what goes wrong on purpose.

mod bought;
mod clock;
mod fault_fields;
mod faults;
mod labels;
mod latest;
mod notifications;
mod plan_fields;
mod sale_form;
mod sales;
mod shop;
mod subscriber_form;
mod subscribers;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::pages::params::use_value;
use crate::console::paths;
use crate::console::queries::{SimulatorPage, get_simulator};
use crate::console::server_fns::{
    ChangeSubscriber, MoveSimulatedClock, SendSimulatedNotifications, SetSimulatedFaults, SettleSale, VisitShop,
};
use crate::console::ui::{Callout, Choice, FilterForm, Page, SelectInput, Tone, loaded};
use clock::clock_card;
use faults::faults_card;
use latest::latest_visit;
use notifications::notifications_card;
use sales::sales_card;
use shop::shop_card;
use subscribers::subscribers_card;

/// What can be done on the page, and what is taken in hand.
#[derive(Clone, Copy)]
struct Actions {
    visit: ServerAction<VisitShop>,
    change: ServerAction<ChangeSubscriber>,
    settle: ServerAction<SettleSale>,
    send: ServerAction<SendSimulatedNotifications>,
    clock: ServerAction<MoveSimulatedClock>,
    faults: ServerAction<SetSimulatedFaults>,
    subscriber: Memo<String>,
    order: Memo<String>,
}

/// The store simulator.
#[component]
pub fn Simulator() -> AnyView {
    let (project, payment) = (use_value("project"), use_value("payment"));
    let hands = Actions {
        visit: ServerAction::new(),
        change: ServerAction::new(),
        settle: ServerAction::new(),
        send: ServerAction::new(),
        clock: ServerAction::new(),
        faults: ServerAction::new(),
        subscriber: use_value("subscriber"),
        order: use_value("order"),
    };
    let page = Resource::new(move || (project.get(), payment.get()), |(project, payment)| get_simulator(project, payment));
    view! {
        <Page title=tr!("simulator.title") description=tr!("simulator.about")>
            {loaded(page, move |page| content(page, hands))}
        </Page>
    }
    .into_any()
}

fn content(page: SimulatorPage, hands: Actions) -> AnyView {
    let SimulatorPage { projects, project, goods, sales, run, latest, project_view } = page;
    let chosen = project.0.clone();
    let choices = projects.into_iter().map(|held| Choice::new(held.id.0, held.name)).collect::<Vec<_>>();
    let chooser = (choices.len() > 1).then(|| {
        view! {
            <FilterForm clear=paths::SIMULATOR>
                <SelectInput name="project" label=tr!("simulator.project") choices value=chosen/>
            </FilterForm>
        }
    });
    let taken = (!project_view.taken.is_empty()).then(|| {
        let text = tr!("simulated.taken", apps = project_view.taken.join(", "));
        view! { <Callout tone=Tone::Warn><p>{text}</p></Callout> }
    });
    view! {
        {chooser}
        {taken}
        {clock_card(&project, &project_view, hands.clock)}
        {shop_card(&project, goods, hands.visit)}
        {latest_visit(&project, run, latest)}
        {subscribers_card(&project, &project_view, hands.subscriber, hands.change)}
        {sales_card(&project, sales, hands.order, hands.settle)}
        {notifications_card(&project, project_view.notifications, hands.send)}
        {faults_card(&project, project_view.faults, project_view.may_set_store, hands.faults)}
    }
    .into_any()
}
