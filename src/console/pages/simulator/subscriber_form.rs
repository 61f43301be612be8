use leptos::prelude::*;

use super::labels::lifecycle_action_name;
use super::plan_fields::{add_on_field, offer_fields, plan_fields, price_fields};
use crate::console::i18n::tr;
use crate::console::server_fns::ChangeSubscriber;
use crate::console::ui::{Choice, FormButtons, HiddenInput, PostForm, SelectInput, SubmitButton, TextInput};
use crate::model::{LifecycleAction, ProjectId, SimulatedPlan, SimulatedSubscription, Timestamp};

/// What can be done to a subscriber now. Which fields an action needs is shown by the style sheet, so that it works
/// without scripts.
pub fn subscriber_form(
    project: &ProjectId,
    plans: &[SimulatedPlan],
    one: &SimulatedSubscription,
    now: Timestamp,
    action: ServerAction<ChangeSubscriber>,
) -> AnyView {
    let others = other_plans(plans, one);
    let actions = one.actions_at(now).into_iter().filter(|action| *action != LifecycleAction::ChangePlan || !others.is_empty());
    let choices = actions.map(|action| Choice::new(action.as_str(), lifecycle_action_name(action))).collect::<Vec<_>>();
    if choices.is_empty() {
        return view! { <p class="muted">{tr!("simulated.over")}</p> }.into_any();
    }
    let (project, chain) = (project.0.clone(), one.chain_id.clone());
    let lifecycle = one.lifecycle.clone();
    view! {
        <PostForm action done=tr!("simulated.done")>
            <HiddenInput name="project" value=project/>
            <HiddenInput name="chain" value=chain/>
            <div class="act">
                <SelectInput name="action" label=tr!("simulated.action") choices/>
                {plan_fields(others, &lifecycle)}
                {offer_fields()}
                {price_fields(&lifecycle)}
                {add_on_field(&lifecycle)}
                <div data-for="extend pause">
                    <TextInput name="days" label=tr!("simulated.days") value="7" inputmode="numeric" maxlength=2/>
                </div>
            </div>
            <FormButtons><SubmitButton label=tr!("simulated.do")/></FormButtons>
        </PostForm>
    }
    .into_any()
}

fn other_plans(plans: &[SimulatedPlan], one: &SimulatedSubscription) -> Vec<Choice> {
    let of_app = plans.iter().filter(|plan| plan.store_app_id == one.store_app_id);
    let others = of_app.filter(|plan| plan.product_id != one.lifecycle.plan.product_id);
    others.map(|plan| Choice::new(plan.product_id.clone(), plan.name.clone())).collect()
}
