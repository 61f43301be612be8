use leptos::prelude::*;

use super::bought::payment_card;
use crate::console::i18n::tr;
use crate::console::ui::{Badge, Callout, Card, CodeBlock, Tone};
use crate::model::{ProjectId, ShopActor, ShopEnd, ShopRun, ShopStep, ShopVisit};

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
