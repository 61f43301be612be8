use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::queries::NhnPage;
use crate::console::server_fns::{RotateAppKey, SetGamebase};
use crate::console::ui::{
    ButtonKind, Callout, Card, Checkbox, ConfirmDialog, DescriptionList, Fact, FormButtons, HiddenInput, PostForm, SubmitButton,
    TextInput, Tone,
};

/// The key present until now works this long beside the one taken over: 30 days.
const OVERLAP_HOURS: &str = "720";

/// The AppKey to take over.
pub fn app_key_card(page: &NhnPage, action: ServerAction<RotateAppKey>) -> AnyView {
    let present = page.app_keys.first().map(|key| key.app_key.clone()).unwrap_or_default();
    let facts = vec![Fact::copy(tr!("settings.key_present"), present)];
    let project = page.project.to_string();
    view! {
        <div id="app-key">
            <Card title=tr!("nhn.app_key") description=tr!("nhn.app_key_text")>
                <DescriptionList facts/>
                <ConfirmDialog id="take-over" label=tr!("nhn.app_key_do") title=tr!("nhn.app_key_title")
                    text=tr!("nhn.app_key_confirm")>
                    <PostForm action done=tr!("settings.rotated")>
                        <HiddenInput name="project" value=project/>
                        <HiddenInput name="overlapHours" value=OVERLAP_HOURS/>
                        <TextInput name="appKey" label=tr!("nhn.app_key_given") help=tr!("nhn.app_key_help") mono=true
                            maxlength=128 required=true/>
                        <FormButtons><SubmitButton label=tr!("nhn.app_key_do")/></FormButtons>
                    </PostForm>
                </ConfirmDialog>
            </Card>
        </div>
    }
    .into_any()
}

/// Gamebase's app id and secret key to take over.
pub fn gamebase_card(page: &NhnPage, action: ServerAction<SetGamebase>) -> AnyView {
    let settings = &page.settings;
    let app_id = settings.gamebase_id(&page.project).to_owned();
    let (has_secret, is_weak) = (settings.has_gamebase_secret, settings.has_weak_gamebase_secret);
    let secret_help = if has_secret { tr!("nhn.secret_kept") } else { tr!("nhn.secret_help") };
    let (project, version) = (page.project.to_string(), settings.version.to_string());
    view! {
        <Card title=tr!("nhn.gamebase") description=tr!("nhn.gamebase_text")>
            {is_weak.then(|| view! { <Callout tone=Tone::Warn title=tr!("nhn.secret_short")><p>{tr!("nhn.secret_short_text")}</p></Callout> })}
            <PostForm action done=tr!("settings.saved")>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="version" value=version/>
                <TextInput name="gamebaseAppId" label=tr!("nhn.app_id") help=tr!("nhn.app_id_help") value=app_id maxlength=64 mono=true/>
                <TextInput name="gamebaseSecret" label=tr!("nhn.secret") help=secret_help kind="password" maxlength=128
                    autocomplete="new-password" mono=true/>
                {is_weak.then(|| view! { <Checkbox name="removeSecret" label=tr!("nhn.secret_remove")/> })}
                <FormButtons><SubmitButton label=tr!("settings.save") kind=ButtonKind::Plain/></FormButtons>
            </PostForm>
        </Card>
    }
    .into_any()
}
