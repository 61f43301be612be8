use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::reader::reader;
use crate::console::server_fns::MoveSimulatedClock;
use crate::console::ui::{ButtonKind, Callout, Card, FormButtons, HiddenInput, Moment, PostForm, SubmitButton, TextInput, Tone};
use crate::model::{ProjectId, SimulatedProject, Timestamp};

/// What the simulated clock shows, and moving it ahead.
pub fn clock_card(project: &ProjectId, project_view: &SimulatedProject, action: ServerAction<MoveSimulatedClock>) -> AnyView {
    let (now, ahead) = (project_view.now, ahead(project_view.now, project_view.real_now));
    let form = match project_view.may_set_store {
        true => form(project, now, action),
        false => view! { <Callout tone=Tone::Info><p>{tr!("desk.not_alone")}</p></Callout> }.into_any(),
    };
    view! {
        <Card title=tr!("desk.clock") description=tr!("desk.clock_about")>
            <p class="clock-now"><strong><Moment at=now/></strong><span class="muted">{ahead}</span></p>
            {form}
        </Card>
    }
    .into_any()
}

fn form(project: &ProjectId, now: Timestamp, action: ServerAction<MoveSimulatedClock>) -> AnyView {
    let (project, zone) = (project.0.clone(), reader().zone);
    // As an input of a moment takes it: no seconds, no zone.
    let shown = now.for_people(zone).replace(' ', "T").chars().take("2026-12-01T09:00".len()).collect::<String>();
    let steps = [
        ("PT1H", tr!("desk.hour")),
        ("P1D", tr!("desk.day")),
        ("P1W", tr!("desk.week")),
        ("P1M", tr!("desk.month")),
        ("P1Y", tr!("desk.year")),
    ];
    let label = tr!("desk.to", zone = zone.label());
    view! {
        <PostForm action done=tr!("desk.moved")>
            <HiddenInput name="project" value=project/>
            <HiddenInput name="zone" value=zone.0.to_string()/>
            <div class="clock-form">
                <TextInput name="to" label kind="datetime-local" value=shown/>
                <SubmitButton label=tr!("desk.move_to") kind=ButtonKind::Plain/>
                <div class="clock-steps" role="group" aria-label=tr!("desk.ahead_by")>
                    <FormButtons>{steps.map(|(step, label)| step_button(step, label)).into_iter().collect::<Vec<_>>()}</FormButtons>
                </div>
            </div>
        </PostForm>
    }
    .into_any()
}

fn step_button(step: &'static str, label: String) -> AnyView {
    view! { <SubmitButton label name="input[step]" value=step kind=ButtonKind::Plain/> }.into_any()
}

/// How far the simulated clock is ahead, in the largest unit that fits.
fn ahead(now: Timestamp, real: Timestamp) -> String {
    let millis = now.0 - real.0;
    match millis {
        ..Timestamp::MINUTE => tr!("desk.real_time"),
        Timestamp::MINUTE..Timestamp::HOUR => tr!("desk.ahead_minutes", count = millis / Timestamp::MINUTE),
        Timestamp::HOUR..Timestamp::DAY => tr!("desk.ahead_hours", count = millis / Timestamp::HOUR),
        _ => tr!("desk.ahead_days", count = millis / Timestamp::DAY),
    }
}
