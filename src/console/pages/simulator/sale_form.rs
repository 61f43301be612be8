use leptos::prelude::*;

use super::labels::sale_action_name;
use crate::console::i18n::tr;
use crate::console::server_fns::SettleSale;
use crate::console::ui::{Checkbox, Choice, FormButtons, HiddenInput, PostForm, SelectInput, SubmitButton, TextInput};
use crate::model::{ProjectId, SimulatedPurchase};

/// What can be done to a purchase now; fields as in the subscriber's form.
pub fn sale_form(project: &ProjectId, sale: &SimulatedPurchase, action: ServerAction<SettleSale>) -> AnyView {
    let choices = sale.actions().iter().map(|action| Choice::new(action.as_str(), sale_action_name(*action))).collect();
    let reasons = vec![
        Choice::new("UNINTENDED_PURCHASE", tr!("simulated.reason_unintended")),
        Choice::new("FULFILLMENT_ISSUE", tr!("simulated.reason_fulfillment")),
        Choice::new("UNSATISFIED_WITH_PURCHASE", tr!("simulated.reason_unsatisfied")),
        Choice::new("LEGAL", tr!("simulated.reason_legal")),
        Choice::new("OTHER", tr!("simulated.reason_other")),
    ];
    let (project, app, order) = (project.0.clone(), sale.store_app_id.clone(), sale.order_id.clone());
    let (environment, has_pieces) = (sale.environment.as_str(), sale.quantity > 1);
    view! {
        <PostForm action done=tr!("simulated.done")>
            <HiddenInput name="project" value=project/>
            <HiddenInput name="storeAppId" value=app/>
            <HiddenInput name="world" value=environment/>
            <HiddenInput name="order" value=order/>
            <div class="act">
                <SelectInput name="action" label=tr!("simulated.action") choices/>
                <div data-for="refund">
                    <TextInput name="percentage" label=tr!("simulated.percentage") help=tr!("simulated.percentage_help") inputmode="decimal" maxlength=7/>
                </div>
                {has_pieces.then(|| view! {
                    <div data-for="refund">
                        <TextInput name="quantity" label=tr!("simulated.pieces") help=tr!("simulated.pieces_help") inputmode="numeric" maxlength=2/>
                    </div>
                })}
                <div data-for="refund" class="wide"><Checkbox name="appIssue" label=tr!("simulated.app_issue")/></div>
                <div data-for="request-refund"><SelectInput name="reason" label=tr!("simulated.reason") choices=reasons value="UNINTENDED_PURCHASE"/></div>
            </div>
            <FormButtons><SubmitButton label=tr!("simulated.do")/></FormButtons>
        </PostForm>
    }
    .into_any()
}
