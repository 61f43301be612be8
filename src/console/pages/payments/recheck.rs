use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::server_fns::RecheckPayment;
use crate::console::store_labels::can;
use crate::console::ui::{Badge, ButtonKind, Card, Column, HiddenInput, Moment, PostForm, Row, SubmitButton, Table, Tone};
use crate::model::{Ability, Compared, ComparedField, Payment, PaymentDetail, PaymentEvent, ProjectId, Timestamp, latest_check};

/// The payment beside what the store said of it when it was last asked, and the button to ask.
pub fn recheck_card(
    project: &ProjectId,
    detail: &PaymentDetail,
    may_support: bool,
    action: ServerAction<RecheckPayment>,
) -> AnyView {
    let payment = &detail.payment;
    let latest = latest_check(&detail.events).map(|(event, compared)| table(event, compared));
    if payment.store_order_id.is_none() || (latest.is_none() && !may_support) {
        return ().into_any();
    }
    let ask = may_support.then(|| match can(payment.store, Ability::Fetch) {
        true => form(project, payment, action),
        false => view! { <p class="muted">{tr!("recheck.not_this_store")}</p> }.into_any(),
    });
    view! { <Card title=tr!("recheck.title") description=tr!("recheck.about")>{latest}{ask}</Card> }.into_any()
}

fn form(project: &ProjectId, payment: &Payment, action: ServerAction<RecheckPayment>) -> AnyView {
    let (project, seq) = (project.0.clone(), payment.payment_seq.0.clone());
    view! {
        <PostForm action done=tr!("recheck.done")>
            <HiddenInput name="project" value=project/>
            <HiddenInput name="payment" value=seq/>
            <div class="form-buttons"><SubmitButton label=tr!("recheck.submit") kind=ButtonKind::Plain/></div>
        </PostForm>
    }
    .into_any()
}

fn table(event: &PaymentEvent, compared: Vec<Compared>) -> AnyView {
    let columns = vec![
        Column::text(tr!("recheck.field")),
        Column::text(tr!("recheck.ours")),
        Column::text(tr!("recheck.store")),
        Column::fit(tr!("recheck.result")),
    ];
    let rows = compared.into_iter().map(row).collect();
    let at = event.at;
    view! {
        <p class="muted">{tr!("recheck.asked")}" · "<Moment at/></p>
        <Table caption=tr!("recheck.title") columns rows/>
    }
    .into_any()
}

fn row(line: Compared) -> Row {
    let mark = match line.differs() {
        true => view! { <Badge label=tr!("recheck.differs") tone=Tone::Warn/> }.into_any(),
        false => view! { <span class="muted">{tr!("recheck.same")}</span> }.into_any(),
    };
    Row::new().cell(field_name(line.field)).cell(value(line.field, line.ours)).cell(value(line.field, line.store)).cell(mark)
}

fn value(field: ComparedField, text: Option<String>) -> AnyView {
    let Some(text) = text else { return "—".into_any() };
    let is_moment = matches!(field, ComparedField::PurchasedAt | ComparedField::ExpiresAt | ComparedField::RefundedAt);
    match Timestamp::parse_rfc3339(&text).filter(|_| is_moment) {
        Some(at) => view! { <Moment at/> }.into_any(),
        None => view! { <code>{text}</code> }.into_any(),
    }
}

fn field_name(field: ComparedField) -> String {
    match field {
        ComparedField::Status => tr!("payments.status"),
        ComparedField::Product => tr!("payments.product_id"),
        ComparedField::Quantity => tr!("recheck.quantity"),
        ComparedField::Price => tr!("payments.amount"),
        ComparedField::Chain => tr!("payment.original_order_id"),
        ComparedField::User => tr!("recheck.account_token"),
        ComparedField::Ownership => tr!("payment.ownership"),
        ComparedField::Environment => tr!("payments.environment"),
        ComparedField::PurchasedAt => tr!("payment.purchased"),
        ComparedField::ExpiresAt => tr!("payment.expires"),
        ComparedField::RefundedAt => tr!("payment.refunded"),
    }
}
