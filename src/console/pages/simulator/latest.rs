use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{PaymentStatusBadge, actor_name, payment_status_name, payment_status_tone};
use crate::console::paths;
use crate::console::ui::{Badge, ButtonLink, Callout, Card, CodeBlock, Timeline, TimelineItem, Tone};
use crate::model::{PaymentDetail, ProjectId, ShopActor, ShopEnd, ShopRun, ShopStep, ShopVisit};

/// The latest visit: each call of it, right after it was made, and what became of the payment.
pub fn latest_visit(project: &ProjectId, run: Option<ShopRun>, latest: Option<ShopVisit>) -> AnyView {
    let is_told = run.is_some();
    view! {
        {run.map(run_card)}
        {latest.map(|visit| payment_card(project, visit, is_told))}
    }
    .into_any()
}

fn run_card(run: ShopRun) -> AnyView {
    let (tone, text) = match run.end {
        ShopEnd::Consumed => (Tone::Good, tr!("simulator.end_consumed")),
        ShopEnd::Owned => (Tone::Good, tr!("simulator.end_owned")),
        ShopEnd::Subscribed => (Tone::Good, tr!("simulator.end_subscribed")),
        ShopEnd::Unconsumed => (Tone::Info, tr!("simulator.end_unconsumed")),
        ShopEnd::Cancelled => (Tone::Neutral, tr!("simulator.end_cancelled")),
        ShopEnd::Failed => (Tone::Bad, tr!("simulator.end_failed")),
    };
    let steps = run.steps.into_iter().map(step).collect::<Vec<_>>();
    view! {
        <Card title=tr!("simulator.steps") description=tr!("simulator.steps_about")>
            <Callout tone><p>{text}</p></Callout>
            <ol class="timeline">{steps}</ol>
        </Card>
    }
    .into_any()
}

fn step(step: ShopStep) -> AnyView {
    let tone = if step.is_ok() { Tone::Good } else { Tone::Bad };
    let actor = match step.actor {
        ShopActor::App => tr!("simulator.actor_app"),
        ShopActor::Store => tr!("simulator.actor_store"),
        ShopActor::GameServer => tr!("simulator.actor_server"),
    };
    let call = format!("{} {}", step.method, step.path);
    view! {
        <li class=tone.class()>
            <p class="happening-title"><code>{call}</code>" "<Badge label=step.status.to_string() tone/></p>
            <p class="happening-meta"><span>{actor}</span></p>
            <div class="happening-body">
                <details class="evidence"><summary>{tr!("simulator.answer")}</summary><CodeBlock label=tr!("simulator.answer") text=step.answer/></details>
            </div>
        </li>
    }
    .into_any()
}

/// `is_told`: whether the end of the visit was told before.
fn payment_card(project: &ProjectId, visit: ShopVisit, is_told: bool) -> AnyView {
    let PaymentDetail { payment, events } = visit.detail;
    let subscription = visit.subscription.map(|id| paths::subscription(project, &id));
    let href = paths::payment(project, &payment.payment_seq);
    let status = payment.status;
    let (is_consumable, is_owned) = (payment.is_consumable(), payment.is_owned() && !is_told);
    let items = events.into_iter().map(|event| {
        let by = event.actor_name.map_or_else(|| actor_name(event.actor), |name| format!("{} · {name}", actor_name(event.actor)));
        let title = event.from.filter(|from| *from != event.to).map_or_else(
            || format!("{} · {}", event.kind, payment_status_name(event.to)),
            |from| format!("{} · {} → {}", event.kind, payment_status_name(from), payment_status_name(event.to)),
        );
        TimelineItem::new(event.at, title).by(by).tone(payment_status_tone(event.to))
    });
    let items = items.collect::<Vec<_>>();
    let is_waiting = is_consumable && !is_told;
    let is_subscribed = subscription.is_some() && !is_consumable && !is_told;
    let actions = move || {
        view! {
            <PaymentStatusBadge status/>
            {subscription.map(|href| view! { <ButtonLink href label=tr!("simulated.open_subscription")/> })}
            <ButtonLink href label=tr!("simulator.to_payment")/>
        }
    };
    view! {
        <Card title=tr!("simulator.result", payment = payment.payment_seq) actions>
            {is_waiting.then(|| view! { <Callout tone=Tone::Info><p>{tr!("simulator.end_unconsumed")}</p></Callout> })}
            {is_owned.then(|| view! { <Callout tone=Tone::Info><p>{tr!("simulator.end_owned")}</p></Callout> })}
            {is_subscribed.then(|| view! { <Callout tone=Tone::Info><p>{tr!("simulator.end_subscribed")}</p></Callout> })}
            <Timeline items/>
        </Card>
    }
    .into_any()
}
