//! What staff may do to a payment. Who may do nothing sees nothing of it.

use leptos::prelude::*;

use super::dialogs::{
    assign_card, close_dialog, correct_card, refund_dialog, release_dialog, reopen_dialog, store_refund_dialog,
};
use super::recheck::recheck_form;
use crate::console::i18n::tr;
use crate::console::queries::PaymentPage;
use crate::console::server_fns::{
    AssignUser, ClosePayment, CorrectPayment, RecheckPayment, RefundAtStore, RefundPayment, ReleasePayment, ReopenPayment,
};
use crate::console::store_labels::{can, refund_place};
use crate::console::ui::Card;
use crate::model::{Ability, Payment, PaymentStatus, ProjectId};

/// The forms of a payment's actions.
#[derive(Clone, Copy)]
pub(super) struct ActionForms {
    pub recheck: ServerAction<RecheckPayment>,
    pub reopen: ServerAction<ReopenPayment>,
    pub refund: ServerAction<RefundPayment>,
    pub at_store: ServerAction<RefundAtStore>,
    pub close: ServerAction<ClosePayment>,
    pub correct: ServerAction<CorrectPayment>,
    pub release: ServerAction<ReleasePayment>,
    pub assign: ServerAction<AssignUser>,
}

impl ActionForms {
    pub fn new() -> Self {
        Self {
            recheck: ServerAction::new(),
            reopen: ServerAction::new(),
            refund: ServerAction::new(),
            at_store: ServerAction::new(),
            close: ServerAction::new(),
            correct: ServerAction::new(),
            release: ServerAction::new(),
            assign: ServerAction::new(),
        }
    }
}

/// What the reader may do to the payment as it stands; none where that is nothing.
pub(super) fn actions(project: &ProjectId, page: &PaymentPage, forms: ActionForms) -> Option<AnyView> {
    if !page.may_support {
        return None;
    }
    let payment = &page.detail.payment;
    let is_paid = payment.status == PaymentStatus::Success;
    let may_refund_at_store =
        page.may_operate && is_paid && payment.store_order_id.is_some() && can(payment.store, Ability::Refund);
    let may_recheck = payment.store_order_id.is_some() && can(payment.store, Ability::Fetch);
    let buttons: Vec<AnyView> = [
        may_recheck.then(|| recheck_form(project, payment, forms.recheck)),
        (page.may_operate && payment.can_reopen()).then(|| reopen_dialog(project, payment, forms.reopen)),
        payment.can_release().then(|| release_dialog(project, payment, forms.release)),
        may_refund_at_store.then(|| store_refund_dialog(project, payment, &page.paid_beside, forms.at_store)),
        payment.status.can_refund().then(|| refund_dialog(project, payment, forms.refund)),
        payment.status.can_close_by_staff().then(|| close_dialog(project, payment, forms.close)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let hints = hints(payment, may_refund_at_store);
    let correct = page.correction.as_ref().map(|aid| correct_card(project, payment, aid, forms.correct));
    let assign = payment.can_assign().then(|| assign_card(project, payment, page.assignee.as_ref(), page.now, forms.assign));
    let card = (!buttons.is_empty() || !hints.is_empty()).then(|| {
        view! {
            <Card title=tr!("payment.actions") description=tr!("payment.actions_about")>
                <div class="form-buttons">{buttons}</div>
                {hints}
            </Card>
        }
    });
    Some(view! { {assign}{correct}{card} }.into_any())
}

/// What is done elsewhere, or needs not be done.
fn hints(payment: &Payment, may_refund_at_store: bool) -> Vec<AnyView> {
    let is_paid = payment.status == PaymentStatus::Success;
    let place = refund_place(payment.store).filter(|_| is_paid && payment.store_order_id.is_some() && !may_refund_at_store);
    let place = place.map(|(text, href)| {
        view! { <p class="muted">{text}" "<a href=href rel="external noreferrer" target="_blank">{href.trim_start_matches("https://")}</a></p> }
            .into_any()
    });
    let waits = payment.is_consumable().then(|| view! { <p class="muted">{tr!("reopen.unneeded")}</p> }.into_any());
    [waits, place].into_iter().flatten().collect()
}
