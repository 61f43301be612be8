use leptos::prelude::*;

use super::labels::damage_name;
use crate::console::i18n::tr;
use crate::console::ui::{Checkbox, Choice, SelectInput, TextInput};
use crate::model::{ApiFaults, NotificationDamage, NotificationFaults, Timestamp};

fn text<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

pub(super) fn api_fields(api: ApiFaults) -> AnyView {
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

pub(super) fn notification_fields(notifications: NotificationFaults) -> AnyView {
    let mut damages = vec![Choice::new("", tr!("simulated.undamaged"))];
    damages.extend(NotificationDamage::ALL.iter().map(|damage| Choice::new(damage.as_str(), damage_name(*damage))));
    let damage = notifications.damage.map(|damage| damage.as_str().to_owned()).unwrap_or_default();
    view! {
        <TextInput name="lostPercent" label=tr!("simulated.lost_percent") value=notifications.lost_percent.to_string() inputmode="numeric"/>
        <TextInput name="repeatedPercent" label=tr!("simulated.repeated_percent") value=notifications.repeated_percent.to_string() inputmode="numeric"/>
        <TextInput name="delaySeconds" label=tr!("simulated.delay_seconds") help=tr!("simulated.delay_seconds_help") value=notifications.delay_seconds.to_string() inputmode="numeric"/>
        <SelectInput name="damage" label=tr!("simulated.damage") choices=damages value=damage/>
        <div class="wide"><Checkbox name="lostForGood" label=tr!("simulated.lost_for_good") checked=notifications.lost_for_good/></div>
        <div class="wide"><Checkbox name="reordered" label=tr!("simulated.reordered") checked=notifications.reordered/></div>
    }
    .into_any()
}
