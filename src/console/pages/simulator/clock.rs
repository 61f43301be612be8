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
        false => view! { <Callout tone=Tone::Info><p>{tr!("simulated.not_alone")}</p></Callout> }.into_any(),
    };
    view! {
        <Card title=tr!("simulated.clock") description=tr!("simulated.clock_about")>
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
        ("PT1H", tr!("simulated.hour")),
        ("P1D", tr!("simulated.day")),
        ("P1W", tr!("simulated.week")),
        ("P1M", tr!("simulated.month")),
        ("P1Y", tr!("simulated.year")),
    ];
    let label = tr!("simulated.to", zone = zone.label());
    view! {
        <PostForm action done=tr!("simulated.moved")>
            <HiddenInput name="project" value=project/>
            <HiddenInput name="zone" value=zone.0.to_string()/>
            <div class="clock-form">
                <TextInput name="to" label kind="datetime-local" value=shown/>
                <SubmitButton label=tr!("simulated.move_to") kind=ButtonKind::Plain/>
                <div class="clock-steps" role="group" aria-label=tr!("simulated.ahead_by")>
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
        ..Timestamp::MINUTE => tr!("simulated.real_time"),
        Timestamp::MINUTE..Timestamp::HOUR => tr!("simulated.ahead_minutes", count = millis / Timestamp::MINUTE),
        Timestamp::HOUR..Timestamp::DAY => tr!("simulated.ahead_hours", count = millis / Timestamp::HOUR),
        _ => tr!("simulated.ahead_days", count = millis / Timestamp::DAY),
    }
}
