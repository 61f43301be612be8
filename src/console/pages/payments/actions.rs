use leptos::prelude::*;

use super::dialogs::{correct_dialog, refund_dialog, release_dialog};
use crate::console::i18n::tr;
use crate::console::labels::payment_status_name;
use crate::console::server_fns::{AssignUser, CorrectPayment, RefundPayment, ReleasePayment};
use crate::console::store_labels::can;
use crate::console::ui::{Callout, Card, FormButtons, HiddenInput, PostForm, SubmitButton, TextArea, TextInput, Tone};
use crate::model::{Ability, Payment, ProjectId, USER_CHANNEL_DEFAULT};

/// What staff may do to a payment; what they may not is said with its reason.
#[component]
pub fn Actions(
    project: ProjectId,
    payment: Payment,
    may_support: bool,
    refund: ServerAction<RefundPayment>,
    correct: ServerAction<CorrectPayment>,
    release: ServerAction<ReleasePayment>,
) -> AnyView {
    if !may_support {
        return view! { <Callout tone=Tone::Info><p>{tr!("payment.needs_support")}</p></Callout> }.into_any();
    }
    let status = payment_status_name(payment.status);
    let (may_refund, may_correct) = (payment.status.can_refund(), payment.can_correct(can(payment.store, Ability::VerifyLate)));
    let may_release = payment.can_release();
    if !may_refund && !may_correct && !may_release {
        return view! { <Callout><p>{tr!("payment.no_action", status = status)}</p></Callout> }.into_any();
    }
    view! {
        <Card title=tr!("payment.actions") description=tr!("payment.actions_about")>
            <div class="form-buttons">
                {may_refund.then(|| refund_dialog(&project, &payment, refund))}
                {may_correct.then(|| correct_dialog(&project, &payment, correct))}
                {may_release.then(|| release_dialog(&project, &payment, release))}
            </div>
        </Card>
    }
    .into_any()
}

/// Gives a purchase that nobody is surely known for to a player.
pub fn assign_card(project: &ProjectId, payment: &Payment, action: ServerAction<AssignUser>) -> AnyView {
    let (project, seq) = (project.0.clone(), payment.payment_seq.0.clone());
    view! {
        <Card title=tr!("assign.title") description=tr!("assign.about")>
            <PostForm action done=tr!("assign.done")>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="payment" value=seq/>
                <TextInput name="userKey" label=tr!("user.key") maxlength=128 required=true/>
                <TextInput name="userChannel" label=tr!("user.channel") value=USER_CHANNEL_DEFAULT maxlength=32 required=true/>
                <TextArea name="reason" label=tr!("payment.reason") help=tr!("payment.reason_help") rows=2 maxlength=500 required=true/>
                <FormButtons><SubmitButton label=tr!("assign.submit")/></FormButtons>
            </PostForm>
        </Card>
    }
    .into_any()
}
