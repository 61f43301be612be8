use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{finding_text, finding_title, health_name, health_tone};
use crate::console::reader::reader;
use crate::console::server_fns::CheckApp;
use crate::console::ui::{Badge, ButtonKind, Callout, Card, HiddenInput, PostForm, SubmitButton, Tone};
use crate::model::{AppHealth, AppSeq, Finding, ProjectId};

/// The connection to the store: what the last test found, and a button that tests it again.
#[component]
pub fn HealthCard(
    project: ProjectId,
    app: AppSeq,
    health: Option<AppHealth>,
    /// Whether the reader may have it tested.
    may_test: bool,
    action: ServerAction<CheckApp>,
) -> AnyView {
    let test = may_test.then(|| {
        view! {
            <PostForm action done=tr!("health.done")>
                <HiddenInput name="project" value=project.0/>
                <HiddenInput name="app" value=app.to_string()/>
                <div><SubmitButton label=tr!("health.test") kind=ButtonKind::Plain/></div>
            </PostForm>
        }
    });
    let found = match health {
        Some(health) => findings(health),
        None => view! { <p class="muted">{tr!("health.never")}</p> }.into_any(),
    };
    view! {
        <Card title=tr!("health.title") description=tr!("health.about")>
            {found}
            {test}
        </Card>
    }
    .into_any()
}

fn findings(health: AppHealth) -> AnyView {
    let reader = reader();
    let at = format!("{} {}", health.checked_at.for_people(reader.zone), reader.zone.label());
    let status = health.status;
    let stale = health.is_stale.then(|| view! { <p class="muted">{tr!("health.stale")}</p> });
    let found = health.findings.into_iter().map(finding).collect::<Vec<_>>();
    view! {
        <p class="health-line"><Badge label=health_name(status) tone=health_tone(status)/><span class="muted">{tr!("health.at", at = at)}</span></p>
        {stale}
        {found}
    }
    .into_any()
}

fn finding(finding: Finding) -> AnyView {
    let world = finding.world.as_ref().map(|world| format!(" · {world}")).unwrap_or_default();
    let title = format!("{}{world}", finding_title(finding.code));
    view! { <Callout tone=health_tone(finding.status) title><p>{finding_text(&finding)}</p></Callout> }.into_any()
}

/// A mark for tables; a dash for an app that was never tested.
pub fn health_mark(health: Option<&AppHealth>) -> AnyView {
    match health {
        Some(health) => {
            let (label, tone): (String, Tone) = (health_name(health.status), health_tone(health.status));
            view! { <Badge label tone/> }.into_any()
        }
        None => view! { <span class="muted">"—"</span> }.into_any(),
    }
}
