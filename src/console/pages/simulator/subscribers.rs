use leptos::prelude::*;

use super::labels::{LifecycleStatusBadge, period_name};
use super::subscriber_form::subscriber_form;
use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::server_fns::ChangeSubscriber;
use crate::console::ui::{
    Amount, Badge, ButtonLink, Card, Column, DescriptionList, EmptyState, Fact, IconName, Moment, Row, Table, Tone,
};
use crate::model::{Installments, Lifecycle, ProjectId, SimulatedPlan, SimulatedProject, SimulatedSubscriber, Timestamp};

/// The simulated subscribers, and the one in hand with what can be done to it.
pub fn subscribers_card(
    project: &ProjectId,
    project_view: &SimulatedProject,
    chosen: Memo<String>,
    action: ServerAction<ChangeSubscriber>,
) -> AnyView {
    if project_view.subscribers.is_empty() {
        return view! {
            <Card title=tr!("simulated.subscribers")>
                <EmptyState icon=IconName::Repeat title=tr!("simulated.no_subscribers") text=tr!("simulated.no_subscribers_text")/>
            </Card>
        }
        .into_any();
    }
    let columns = vec![
        Column::text(tr!("simulator.player")),
        Column::text(tr!("simulated.plan")),
        Column::fit(tr!("simulated.state")),
        Column::number(tr!("simulator.price")),
        Column::fit(tr!("simulated.next")),
        Column::fit(tr!("simulated.here")),
    ];
    let now = project_view.now;
    let rows = project_view.subscribers.iter().map(|one| row(project, &project_view.plans, one, now)).collect::<Vec<_>>();
    let (project, subscribers, plans) = (project.clone(), project_view.subscribers.clone(), project_view.plans.clone());
    let in_hand = move || {
        let one = subscribers.iter().find(|one| one.simulated.chain_id == chosen.get())?;
        Some(panel(&project, &plans, one, now, action))
    };
    view! {
        <Card title=tr!("simulated.subscribers") description=tr!("simulated.subscribers_about") flush=true>
            {in_hand}
            <Table caption=tr!("simulated.subscribers") columns rows/>
        </Card>
    }
    .into_any()
}

fn row(project: &ProjectId, plans: &[SimulatedPlan], one: &SimulatedSubscriber, now: Timestamp) -> Row {
    let simulated = &one.simulated;
    let lifecycle = &simulated.lifecycle;
    let here = match &one.subscription {
        Some(id) => {
            let href = paths::subscription(project, id);
            view! { <a href=href>{tr!("simulated.open_subscription")}</a> }.into_any()
        }
        None => view! { <span class="muted">{tr!("simulator.not_arrived")}</span> }.into_any(),
    };
    Row::new()
        .href(paths::simulated_subscriber(project, &simulated.chain_id))
        .dimmed(simulated.next_at.is_none())
        .cell(player(&simulated.player))
        .cell(view! {
            {plan_name(plans, &lifecycle.plan.product_id)}
            " "<span class="muted">{period_name(&lifecycle.plan.period)}</span>
        })
        .cell(view! { <span class="marks"><LifecycleStatusBadge status=lifecycle.status_at(now)/>{marks(lifecycle)}</span> })
        .cell(lifecycle.plan.price.clone().map(|money| view! { <Amount money/> }))
        .cell(simulated.next_at.map(|at| view! { <Moment at/> }))
        .cell(here)
}

pub fn player(player: &str) -> String {
    if player.is_empty() { tr!("simulated.nobody") } else { player.to_owned() }
}

fn plan_name(plans: &[SimulatedPlan], product_id: &str) -> String {
    plans.iter().find(|plan| plan.product_id == product_id).map_or_else(|| product_id.to_owned(), |plan| plan.name.clone())
}

