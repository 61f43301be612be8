//! What staff are asked before they change a payment.

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::server_fns::{CorrectPayment, RefundAtStore, RefundPayment, ReleasePayment};
use crate::console::store_labels::can;
use crate::console::ui::{
    ButtonKind, Card, Checkbox, ConfirmDialog, FormButtons, HiddenInput, PostForm, SubmitButton, TextArea, TextInput,
};
use crate::model::{Ability, Payment, PaymentSeq, PaymentStatus, ProjectId};

pub(super) fn refund_dialog(project: &ProjectId, payment: &Payment, action: ServerAction<RefundPayment>) -> AnyView {
    let (project, seq) = (project.0.clone(), payment.payment_seq.0.clone());
    view! {
        <ConfirmDialog id="refund" label=tr!("refund.open") title=tr!("refund.title") text=tr!("refund.text") kind=ButtonKind::Plain>
            <PostForm action done=tr!("refund.done")>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="payment" value=seq/>
                <TextArea name="reason" label=tr!("payment.reason") help=tr!("payment.reason_help") rows=2 maxlength=500 required=true/>
                <FormButtons><SubmitButton label=tr!("refund.submit") kind=ButtonKind::Danger/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}

pub(super) fn release_dialog(project: &ProjectId, payment: &Payment, action: ServerAction<ReleasePayment>) -> AnyView {
    let (project, seq) = (project.0.clone(), payment.payment_seq.0.clone());
    view! {
        <ConfirmDialog id="release" label=tr!("release.open") title=tr!("release.title") text=tr!("release.text") kind=ButtonKind::Plain>
            <PostForm action done=tr!("release.done")>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="payment" value=seq/>
                <TextArea name="reason" label=tr!("payment.reason") help=tr!("payment.reason_help") rows=2 maxlength=500 required=true/>
                <FormButtons><SubmitButton label=tr!("release.submit")/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}

pub(super) fn correct_dialog(project: &ProjectId, payment: &Payment, action: ServerAction<CorrectPayment>) -> AnyView {
    let (project, seq) = (project.0.clone(), payment.payment_seq.0.clone());
    let without_store = can(payment.store, Ability::FindByReceiptNumber).then(|| {
        view! { <Checkbox name="withoutStore" label=tr!("correct.without_store") help=tr!("correct.without_store_help")/> }
    });
    view! {
        <ConfirmDialog id="correct" label=tr!("correct.open") title=tr!("correct.title") text=tr!("correct.text") kind=ButtonKind::Plain>
            <PostForm action done=tr!("correct.done")>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="payment" value=seq/>
                <TextInput name="receiptNumber" label=tr!("correct.receipt") help=tr!("correct.receipt_help") required=true mono=true/>
                <TextInput name="price" label=tr!("correct.price") help=tr!("correct.price_help") inputmode="decimal"/>
                <TextInput name="currency" label=tr!("correct.currency") placeholder="KRW" maxlength=3/>
                {without_store}
                <TextArea name="reason" label=tr!("payment.reason") help=tr!("payment.reason_help") rows=2 maxlength=500 required=true/>
                <FormButtons><SubmitButton label=tr!("correct.submit")/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}

/// Has the store give the payment's money back; none where the store lets no server do it, and where there is no money to give.
pub(super) fn store_refund_card(
    project: &ProjectId,
    payment: &Payment,
    beside: Vec<PaymentSeq>,
    action: ServerAction<RefundAtStore>,
) -> Option<AnyView> {
    let is_paid = payment.status == PaymentStatus::Success && payment.store_order_id.is_some();
    if !is_paid || !can(payment.store, Ability::Refund) {
        return None;
    }
    let (project, seq) = (project.0.clone(), payment.payment_seq.0.clone());
    let whole_order = (!beside.is_empty()).then(|| {
        let others = beside.iter().map(|seq| seq.0.as_str()).collect::<Vec<_>>().join(", ");
        let label = tr!("store_refund.whole_order", payments = others);
        view! { <Checkbox name="wholeOrder" label help=tr!("store_refund.whole_order_help")/> }
    });
    let card = view! {
        <Card title=tr!("store_action.title") description=tr!("store_refund.about")>
            <div class="form-buttons">
                <ConfirmDialog id="refund-at-store" label=tr!("store_refund.open") title=tr!("store_refund.title")
                    text=tr!("store_refund.text") kind=ButtonKind::Plain>
                    <PostForm action done=tr!("store_refund.done")>
                        <HiddenInput name="project" value=project/>
                        <HiddenInput name="payment" value=seq/>
                        <TextArea name="reason" label=tr!("payment.reason") help=tr!("payment.reason_help") rows=2 maxlength=500
                            required=true/>
                        <Checkbox name="keepsAccess" label=tr!("store_refund.keeps") help=tr!("store_refund.keeps_help")/>
                        {whole_order}
                        <FormButtons><SubmitButton label=tr!("store_refund.submit") kind=ButtonKind::Danger/></FormButtons>
                    </PostForm>
                </ConfirmDialog>
            </div>
        </Card>
    };
    Some(card.into_any())
}
