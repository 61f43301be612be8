use leptos::prelude::*;

use super::store_actions::repeated;
use crate::console::i18n::tr;
use crate::console::server_fns::ExtendSubscription;
use crate::console::store_labels::can;
use crate::console::ui::{
    ButtonKind, Card, Choice, ConfirmDialog, FormButtons, HiddenInput, PostForm, SelectInput, SubmitButton, TextInput,
};
use crate::model::{Ability, ExtensionReason, ProjectId, Subscription};

/// Has the store make the present period longer.
pub fn extend_card(project: &ProjectId, one: &Subscription, action: ServerAction<ExtendSubscription>) -> AnyView {
    let body = match can(one.store, Ability::Extend) && one.can_extend() {
        true => dialog(project, one, action),
        false => view! { <p class="muted">{tr!("extend.not_now")}</p> }.into_any(),
    };
    view! { <Card title=tr!("extend.title") description=tr!("extend.about")>{body}</Card> }.into_any()
}

fn dialog(project: &ProjectId, one: &Subscription, action: ServerAction<ExtendSubscription>) -> AnyView {
    let (project, id, facts) = (project.0.clone(), one.subscription_id.0.clone(), repeated(one));
    let reasons = ExtensionReason::ALL.iter().map(|reason| Choice::new(reason.as_str(), reason_name(*reason))).collect();
    view! {
        <div class="form-buttons">
            <ConfirmDialog id="extend" label=tr!("extend.open") title=tr!("extend.dialog") text=tr!("extend.text") kind=ButtonKind::Plain>
                {facts}
                <PostForm action done=tr!("extend.done")>
                    <HiddenInput name="project" value=project/>
                    <HiddenInput name="subscription" value=id/>
                    <TextInput name="extendByDays" label=tr!("extend.days") help=tr!("extend.days_help") inputmode="numeric" maxlength=2 required=true/>
                    <SelectInput name="reason" label=tr!("extend.reason") choices=reasons/>
                    <FormButtons><SubmitButton label=tr!("extend.submit")/></FormButtons>
                </PostForm>
            </ConfirmDialog>
        </div>
    }
    .into_any()
}

fn reason_name(reason: ExtensionReason) -> String {
    match reason {
        ExtensionReason::CustomerSatisfaction => tr!("extend.satisfaction"),
        ExtensionReason::ServiceIssue => tr!("extend.issue"),
        ExtensionReason::Other => tr!("extend.other"),
        ExtensionReason::Undeclared => tr!("extend.undeclared"),
    }
}