/// What is out of the ordinary with it.
fn marks(lifecycle: &Lifecycle) -> AnyView {
    let is_running = lifecycle.expiration.is_none() && lifecycle.revoked_at.is_none();
    let marks = [
        (is_running && !lifecycle.is_prepaid && !lifecycle.renews_after_commitment(), tr!("simulated.renewal_off"), Tone::Info),
        (lifecycle.card_fails, tr!("simulated.card_fails"), Tone::Warn),
        (lifecycle.is_prepaid, tr!("simulated.prepaid"), Tone::Neutral),
        (lifecycle.installments.is_some(), tr!("simulated.installments"), Tone::Neutral),
        (lifecycle.price_rise.as_ref().is_some_and(|rise| !rise.is_accepted), tr!("simulated.price_waits"), Tone::Info),
        (is_running && lifecycle.is_withdrawn, tr!("simulated.withdrawn"), Tone::Info),
        (lifecycle.is_family, tr!("simulated.family"), Tone::Neutral),
        (lifecycle.is_assigned, tr!("simulated.assigned"), Tone::Neutral),
    ];
    let shown = marks.into_iter().filter(|(is_so, ..)| *is_so);
    shown.map(|(_, label, tone)| view! { <Badge label tone/> }).collect_view().into_any()
}

/// The further products that renew with the plan.
fn add_ons(lifecycle: &Lifecycle) -> Option<String> {
    let names: Vec<&str> = lifecycle.add_ons.iter().map(|add_on| add_on.product_id.as_str()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn installments(lifecycle: &Lifecycle) -> Option<String> {
    let Installments { committed, remaining, .. } = lifecycle.installments?;
    Some(tr!("simulated.installments_left", left = remaining.to_string(), committed = committed.to_string()))
}

fn panel(
    project: &ProjectId,
    plans: &[SimulatedPlan],
    one: &SimulatedSubscriber,
    now: Timestamp,
    action: ServerAction<ChangeSubscriber>,
) -> AnyView {
    let simulated = &one.simulated;
    let lifecycle = &simulated.lifecycle;
    let title = format!("{} · {}", player(&simulated.player), plan_name(plans, &lifecycle.plan.product_id));
    let moment = |at: Option<Timestamp>| at.map(|at| view! { <Moment at/> }.into_any());
    let next_plan = lifecycle.next_plan.as_ref().map(|plan| plan_name(plans, &plan.product_id));
    let status = lifecycle.status_at(now);
    let facts = vec![
        Fact::new(tr!("simulated.state"), view! { <span class="marks"><LifecycleStatusBadge status/>{marks(lifecycle)}</span> }),
        Fact::new(tr!("simulated.paid_until"), view! { <Moment at=lifecycle.period_end/> }),
        Fact::maybe(tr!("simulated.next"), moment(simulated.next_at)),
        Fact::maybe(tr!("simulator.price"), lifecycle.plan.price.clone().map(|money| view! { <Amount money/> })),
        Fact::maybe(tr!("simulated.next_plan"), next_plan),
        Fact::maybe(tr!("simulated.add_ons"), add_ons(lifecycle)),
        Fact::maybe(tr!("simulated.installments"), installments(lifecycle)),
        Fact::new(tr!("simulated.periods"), lifecycle.periods_paid.to_string()),
        Fact::copy(tr!("simulated.chain"), simulated.chain_id.clone()),
    ];
    let sale = paths::simulated_sale(project, &lifecycle.order_id);
    let ours = one.subscription.as_ref().map(|id| paths::subscription(project, id));
    view! {
        <section class="in-hand" id="subscriber" aria-labelledby="subscriber-title">
            <h3 id="subscriber-title">{title}</h3>
            <div class="in-hand-parts">
                <DescriptionList facts/>
                <div class="in-hand-form">
                    {subscriber_form(project, plans, simulated, now, action)}
                    <div class="form-buttons">
                        {ours.map(|href| view! { <ButtonLink href label=tr!("simulated.open_subscription")/> })}
                        <ButtonLink href=sale label=tr!("simulated.to_sale")/>
                    </div>
                </div>
            </div>
        </section>
    }
    .into_any()
}
