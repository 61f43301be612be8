//! What a payment's page opens with: the answer, why it is so, and the reply to the player.

use leptos::prelude::*;

use crate::console::answers::{answer_text, answer_tone, reply_text};
use crate::console::i18n::{Locale, tr};
use crate::console::labels::{actor_name, payment_state_name, store_name};
use crate::console::pages::notifications::kind_text;
use crate::console::pages::subscriptions::user_link;
use crate::console::paths;
use crate::console::queries::PaymentPage;
use crate::console::reader::reader;
use crate::console::store_labels::SubscriptionStateBadge;
use crate::console::ui::{Amount, CopyButton, CopyReply, Icon, IconName, Moment, Tone, duration_words, moment_words};
use crate::model::{Payment, PaymentEvent, ProjectId, StoreNotification, Timestamp, deciding_events};

use super::history::{event_anchor, event_title};

/// Product and state stand in the page's title; here are amount, player and the sentence.
pub(super) fn answer_card(project: &ProjectId, page: &PaymentPage) -> AnyView {
    let payment = &page.detail.payment;
    let (answer, tone) = (&page.explained.answer, answer_tone(&page.explained.answer).class());
    let amount = payment.price.clone().map(|money| view! { <span class="answer-amount"><Amount money/></span> });
    let user = user_link(project, &payment.user_channel, &payment.user_key);
    let due = page.explained.finish_until.map(|until| due_line(payment, until, page.now));
    view! {
        <section class=format!("card answer {tone}") aria-label=tr!("answer.title")>
            <div class="card-body">
                <p class="answer-head">
                    {amount}
                    <span>{tr!("payments.user")}" "{user}</span>
                    <span class="muted">{store_name(payment.store)}</span>
                    <span class="muted"><Moment at=payment.paid_at()/></span>
                </p>
                <p class="answer-text">{answer_text(answer)}</p>
                {due}
                {duplicate_lines(project, &page.duplicates)}
                {subscription_line(project, page)}
                <div class="answer-more">
                    {why(project, page)}
                    {reply(page)}
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn line(icon: IconName, tone: Tone, content: impl IntoAny) -> AnyView {
    view! { <p class=format!("answer-line {}", tone.class())><Icon name=icon/><span>{content.into_any()}</span></p> }.into_any()
}

/// What has to be done next, and how long there is time for it.
fn due_line(payment: &Payment, until: Timestamp, now: Timestamp) -> AnyView {
    let store = store_name(payment.store);
    if until <= now {
        return line(IconName::Alert, Tone::Bad, tr!("answer.overdue", store = store, until = moment_words(until)));
    }
    line(IconName::Info, Tone::Info, tr!("answer.due", store = store, left = duration_words(until.0 - now.0)))
}

fn duplicate_lines(project: &ProjectId, duplicates: &[Payment]) -> Vec<AnyView> {
    let line_of = |other: &Payment| {
        let (href, seq) = (paths::payment(project, &other.payment_seq), other.payment_seq.0.clone());
        let state = payment_state_name(other);
        line(IconName::Alert, Tone::Warn, view! { {tr!("answer.duplicate")}" "<a href=href>{seq}</a>" ("{state}")" })
    };
    duplicates.iter().map(line_of).collect()
}

fn subscription_line(project: &ProjectId, page: &PaymentPage) -> Option<AnyView> {
    let one = page.subscription.as_ref()?;
    let (href, name, state) = (paths::subscription(project, &one.subscription_id), one.product_name.clone(), one.state);
    let content = view! { {tr!("answer.subscription")}" "<a href=href>{name}</a>" "<SubscriptionStateBadge state/> };
    Some(line(IconName::Repeat, Tone::Neutral, content))
}

/// The evidence: which lines of the history, by whom, on which proof or notification.
fn why(project: &ProjectId, page: &PaymentPage) -> AnyView {
    let events = &page.detail.events;
    let deciding = deciding_events(&page.detail.payment, events);
    let items =
        deciding.iter().map(|place| evidence_item(project, &events[*place], *place, &page.notifications)).collect::<Vec<_>>();
    let content = match items.is_empty() {
        true => view! { <p class="muted">{tr!("answer.why_none")}</p> }.into_any(),
        false => view! { <ul class="evidence-list">{items}</ul> }.into_any(),
    };
    view! { <details class="answer-why"><summary>{tr!("answer.why")}</summary>{content}</details> }.into_any()
}

fn evidence_item(project: &ProjectId, event: &PaymentEvent, place: usize, told: &[StoreNotification]) -> AnyView {
    let who =
        event.actor_name.clone().map_or_else(|| actor_name(event.actor), |name| format!("{} · {name}", actor_name(event.actor)));
    // A notification and what it did are written together.
    let notification = told.iter().find(|one| one.applied_at == Some(event.at)).map(|one| {
        let (href, kind) = (paths::notification(project, one.notice_no), kind_text(one));
        view! { " · "<a href=href>{tr!("answer.notification")}" "<code>{kind}</code></a> }
    });
    let proof = event.evidence.is_some().then(|| {
        let href = format!("#{}", event_anchor(place));
        view! { " · "<a href=href>{tr!("answer.proof")}</a> }
    });
    let (title, at) = (event_title(event), event.at);
    view! { <li><strong>{title}</strong>" · "<Moment at/>" · "{who}{notification}{proof}</li> }.into_any()
}

/// The reply, in the reader's language first.
fn reply(page: &PaymentPage) -> AnyView {
    let own = reader().locale;
    let mut locales = Locale::ALL.to_vec();
    locales.sort_by_key(|locale| *locale != own);
    let replies = locales.iter().map(|locale| (*locale, reply_text(&page.explained.answer, &page.detail.payment, *locale)));
    let replies: Vec<(Locale, String)> = replies.collect();
    let buttons = replies.iter().map(|(locale, text)| {
        let label = format!("{} · {}", tr!("answer.copy"), locale.name());
        view! { <CopyReply value=text.clone() label/> }
    });
    let buttons = buttons.collect::<Vec<_>>();
    let texts = replies.into_iter().map(|(locale, text)| {
        let what = tr!("answer.reply_in", language = locale.name());
        view! {
            <figure class="reply">
                <figcaption><span>{what.clone()}</span><CopyButton value=text.clone() what/></figcaption>
                <blockquote lang=locale.code()>{text}</blockquote>
            </figure>
        }
    });
    view! {
        <div class="form-buttons">{buttons}</div>
        <details class="answer-reply">
            <summary>{tr!("answer.reply")}</summary>
            <p class="muted">{tr!("answer.copy_about")}</p>
            {texts.collect::<Vec<_>>()}
        </details>
    }
    .into_any()
}
