use leptos::prelude::*;

use super::fault_fields::{api_fields, notification_fields};
use crate::console::i18n::tr;
use crate::console::server_fns::SetSimulatedFaults;
use crate::console::ui::{Badge, ButtonKind, Callout, Card, Checkbox, FormButtons, HiddenInput, PostForm, SubmitButton, Tone};
use crate::model::{ProjectId, SimulatorFaults};

/// What goes wrong on purpose: in answers of the App Store Server API, and on a notification's way.
pub fn faults_card(
    project: &ProjectId,
    faults: SimulatorFaults,
    may_set: bool,
    action: ServerAction<SetSimulatedFaults>,
) -> AnyView {
    let is_quiet = faults == SimulatorFaults::default();
    let badge = move || match is_quiet {
        true => view! { <Badge label=tr!("simulated.all_well") tone=Tone::Good/> },
        false => view! { <Badge label=tr!("simulated.goes_wrong") tone=Tone::Warn/> },
    };
    let body = match may_set {
        true => form(project, faults, action),
        false => view! { <Callout tone=Tone::Info><p>{tr!("simulated.not_alone")}</p></Callout> }.into_any(),
    };
    view! { <Card title=tr!("simulated.faults") description=tr!("simulated.faults_about") actions=badge>{body}</Card> }.into_any()
}

fn form(project: &ProjectId, faults: SimulatorFaults, action: ServerAction<SetSimulatedFaults>) -> AnyView {
    let project = project.0.clone();
    let SimulatorFaults { api, notifications, rate_limits, unreleased } = faults;
    view! {
        <PostForm action done=tr!("simulated.faults_set")>
            <HiddenInput name="project" value=project/>
            <fieldset class="form-group">
                <legend>{tr!("simulated.api")}</legend>
                {api_fields(api)}
                <div class="wide"><Checkbox name="rateLimits" label=tr!("simulated.rate_limits") help=tr!("simulated.rate_limits_help") checked=rate_limits/></div>
                <div class="wide"><Checkbox name="unreleased" label=tr!("simulated.unreleased") help=tr!("simulated.unreleased_help") checked=unreleased/></div>
            </fieldset>
            <fieldset class="form-group">
                <legend>{tr!("simulated.notices")}</legend>
                {notification_fields(notifications)}
            </fieldset>
            <FormButtons>
                <SubmitButton label=tr!("form.save")/>
                <SubmitButton label=tr!("simulated.clear") name="input[choice]" value="clear" kind=ButtonKind::Plain/>
            </FormButtons>
        </PostForm>
    }
    .into_any()
}
