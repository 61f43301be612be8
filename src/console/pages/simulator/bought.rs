use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{PaymentStatusBadge, actor_name, payment_status_name, payment_status_tone};
use crate::console::paths;
use crate::console::ui::{ButtonLink, Callout, Card, Timeline, TimelineItem, Tone};
use crate::model::{PaymentDetail, ProjectId, ShopVisit};

/// `is_told`: whether the end of the visit was told before.
pub(super) fn payment_card(project: &ProjectId, visit: ShopVisit, is_told: bool) -> AnyView {
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
