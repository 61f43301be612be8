use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::server_fns::{CancelSubscription, DeferSubscription, ReactivateSubscription, RevokeSubscription};
use crate::console::store_labels::can;
use crate::console::ui::{
    Amount, ButtonKind, Card, Choice, ConfirmDialog, DescriptionList, Fact, FormButtons, HiddenInput, Moment, PostForm,
    SelectInput, SubmitButton, TextInput,
};
use crate::model::{Ability, ProjectId, Subscription};

/// The forms that have the store act on a subscription.
#[derive(Clone, Copy)]
pub struct StoreForms {
    cancel: ServerAction<CancelSubscription>,
    reactivate: ServerAction<ReactivateSubscription>,
    revoke: ServerAction<RevokeSubscription>,
    defer: ServerAction<DeferSubscription>,
}

impl StoreForms {
    pub fn new() -> Self {
        Self {
            cancel: ServerAction::new(),
            reactivate: ServerAction::new(),
            revoke: ServerAction::new(),
            defer: ServerAction::new(),
        }
    }
}

/// Has the store end or defer the subscription; none where the store lets no server do any of it. What its state does not allow now
/// is not offered.
pub fn store_card(project: &ProjectId, one: &Subscription, forms: StoreForms) -> Option<AnyView> {
    if ![Ability::Cancel, Ability::Revoke, Ability::Defer].iter().any(|ability| can(one.store, *ability)) {
        return None;
    }
    let (has_access, renews) = (one.state.gives_access(), one.auto_renew);
    let dialogs: Vec<AnyView> = [
        (renews && can(one.store, Ability::Cancel)).then(|| cancel_dialog(project, one, forms)),
        (!renews && has_access && can(one.store, Ability::Reactivate)).then(|| reactivate_dialog(project, one, forms)),
        (renews && has_access && can(one.store, Ability::Defer)).then(|| defer_dialog(project, one, forms)),
        (has_access && can(one.store, Ability::Revoke)).then(|| revoke_dialog(project, one, forms)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let body = match dialogs.is_empty() {
        true => view! { <p class="muted">{tr!("store_action.not_now")}</p> }.into_any(),
        false => view! { <div class="form-buttons">{dialogs}</div> }.into_any(),
    };
    Some(view! { <Card title=tr!("store_action.title") description=tr!("store_action.about")>{body}</Card> }.into_any())
}

/// What an action is about, repeated where it is confirmed.
pub(super) fn repeated(one: &Subscription) -> AnyView {
    let player = if one.user_key.is_empty() { tr!("payments.without_user") } else { one.user_key.clone() };
    let until = one.period_end;
    let mut facts = vec![
        Fact::new(tr!("payments.user"), player),
        Fact::new(tr!("subscriptions.plan"), one.product_name.clone()),
        Fact::new(tr!("subscriptions.period_end"), view! { <Moment at=until/> }),
    ];
    facts.extend(one.next_price.clone().map(|money| Fact::new(tr!("subscription.next_price"), view! { <Amount money/> })));
    view! { <DescriptionList facts/> }.into_any()
}

fn named(project: &ProjectId, one: &Subscription) -> AnyView {
    let (project, id) = (project.0.clone(), one.subscription_id.0.clone());
    view! { <HiddenInput name="project" value=project/><HiddenInput name="subscription" value=id/> }.into_any()
}

fn cancel_dialog(project: &ProjectId, one: &Subscription, forms: StoreForms) -> AnyView {
    let facts = repeated(one);
    let (action, named) = (forms.cancel, named(project, one));
    view! {
        <ConfirmDialog id="cancel-subscription" label=tr!("store_action.cancel") title=tr!("store_action.cancel_title")
            text=tr!("store_action.cancel_text") kind=ButtonKind::Plain>
            {facts}
            <PostForm action done=tr!("store_action.cancel_done")>
                {named}
                <FormButtons><SubmitButton label=tr!("store_action.cancel_submit") kind=ButtonKind::Danger/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}

fn reactivate_dialog(project: &ProjectId, one: &Subscription, forms: StoreForms) -> AnyView {
    let facts = repeated(one);
    let (action, named) = (forms.reactivate, named(project, one));
    view! {
        <ConfirmDialog id="reactivate-subscription" label=tr!("store_action.reactivate") title=tr!("store_action.reactivate_title")
            text=tr!("store_action.reactivate_text") kind=ButtonKind::Plain>
            {facts}
            <PostForm action done=tr!("store_action.reactivate_done")>
                {named}
                <FormButtons><SubmitButton label=tr!("store_action.reactivate_submit")/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}

fn defer_dialog(project: &ProjectId, one: &Subscription, forms: StoreForms) -> AnyView {
    let facts = repeated(one);
    let (action, named, shown_end) = (forms.defer, named(project, one), one.period_end.to_rfc3339());
    view! {
        <ConfirmDialog id="defer-subscription" label=tr!("store_action.defer") title=tr!("store_action.defer_title")
            text=tr!("store_action.defer_text") kind=ButtonKind::Plain>
            {facts}
            <PostForm action done=tr!("store_action.defer_done")>
                {named}
                <HiddenInput name="periodEnd" value=shown_end/>
                <TextInput name="days" label=tr!("store_action.days") help=tr!("store_action.days_help") inputmode="numeric" maxlength=3
                    required=true/>
                <FormButtons><SubmitButton label=tr!("store_action.defer_submit")/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}

fn revoke_dialog(project: &ProjectId, one: &Subscription, forms: StoreForms) -> AnyView {
    let facts = repeated(one);
    let (action, named) = (forms.revoke, named(project, one));
    let parts =
        vec![Choice::new("FULL", tr!("store_action.revoke_full")), Choice::new("PRORATED", tr!("store_action.revoke_prorated"))];
    view! {
        <ConfirmDialog id="revoke-subscription" label=tr!("store_action.revoke") title=tr!("store_action.revoke_title")
            text=tr!("store_action.revoke_text") kind=ButtonKind::Plain>
            {facts}
            <PostForm action done=tr!("store_action.revoke_done")>
                {named}
                <SelectInput name="refund" label=tr!("store_action.revoke_refund") choices=parts/>
                <FormButtons><SubmitButton label=tr!("store_action.revoke_submit") kind=ButtonKind::Danger/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}
