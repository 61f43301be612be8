use leptos::prelude::*;

use super::actions::{Actions, assign_card};
use super::attention::{AttentionForms, attention_note};
use super::dialogs::store_refund_card;
use super::history::{given_back, item};
use super::recheck::recheck_card;
use crate::console::i18n::tr;
use crate::console::labels::{EnvironmentBadge, PaymentStatusBadge, finish_name, product_type_name, store_name};
use crate::console::pages::params::{use_project, use_segment};
use crate::console::pages::subscriptions::user_link;
use crate::console::paths;
use crate::console::queries::{PaymentPage, get_payment};
use crate::console::server_fns::{AssignUser, CorrectPayment, RecheckPayment, RefundAtStore, RefundPayment, ReleasePayment};
use crate::console::store_labels::{attribution_name, offer_text, ownership_name, payment_source_name};
use crate::console::ui::{Amount, Badge, Callout, Card, Crumb, DescriptionList, Fact, Moment, Page, Timeline, Tone, loaded};
use crate::model::{Payment, PaymentSeq, ProjectId, Withheld};

/// One payment: what it is, what happened to it, what may be done.
#[component]
pub fn PaymentDetailPage() -> AnyView {
    let (project, seq) = (use_project(), use_segment("payment"));
    let forms = Forms {
        refund: ServerAction::new(),
        correct: ServerAction::new(),
        assign: ServerAction::new(),
        recheck: ServerAction::new(),
        release: ServerAction::new(),
        at_store: ServerAction::new(),
        attention: AttentionForms { again: ServerAction::new(), handled: ServerAction::new() },
    };
    let payment = Resource::new(move || (project.get(), PaymentSeq(seq.get())), |(project, seq)| get_payment(project, seq));
    let show = move |page: PaymentPage| content(project.get_untracked(), page, forms);
    loaded(payment, show)
}

/// The page's forms.
#[derive(Clone, Copy)]
struct Forms {
    refund: ServerAction<RefundPayment>,
    correct: ServerAction<CorrectPayment>,
    assign: ServerAction<AssignUser>,
    recheck: ServerAction<RecheckPayment>,
    release: ServerAction<ReleasePayment>,
    at_store: ServerAction<RefundAtStore>,
    attention: AttentionForms,
}

fn content(project: ProjectId, page: PaymentPage, forms: Forms) -> AnyView {
    let Forms { refund, correct, assign, recheck, release, at_store, attention } = forms;
    let beside = recheck_card(&project, &page.detail, page.may_support, recheck);
    let payment = page.detail.payment;
    let attention = attention_note(&project, &payment, page.alarms, page.may_support, attention);
    let crumbs = vec![Crumb::new(tr!("payments.title"), paths::payments(&project))];
    let (status, environment) = (payment.status, payment.environment);
    let provisional = payment.is_provisional();
    let marks = move || {
        let provisional = provisional.then(|| view! { <Badge label=tr!("payments.provisional") tone=Tone::Warn/> });
        view! { <PaymentStatusBadge status/>{provisional}<EnvironmentBadge environment/> }
    };
    let events = page.detail.events.into_iter().rev().map(item).collect::<Vec<_>>();
    let (actions, list) = (payment.clone(), facts(&project, payment.clone()));
    let is_anyones = payment.attribution.is_weak() && payment.store_order_id.is_some();
    let to_assign = (page.may_support && is_anyones).then(|| assign_card(&project, &payment, assign));
    let at_store = page.may_refund_at_store.then(|| store_refund_card(&project, &payment, page.paid_beside, at_store)).flatten();
    let by_hand = payment.hand_corrected_at.map(|_| {
        view! { <Callout tone=Tone::Info title=tr!("correct.by_hand")><p>{tr!("correct.by_hand_text")}</p></Callout> }
    });
    view! {
        <Page title=payment.payment_seq.0.clone() crumbs marks>
            {attention}
            {by_hand}
            <Card title=tr!("payment.facts")><DescriptionList facts=list columns=true/></Card>
            {to_assign}
            {beside}
            <Actions project payment=actions may_support=page.may_support refund correct release/>
            {at_store}
            <Card title=tr!("payment.history")><Timeline items=events/></Card>
        </Page>
    }
    .into_any()
}

