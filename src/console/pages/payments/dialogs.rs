//! What staff are asked before they change a payment. Each question repeats whose payment it is, what was bought, and for how much.

mod assign;
mod correct;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::server_fns::{ClosePayment, RefundAtStore, RefundPayment, ReleasePayment, ReopenPayment};
use crate::console::ui::{
    Amount, ButtonKind, Checkbox, ConfirmDialog, DescriptionList, Fact, FormButtons, HiddenInput, PostForm, SubmitButton,
    TextArea,
};
use crate::model::{Payment, PaymentSeq, ProjectId};

pub(super) use assign::{ASSIGNEE, CHANNEL, assign_card};
pub(super) use correct::{RECEIPT, correct_card};

/// What an action is about, repeated where it is confirmed.
pub(super) fn repeated(payment: &Payment) -> AnyView {
    let player = if payment.user_key.is_empty() { tr!("payments.without_user") } else { payment.user_key.clone() };
    let mut facts = vec![
        Fact::new(tr!("payments.user"), player),
        Fact::new(tr!("payments.product"), format!("{} × {}", payment.product_name, payment.quantity)),
    ];
    facts.extend(payment.price.clone().map(|money| Fact::new(tr!("payments.amount"), view! { <Amount money/> })));
    facts.push(Fact::new(tr!("payment.seq"), payment.payment_seq.0.clone()));
    view! { <DescriptionList facts/> }.into_any()
}

/// Which payment a form is about.
pub(super) fn named(project: &ProjectId, payment: &Payment) -> AnyView {
    let (project, seq) = (project.0.clone(), payment.payment_seq.0.clone());
    view! { <HiddenInput name="project" value=project/><HiddenInput name="payment" value=seq/> }.into_any()
}

/// The reason every change by hand must give.
pub(super) fn reason_field() -> AnyView {
    view! { <TextArea name="reason" label=tr!("payment.reason") help=tr!("payment.reason_help") rows=2 maxlength=500 required=true/> }
        .into_any()
}

pub(super) fn refund_dialog(project: &ProjectId, payment: &Payment, action: ServerAction<RefundPayment>) -> AnyView {
    let (facts, named) = (repeated(payment), (project.clone(), payment.clone()));
    view! {
        <ConfirmDialog id="refund" label=tr!("refund.open") title=tr!("refund.title") text=tr!("refund.text") kind=ButtonKind::Plain>
            {facts}
            <PostForm action done=tr!("refund.done")>
                {self::named(&named.0, &named.1)}
                {reason_field()}
                <FormButtons><SubmitButton label=tr!("refund.submit") kind=ButtonKind::Danger/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}

pub(super) fn close_dialog(project: &ProjectId, payment: &Payment, action: ServerAction<ClosePayment>) -> AnyView {
    let (facts, named) = (repeated(payment), (project.clone(), payment.clone()));
    view! {
        <ConfirmDialog id="close" label=tr!("close.open") title=tr!("close.title") text=tr!("close.text") kind=ButtonKind::Plain>
            {facts}
            <PostForm action done=tr!("close.done")>
                {self::named(&named.0, &named.1)}
                {reason_field()}
                <FormButtons><SubmitButton label=tr!("close.submit")/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}

pub(super) fn reopen_dialog(project: &ProjectId, payment: &Payment, action: ServerAction<ReopenPayment>) -> AnyView {
    let (facts, named) = (repeated(payment), (project.clone(), payment.clone()));
    let consumed_at = payment.consumed_at.map(|at| at.0.to_string()).unwrap_or_default();
    view! {
        <ConfirmDialog id="reopen" label=tr!("reopen.open") title=tr!("reopen.title") text=tr!("reopen.text") kind=ButtonKind::Plain>
            {facts}
            <PostForm action done=tr!("reopen.done")>
                {self::named(&named.0, &named.1)}
                <HiddenInput name="consumedAt" value=consumed_at/>
                {reason_field()}
                <FormButtons><SubmitButton label=tr!("reopen.submit") kind=ButtonKind::Danger/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}

pub(super) fn release_dialog(project: &ProjectId, payment: &Payment, action: ServerAction<ReleasePayment>) -> AnyView {
    let (facts, named) = (repeated(payment), (project.clone(), payment.clone()));
    view! {
        <ConfirmDialog id="release" label=tr!("release.open") title=tr!("release.title") text=tr!("release.text") kind=ButtonKind::Plain>
            {facts}
            <PostForm action done=tr!("release.done")>
                {self::named(&named.0, &named.1)}
                {reason_field()}
                <FormButtons><SubmitButton label=tr!("release.submit")/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}

/// Has the store give the payment's money back.
pub(super) fn store_refund_dialog(
    project: &ProjectId,
    payment: &Payment,
    beside: &[PaymentSeq],
    action: ServerAction<RefundAtStore>,
) -> AnyView {
    let (facts, named) = (repeated(payment), (project.clone(), payment.clone()));
    let others = beside.iter().map(|seq| seq.0.as_str()).collect::<Vec<_>>().join(", ");
    let whole_order = (!others.is_empty()).then_some(others);
    view! {
        <ConfirmDialog id="refund-at-store" label=tr!("store_refund.open") title=tr!("store_refund.title")
            text=tr!("store_refund.text") kind=ButtonKind::Plain>
            {facts}
            <PostForm action done=tr!("store_refund.done")>
                {self::named(&named.0, &named.1)}
                {reason_field()}
                <Checkbox name="keepsAccess" label=tr!("store_refund.keeps") help=tr!("store_refund.keeps_help")/>
                {whole_order.map(|others| view! {
                    <Checkbox name="wholeOrder" label=tr!("store_refund.whole_order", payments = others)
                        help=tr!("store_refund.whole_order_help")/>
                })}
                <FormButtons><SubmitButton label=tr!("store_refund.submit") kind=ButtonKind::Danger/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}
