use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::server_fns::UpdatePolicy;
use crate::console::ui::{Card, Checkbox, Choice, FormButtons, HiddenInput, Moment, PostForm, RadioCards, SubmitButton};
use crate::model::{ConsumptionPolicy, ProjectId, StorePolicy};

/// What the App Store is told when it asks before a refund.
pub fn policy_card(project: &ProjectId, policy: StorePolicy, action: ServerAction<UpdatePolicy>) -> AnyView {
    let name = |policy| match policy {
        ConsumptionPolicy::Off => tr!("policy.off"),
        ConsumptionPolicy::ConsumeState => tr!("policy.consume_state"),
    };
    let choices = ConsumptionPolicy::ALL.iter().map(|policy| Choice::new(policy.as_str(), name(*policy))).collect::<Vec<_>>();
    let (id, chosen, has_consent) = (project.to_string(), policy.consumption.as_str(), policy.consent.is_some());
    let version = policy.version.to_string();
    let stated = policy.consent.map(|consent| {
        view! { <p class="muted">{tr!("policy.consent_kept", by = consent.by)}" · "<Moment at=consent.at/></p> }
    });
    view! {
        <Card title=tr!("policy.title") description=tr!("policy.about")>
            <PostForm action done=tr!("policy.saved")>
                <HiddenInput name="project" value=id/>
                <HiddenInput name="version" value=version/>
                <RadioCards name="consumption" legend=tr!("policy.consumption") choices value=chosen/>
                <Checkbox name="consent" label=tr!("policy.consent") checked=has_consent/>
                {stated}
                <FormButtons><SubmitButton label=tr!("policy.save")/></FormButtons>
            </PostForm>
        </Card>
    }
    .into_any()
}
