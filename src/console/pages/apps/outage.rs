use leptos::prelude::*;

use super::detail::Actions;
use crate::console::i18n::tr;
use crate::console::queries::AppPage;
use crate::console::store_labels::can;
use crate::console::ui::{
    ButtonKind, Callout, Card, Choice, ConfirmDialog, FormButtons, HiddenInput, Moment, PostForm, SelectInput, SubmitButton, Tone,
};
use crate::model::{Ability, OUTAGE_HOURS_DEFAULT, ProjectId, Timestamp};

/// How long outage mode may last; the last is the most there is.
const HOURS: [u32; 5] = [1, 6, 12, 24, 72];

/// Outage mode: whether it is on, and switching it on or off. None for stores that have none.
pub(super) fn outage_card(project: &ProjectId, page: &AppPage, actions: Actions) -> Option<AnyView> {
    if !can(page.app.store, Ability::VerifyOffline) {
        return None;
    }
    let begin = begin_dialog(project, page, actions);
    let now = match page.outage_until {
        Some(until) => on(until, end_form(project, page, actions)),
        None => view! { <p class="muted">{tr!("outage.off")}</p> }.into_any(),
    };
    let card = view! {
        <Card title=tr!("outage.title") description=tr!("outage.about")>
            {now}
            <div class="form-buttons">{begin}</div>
        </Card>
    };
    Some(card.into_any())
}

fn on(until: Timestamp, end: AnyView) -> AnyView {
    view! {
        <Callout tone=Tone::Bad title=tr!("outage.on")>
            <p>{tr!("outage.on_text")}" "{tr!("outage.until")}" "<Moment at=until/></p>
        </Callout>
        {end}
    }
    .into_any()
}

fn begin_dialog(project: &ProjectId, page: &AppPage, actions: Actions) -> AnyView {
    let (project, app, version) = (project.0.clone(), page.app.app_seq.to_string(), page.app.version.to_string());
    let hours = HOURS.map(|hours| Choice::new(hours.to_string(), tr!("outage.hours_of", hours = hours))).to_vec();
    let label = if page.outage_until.is_some() { tr!("outage.move_end") } else { tr!("outage.begin") };
    view! {
        <ConfirmDialog id="begin-outage" label title=tr!("outage.begin_title") text=tr!("outage.begin_text") kind=ButtonKind::Plain>
            <PostForm action=actions.begin_outage done=tr!("outage.begun")>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="app" value=app/>
                <HiddenInput name="version" value=version/>
                <SelectInput name="hours" label=tr!("outage.hours") help=tr!("outage.hours_help") choices=hours
                    value=OUTAGE_HOURS_DEFAULT.to_string() required=true/>
                <FormButtons><SubmitButton label=tr!("outage.begin_submit") kind=ButtonKind::Danger/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}

fn end_form(project: &ProjectId, page: &AppPage, actions: Actions) -> AnyView {
    let (project, app, version) = (project.0.clone(), page.app.app_seq.to_string(), page.app.version.to_string());
    view! {
        <PostForm action=actions.end_outage done=tr!("outage.ended")>
            <HiddenInput name="project" value=project/>
            <HiddenInput name="app" value=app/>
            <HiddenInput name="version" value=version/>
            <FormButtons><SubmitButton label=tr!("outage.end")/></FormButtons>
        </PostForm>
    }
    .into_any()
}
