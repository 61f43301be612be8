use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::queries::NhnPage;
use crate::console::server_fns::{SetNhnCompatible, SetNhnLegacy};
use crate::console::ui::{ButtonKind, Callout, Card, Checkbox, FormButtons, HiddenInput, PostForm, SubmitButton, TextArea, Tone};

/// The switch of the calls that carry an AppKey only, with what it risks and from where they are answered.
pub fn compatible_card(page: &NhnPage, action: ServerAction<SetNhnCompatible>) -> AnyView {
    let (project, door) = (page.project.to_string(), page.settings.door.clone());
    let version = page.settings.version.to_string();
    let addresses = door.addresses.replace(' ', "\n");
    view! {
        <div id="server-api">
            <Card title=tr!("nhn.compatible") description=tr!("nhn.compatible_text")>
                <Callout tone=Tone::Warn title=tr!("nhn.compatible_risk")><p>{tr!("nhn.compatible_risk_text")}</p></Callout>
                <PostForm action done=tr!("settings.saved")>
                    <HiddenInput name="project" value=project/>
                    <HiddenInput name="version" value=version/>
                    <Checkbox name="compatible" label=tr!("nhn.compatible_switch") help=tr!("nhn.compatible_help")
                        checked=door.is_open switch=true/>
                    <TextArea name="addresses" label=tr!("nhn.addresses") help=tr!("nhn.addresses_help") value=addresses
                        rows=3 maxlength=4000 mono=true/>
                    <FormButtons><SubmitButton label=tr!("settings.save")/></FormButtons>
                </PostForm>
            </Card>
        </div>
    }
    .into_any()
}

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
