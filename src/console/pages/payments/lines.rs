//! A player's payments, each with the sentence that answers it.

use leptos::prelude::*;

use crate::console::answers::answer_text;
use crate::console::i18n::tr;
use crate::console::labels::{EnvironmentBadge, payment_badge, store_name};
use crate::console::paths;
use crate::console::ui::{Amount, Badge, Moment, Tone, duration_words};
use crate::model::{Payment, ProjectId, Timestamp};
use crate::payments::{Explained, is_duplicate};

/// The payments in their order, with what each means.
pub(super) fn payment_lines(project: &ProjectId, payments: &[Payment], explained: &[Explained], now: Timestamp) -> AnyView {
    let lines = payments.iter().zip(explained).map(|(payment, explained)| {
        let twin = payments.iter().find(|other| is_duplicate(payment, other));
        line(project, payment, explained, twin, now)
    });
    view! { <ul class="payment-lines">{lines.collect::<Vec<_>>()}</ul> }.into_any()
}

fn line(project: &ProjectId, payment: &Payment, explained: &Explained, twin: Option<&Payment>, now: Timestamp) -> AnyView {
    let (href, product) = (paths::payment(project, &payment.payment_seq), payment.product_name.clone());
    let quantity = (payment.quantity != 1).then(|| format!(" × {}", payment.quantity));
    let amount = payment.price.clone().map(|money| view! { <Amount money/> });
    let due = explained.finish_until.map(|until| match until <= now {
        true => view! { <Badge label=tr!("answer.overdue_short") tone=Tone::Bad/> },
        false => view! { <Badge label=tr!("answer.due_short", left = duration_words(until.0 - now.0)) tone=Tone::Info/> },
    });
    let twin = twin.map(|twin| {
        let href = paths::payment(project, &twin.payment_seq);
        view! { <a href=href><Badge label=tr!("answer.duplicate_short") tone=Tone::Warn/></a> }
    });
    let (at, environment) = (payment.paid_at(), payment.environment);
    view! {
        <li>
            <p class="payment-line-head">
                <a href=href>{product}{quantity}</a>
                {amount}
                {payment_badge(payment)}
                <EnvironmentBadge environment/>
                {due}
                {twin}
                <span class="muted payment-line-meta"><Moment at/>" · "{store_name(payment.store)}" · "<code>{payment.payment_seq.0.clone()}</code></span>
            </p>
            <p class="payment-line-answer">{answer_text(&explained.answer)}</p>
        </li>
    }
    .into_any()
}
