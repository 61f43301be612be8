use leptos::prelude::*;

use super::actions::{ActionForms, actions};
use super::answer::answer_card;
use super::attention::{AttentionForms, attention_note};
use super::dialogs::{ASSIGNEE, CHANNEL, RECEIPT};
use super::history::{given_back, item};
use super::notes::{NoteOf, notes_card};
use super::recheck::compared_card;
use crate::console::i18n::tr;
use crate::console::labels::{EnvironmentBadge, finish_name, payment_badge, product_type_name, store_name};
use crate::console::pages::params::{use_project, use_segment, use_value};
use crate::console::pages::subscriptions::user_link;
use crate::console::paths;
use crate::console::queries::{PaymentPage, PaymentQuestion, get_payment};
use crate::console::server_fns::AddNote;
use crate::console::store_labels::{attribution_name, offer_text, ownership_name, payment_source_name};
use crate::console::ui::{Amount, Badge, Callout, Card, Crumb, DescriptionList, Fact, Moment, Page, Timeline, Tone, loaded};
use crate::model::{Finish, Ownership, Payment, PaymentSeq, ProjectId, Withheld};

/// One payment: the answer, what may be done, what it is, what happened to it.
#[component]
pub fn PaymentDetailPage() -> AnyView {
    let (project, seq) = (use_project(), use_segment("payment"));
    let (receipt, assignee, channel) = (use_value(RECEIPT), use_value(ASSIGNEE), use_value(CHANNEL));
    let forms = Forms {
        actions: ActionForms::new(),
        note: ServerAction::new(),
        attention: AttentionForms { again: ServerAction::new(), handled: ServerAction::new() },
    };
    let question = move || PaymentQuestion { receipt: receipt.get(), assignee: assignee.get(), channel: channel.get() };
    let payment = Resource::new(
        move || (project.get(), PaymentSeq(seq.get()), question()),
        |(project, seq, question)| get_payment(project, seq, question),
    );
    let show = move |page: PaymentPage| content(&project.get_untracked(), page, forms);
    loaded(payment, show)
}

/// The page's forms.
#[derive(Clone, Copy)]
struct Forms {
    actions: ActionForms,
    note: ServerAction<AddNote>,
    attention: AttentionForms,
}

fn content(project: &ProjectId, page: PaymentPage, forms: Forms) -> AnyView {
    let answer = answer_card(project, &page);
    let actions = actions(project, &page, forms.actions);
    let compared = compared_card(&page.detail);
    let payment = page.detail.payment;
    let attention = attention_note(project, &payment, page.alarms, page.may_support, forms.attention);
    let about = NoteOf::Payment(payment.payment_seq.clone());
    let notes = notes_card(project, page.notes, about, page.may_support.then_some(forms.note));
    let by_hand = payment.hand_corrected_at.map(|_| {
        view! { <Callout tone=Tone::Info title=tr!("correct.by_hand")><p>{tr!("correct.by_hand_text")}</p></Callout> }
    });
    let crumbs = vec![Crumb::new(tr!("payments.title"), paths::payments(project))];
    let title = match payment.quantity {
        1 => payment.product_name.clone(),
        quantity => format!("{} × {quantity}", payment.product_name),
    };
    let document = format!("{title} · {}", payment.payment_seq);
    let shown = payment.clone();
    let marks = move || {
        let provisional = shown.is_provisional().then(|| view! { <Badge label=tr!("payments.provisional") tone=Tone::Warn/> });
        view! { {payment_badge(&shown)}{provisional}<EnvironmentBadge environment=shown.environment/> }
    };
    let mut events: Vec<_> = page.detail.events.into_iter().enumerate().collect();
    events.reverse();
    let events = events.into_iter().map(item).collect::<Vec<_>>();
    let list = facts(project, payment);
    view! {
        <Page title document crumbs marks>
            {answer}
            {attention}
            {by_hand}
            {actions}
            {notes}
            <Card title=tr!("payment.facts")><DescriptionList facts=list columns=true/></Card>
            {compared}
            <Card title=tr!("payment.history")><Timeline items=events/></Card>
        </Page>
    }
    .into_any()
}

