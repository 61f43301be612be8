//! What of a payment needs a person, and what they may do about it.

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::attention_name;
use crate::console::server_fns::{FinishPaymentAgain, MarkPaymentHandled};
use crate::console::ui::{
    ButtonKind, Callout, ConfirmDialog, FormButtons, HiddenInput, Moment, PostForm, SubmitButton, TextArea, Tone,
};
use crate::model::{Attention, JobAlarm, Payment, ProjectId};

/// The forms of what needs a person.
#[derive(Clone, Copy)]
pub(super) struct AttentionForms {
    pub again: ServerAction<FinishPaymentAgain>,
    pub handled: ServerAction<MarkPaymentHandled>,
}

/// What needs a person; none where nothing does.
pub(super) fn attention_note(
    project: &ProjectId,
    payment: &Payment,
    alarms: Vec<JobAlarm>,
    may_support: bool,
    forms: AttentionForms,
) -> AnyView {
    let late = alarms.into_iter().map(|alarm| late_note(&alarm)).collect::<Vec<_>>();
    let Some(attention) = payment.attention() else { return late.into_any() };
    let (tone, text) = match attention {
        Attention::FinishFailed => (Tone::Bad, tr!("attention.finish_failed_text")),
        Attention::Unconfirmed => (Tone::Bad, tr!("attention.unconfirmed_text")),
        Attention::Provisional => (Tone::Warn, tr!("attention.provisional_text")),
    };
    let again = (may_support && payment.can_finish_again()).then(|| again_form(project, payment, forms.again));
    let handled = (may_support && payment.can_mark_handled()).then(|| handled_dialog(project, payment, forms.handled));
    view! {
        <Callout tone title=attention_name(attention)>
            <p>{text}</p>
        </Callout>
        {(again.is_some() || handled.is_some()).then(|| view! { <div class="form-buttons">{again}{handled}</div> })}
        {late}
    }
    .into_any()
}

/// The store has not been told or asked yet, and its time runs out.
fn late_note(alarm: &JobAlarm) -> AnyView {
    let deadline = alarm.deadline_at;
    view! {
        <Callout tone=Tone::Bad title=tr!("attention.late")>
            <p>{tr!("attention.late_text")}" "<Moment at=deadline/></p>
        </Callout>
    }
    .into_any()
}

fn again_form(project: &ProjectId, payment: &Payment, action: ServerAction<FinishPaymentAgain>) -> AnyView {
    let (project, seq) = (project.0.clone(), payment.payment_seq.0.clone());
    view! {
        <PostForm action done=tr!("attention.again_done")>
            <HiddenInput name="project" value=project/>
            <HiddenInput name="payment" value=seq/>
            <FormButtons><SubmitButton label=tr!("attention.again")/></FormButtons>
        </PostForm>
    }
    .into_any()
}

fn handled_dialog(project: &ProjectId, payment: &Payment, action: ServerAction<MarkPaymentHandled>) -> AnyView {
    let (project, seq) = (project.0.clone(), payment.payment_seq.0.clone());
    view! {
        <ConfirmDialog id="handled" label=tr!("attention.handled") title=tr!("attention.handled_title") text=tr!("attention.handled_text")
            kind=ButtonKind::Plain>
            <PostForm action done=tr!("attention.handled_done")>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="payment" value=seq/>
                <TextArea name="reason" label=tr!("payment.reason") help=tr!("payment.reason_help") rows=2 maxlength=500 required=true/>
                <FormButtons><SubmitButton label=tr!("attention.handled")/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}
