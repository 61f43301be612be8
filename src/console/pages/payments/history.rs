//! A payment's history.

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{actor_name, payment_status_name, payment_status_tone};
use crate::console::said::said;
use crate::console::ui::{Amount, CodeBlock, TimelineItem, Tone};
use crate::model::{Actor, EventKind, Payment, PaymentEvent, PaymentStatus};

/// What the store gave back: how much, how many of the pieces, and its own name for the kind.
pub(super) fn given_back(payment: &Payment) -> Option<AnyView> {
    let money = payment.refunded_money().filter(|_| !payment.is_access_revoked())?;
    let pieces = payment.refunded_quantity.map(|pieces| format!(" · {pieces} / {}", payment.quantity));
    let kind = payment.refund_type.clone().map(|kind| view! { " "<code>{kind}</code> });
    Some(view! { <Amount money/> {pieces} {kind} }.into_any())
}

/// What a line tells, in a few words.
pub(super) fn event_title(event: &PaymentEvent) -> String {
    match event.kind {
        EventKind::Reserve => tr!("event.reserve"),
        EventKind::Verify => tr!("event.verify"),
        EventKind::Refuse => tr!("event.refuse"),
        EventKind::Pend => tr!("event.pend"),
        EventKind::Close => match event.actor {
            Actor::Operator => tr!("event.close_staff"),
            Actor::System => tr!("event.close_time"),
            _ if event.to == PaymentStatus::UserClose && event.actor == Actor::Store => tr!("event.close_time"),
            _ => tr!("event.close"),
        },
        EventKind::Consume => tr!("event.consume"),
        EventKind::Refund => tr!("event.refund"),
        EventKind::Correct => tr!("event.correct"),
        EventKind::Notification => tr!("event.notice"),
        EventKind::Reverse => tr!("event.reverse"),
        EventKind::Supersede => tr!("event.supersede"),
        EventKind::Assign => tr!("event.assign"),
        EventKind::Answer => tr!("event.answer"),
        EventKind::Check => tr!("event.check"),
        EventKind::Extend => tr!("event.extend"),
        EventKind::Release => tr!("event.release"),
        EventKind::Reopen => tr!("event.reopen"),
        EventKind::Finish => tr!("event.finish"),
        EventKind::Note => tr!("event.note"),
    }
}

/// Where a line stands on the page, by its place in the history.
pub(super) fn event_anchor(place: usize) -> String {
    format!("event-{place}")
}

/// A line with its place in the history.
pub(super) fn item((place, event): (usize, PaymentEvent)) -> TimelineItem {
    let title = event_title(&event);
    let tone = if event.kind == EventKind::Refuse { Tone::Bad } else { payment_status_tone(event.to) };
    let who = match &event.actor_name {
        Some(name) => format!("{} · {name}", actor_name(event.actor)),
        None => actor_name(event.actor),
    };
    let change = event
        .from
        .filter(|from| *from != event.to)
        .map(|from| format!("{} → {}", payment_status_name(from), payment_status_name(event.to)));
    let said = said(&event);
    let detail = said.detail.map(|text| {
        view! { <details class="evidence"><summary>{tr!("said.detail")}</summary><code lang="en">{text}</code></details> }
    });
    let evidence = event.evidence.and_then(|evidence| serde_json::to_string_pretty(&evidence.read()).ok());
    let body = view! {
        {change.map(|text| view! { <p class="muted">{text}</p> })}
        {said.text.map(|text| view! { <p>{text}</p> })}
        {detail}
        {evidence.map(|text| view! {
            <details class="evidence"><summary>{tr!("payment.proof")}</summary><CodeBlock label=tr!("payment.proof") text/></details>
        })}
    };
    TimelineItem::new(event.at, title).by(who).tone(tone).id(event_anchor(place)).body(body)
}
