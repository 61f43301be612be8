use leptos::prelude::*;

use super::labels::damage_name;
use crate::console::i18n::tr;
use crate::console::server_fns::SetSimulatedFaults;
use crate::console::ui::{
    Badge, ButtonKind, Callout, Card, Checkbox, Choice, FormButtons, HiddenInput, PostForm, SelectInput, SubmitButton, TextInput,
    Tone,
};
use crate::model::{ApiFaults, NotificationDamage, NotificationFaults, ProjectId, SimulatorFaults, Timestamp};

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

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn api_fields(api: ApiFaults) -> AnyView {
    let mut statuses = vec![Choice::new("", tr!("simulated.good_answer"))];
    let known = [
        ("401", tr!("simulated.status_401")),
        ("404", tr!("simulated.status_404")),
        ("429", tr!("simulated.status_429")),
        ("500", tr!("simulated.status_500")),
        ("503", tr!("simulated.status_503")),
    ];
    statuses.extend(known.map(|(code, label)| Choice::new(code, label)));
    let status = text(api.status);
    if statuses.iter().all(|choice| choice.value != status) {
        statuses.push(Choice::new(status.clone(), status.clone()));
    }
    let retry_after = text(api.retry_after_millis.map(|millis| millis / Timestamp::SECOND));
    let path_help = tr!("simulated.path_help");
    view! {
        <SelectInput name="status" label=tr!("simulated.status") choices=statuses value=status/>
        <TextInput name="errorCode" label=tr!("simulated.error_code") help=tr!("simulated.error_code_help") value=text(api.error_code) inputmode="numeric" mono=true/>
        <TextInput name="retryAfterSeconds" label=tr!("simulated.retry_after") help=tr!("simulated.retry_after_help") value=retry_after inputmode="numeric"/>
        <TextInput name="calls" label=tr!("simulated.calls") help=tr!("simulated.calls_help") value=text(api.calls) inputmode="numeric"/>
        <TextInput name="path" label=tr!("simulated.path") help=path_help value=api.path.unwrap_or_default() mono=true/>
        <TextInput name="delayMillis" label=tr!("simulated.delay_millis") value=api.delay_millis.to_string() inputmode="numeric"/>
    }
    .into_any()
}

fn notification_fields(notifications: NotificationFaults) -> AnyView {
    let mut damages = vec![Choice::new("", tr!("simulated.undamaged"))];
    damages.extend(NotificationDamage::ALL.iter().map(|damage| Choice::new(damage.as_str(), damage_name(*damage))));
    let damage = notifications.damage.map(|damage| damage.as_str().to_owned()).unwrap_or_default();
    view! {
        <TextInput name="lostPercent" label=tr!("simulated.lost_percent") value=notifications.lost_percent.to_string() inputmode="numeric"/>
        <TextInput name="repeatedPercent" label=tr!("simulated.repeated_percent") value=notifications.repeated_percent.to_string() inputmode="numeric"/>
        <TextInput name="delaySeconds" label=tr!("simulated.delay_seconds") help=tr!("simulated.delay_seconds_help") value=notifications.delay_seconds.to_string() inputmode="numeric"/>
        <SelectInput name="damage" label=tr!("simulated.damage") choices=damages value=damage/>
        <div class="wide"><Checkbox name="reordered" label=tr!("simulated.reordered") checked=notifications.reordered/></div>
    }
    .into_any()
}
