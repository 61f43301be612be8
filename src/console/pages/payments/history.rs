//! A payment's history.

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{actor_name, payment_status_name, payment_status_tone};
use crate::console::ui::{Amount, CodeBlock, TimelineItem, Tone};
use crate::model::{EventKind, Payment, PaymentEvent};

/// What the store gave back: how much, how many of the pieces, and its own name for the kind.
pub(super) fn given_back(payment: &Payment) -> Option<AnyView> {
    let money = payment.refunded_money()?;
    let pieces = payment.refunded_quantity.map(|pieces| format!(" · {pieces} / {}", payment.quantity));
    let kind = payment.refund_type.clone().map(|kind| view! { " "<code>{kind}</code> });
    Some(view! { <Amount money/> {pieces} {kind} }.into_any())
}

pub(super) fn item(event: PaymentEvent) -> TimelineItem {
    let title = match event.kind {
        EventKind::Reserve => tr!("event.reserve"),
        EventKind::Verify => tr!("event.verify"),
        EventKind::Refuse => tr!("event.refuse"),
        EventKind::Pend => tr!("event.pend"),
        EventKind::Close => tr!("event.close"),
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
        EventKind::Finish => tr!("event.finish"),
        EventKind::Note => tr!("event.note"),
    };
    let tone = if event.kind == EventKind::Refuse { Tone::Bad } else { payment_status_tone(event.to) };
    let who = match &event.actor_name {
        Some(name) => format!("{} · {name}", actor_name(event.actor)),
        None => actor_name(event.actor),
    };
    let change = event
        .from
        .filter(|from| *from != event.to)
        .map(|from| format!("{} → {}", payment_status_name(from), payment_status_name(event.to)));
    let evidence = event.evidence.and_then(|evidence| serde_json::to_string_pretty(&evidence.read()).ok());
    let body = view! {
        {change.map(|text| view! { <p class="muted">{text}</p> })}
        {event.reason.map(|reason| view! { <p>{reason}</p> })}
        {evidence.map(|text| view! {
            <details class="evidence"><summary>{tr!("payment.proof")}</summary><CodeBlock label=tr!("payment.proof") text/></details>
        })}
    };
    TimelineItem::new(event.at, title).by(who).tone(tone).body(body)
}
