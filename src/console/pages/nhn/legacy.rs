use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::queries::NhnPage;
use crate::console::server_fns::SetNhnLegacy;
use crate::console::ui::{ButtonKind, Callout, Card, Checkbox, FormButtons, HiddenInput, PostForm, SubmitButton, Tone};

/// The switch of the calls that carry no key, with what it risks.
pub fn legacy_card(page: &NhnPage, action: ServerAction<SetNhnLegacy>) -> AnyView {
    let (project, legacy) = (page.project.to_string(), page.settings.legacy);
    let version = page.settings.version.to_string();
    view! {
        <Card title=tr!("nhn.legacy") description=tr!("nhn.legacy_text")>
            <Callout tone=Tone::Warn title=tr!("nhn.legacy_risk")><p>{tr!("nhn.legacy_risk_text")}</p></Callout>
            <PostForm action done=tr!("settings.saved")>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="version" value=version/>
                <Checkbox name="legacy" label=tr!("nhn.legacy_switch") help=tr!("nhn.legacy_help") checked=legacy switch=true/>
                <FormButtons><SubmitButton label=tr!("settings.save") kind=ButtonKind::Plain/></FormButtons>
            </PostForm>
        </Card>
    }
    .into_any()
}