fn facts(project: &ProjectId, payment: Payment) -> Vec<Fact> {
    let moment = |at: Option<crate::model::Timestamp>| at.map(|at| view! { <Moment at/> }.into_any());
    let user = user_link(project, &payment.user_channel, &payment.user_key);
    let channel = if payment.user_key.is_empty() { String::new() } else { payment.user_channel.clone() };
    let product = paths::product(project, payment.product_seq);
    let app = paths::app(project, payment.app_seq);
    let goods = goods(&payment);
    let given_back = given_back(&payment);
    let id = |term: String, value: Option<String>| match value {
        Some(value) => Fact::copy(term, value),
        None => Fact::maybe(term, None::<String>),
    };
    vec![
        Fact::new(
            tr!("payments.user"),
            view! { {user}" "<span class="muted">{channel}" · "{attribution_name(payment.attribution)}</span> },
        ),
        Fact::maybe(tr!("payments.amount"), payment.price.map(|money| view! { <Amount money/> })),
        Fact::maybe(tr!("payment.given_back"), given_back),
        Fact::new(tr!("payments.product"), view! { <a href=product>{payment.product_name}</a>" × "{payment.quantity} }),
        Fact::new(tr!("payment.product_type"), product_type_name(payment.product_type)),
        Fact::new(tr!("payments.store"), view! { {store_name(payment.store)}" · "<a href=app>{payment.store_app_id}</a> }),
        goods,
        Fact::new(tr!("payment.finish"), finish_name(payment.finish)),
        id(tr!("payments.order_id"), payment.store_order_id),
        id(tr!("payment.original_order_id"), payment.original_order_id),
        id(tr!("payment.purchase_token"), payment.purchase_token),
        Fact::copy(tr!("payment.seq"), payment.payment_seq.0),
        Fact::new(tr!("payments.made"), view! { <Moment at=payment.created_at/> }),
        Fact::maybe(tr!("payment.purchased"), moment(payment.purchased_at)),
        Fact::maybe(tr!("payment.verified"), moment(payment.verified_at)),
        Fact::maybe(tr!("payment.expires"), moment(payment.expires_at)),
        Fact::maybe(tr!("payment.superseded"), moment(payment.superseded_at)),
        Fact::maybe(tr!("payment.refunded"), moment(payment.refunded_at)),
        Fact::new(tr!("payment.source"), payment_source_name(payment.source)),
        Fact::maybe(tr!("payment.offer"), payment.offer.as_ref().map(offer_text)),
        Fact::new(tr!("payment.ownership"), ownership_name(payment.ownership)),
        Fact::maybe(tr!("payment.refusal"), payment.refusal.map(|code| view! { <code>{code.as_str()}</code> })),
        Fact::maybe(tr!("payment.payload"), payment.payload),
    ]
}

/// Whether it was consumed; of what is bought once and kept, whether the player owns it.
fn goods(payment: &Payment) -> Fact {
    if payment.product_type.is_owned() {
        let owned = if payment.is_owned() { tr!("payment.is_owned") } else { "—".into() };
        return Fact::new(tr!("payment.owned"), owned);
    }
    let consumed = match (payment.consumed_at, payment.is_consumable()) {
        (Some(at), _) => view! { <Moment at/> }.into_any(),
        (None, true) => tr!("payment.waits").into_any(),
        (None, false) if payment.is_due() => payment.withheld().map(why_withheld).unwrap_or_default().into_any(),
        (None, false) => "—".into_any(),
    };
    Fact::new(tr!("payment.consumed"), consumed)
}

/// Why a paid purchase of a consumable type is not to be consumed, in plain words.
pub fn why_withheld(why: Withheld) -> String {
    match why {
        Withheld::BeforeCharge => tr!("payment.before_charge"),
        Withheld::Superseded => tr!("payment.withheld_superseded"),
        Withheld::NotPurchased => tr!("payment.not_purchased"),
    }
}