/// What is known of the payment; what is not known has no row.
fn facts(project: &ProjectId, payment: Payment) -> Vec<Fact> {
    let moment = |term: String, at: Option<crate::model::Timestamp>| at.map(|at| Fact::new(term, view! { <Moment at/> }));
    let id = |term: String, value: Option<String>| value.map(|value| Fact::copy(term, value));
    let user = user_link(project, &payment.user_channel, &payment.user_key);
    let channel = if payment.user_key.is_empty() { String::new() } else { format!("{} · ", payment.user_channel) };
    let product = paths::product(project, payment.product_seq);
    let app = paths::app(project, payment.app_seq);
    let (goods, given_back) = (goods(&payment), given_back(&payment));
    let original = payment.original_order_id.filter(|id| payment.store_order_id.as_ref() != Some(id));
    [
        Some(Fact::copy(tr!("payment.seq"), payment.payment_seq.0)),
        Some(Fact::new(
            tr!("payments.user"),
            view! { {user}" "<span class="muted">{channel}{attribution_name(payment.attribution)}</span> },
        )),
        payment.price.map(|money| Fact::new(tr!("payments.amount"), view! { <Amount money/> })),
        given_back.map(|given_back| Fact::new(tr!("payment.given_back"), given_back)),
        Some(Fact::new(tr!("payments.product"), view! { <a href=product>{payment.product_name}</a>" × "{payment.quantity} })),
        Some(Fact::new(tr!("payment.product_type"), product_type_name(payment.product_type))),
        Some(Fact::new(tr!("payments.store"), view! { {store_name(payment.store)}" · "<a href=app>{payment.store_app_id}</a> })),
        goods,
        (payment.finish != Finish::None).then(|| Fact::new(tr!("payment.finish"), finish_name(payment.finish))),
        id(tr!("payments.order_id"), payment.store_order_id),
        id(tr!("payment.original_order_id"), original),
        id(tr!("payment.purchase_token"), payment.purchase_token),
        Some(Fact::new(tr!("payments.made"), view! { <Moment at=payment.created_at/> })),
        moment(tr!("payment.purchased"), payment.purchased_at),
        moment(tr!("payment.verified"), payment.verified_at),
        moment(tr!("payment.expires"), payment.expires_at),
        moment(tr!("payment.superseded"), payment.superseded_at),
        moment(tr!("payment.refunded"), payment.refunded_at),
        Some(Fact::new(tr!("payment.source"), payment_source_name(payment.source))),
        payment.offer.as_ref().map(|offer| Fact::new(tr!("payment.offer"), offer_text(offer))),
        (payment.ownership != Ownership::Purchased)
            .then(|| Fact::new(tr!("payment.ownership"), ownership_name(payment.ownership))),
        payment.refusal.map(|code| Fact::new(tr!("payment.refusal"), view! { <code>{code.as_str()}</code> })),
        id(tr!("payment.payload"), payment.payload),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether it was consumed, of what is consumed.
fn goods(payment: &Payment) -> Option<Fact> {
    let consumed = match (payment.consumed_at, payment.is_consumable()) {
        (Some(at), _) => view! { <Moment at/> }.into_any(),
        (None, true) => tr!("payment.waits").into_any(),
        (None, false) if payment.is_due() => payment.withheld().map(why_withheld)?.into_any(),
        (None, false) => return None,
    };
    Some(Fact::new(tr!("payment.consumed"), consumed))
}

/// Why a paid purchase of a consumable type is not to be consumed, in a few words.
fn why_withheld(why: Withheld) -> String {
    match why {
        Withheld::BeforeCharge => tr!("payment.before_charge"),
        Withheld::Superseded => tr!("payment.withheld_superseded"),
        Withheld::NotPurchased => tr!("payment.not_purchased"),
    }
}
