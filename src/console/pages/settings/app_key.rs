use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::server_fns::RotateAppKey;
use crate::console::ui::{
    ButtonKind, Card, Choice, ConfirmDialog, DescriptionList, Fact, FormButtons, HiddenInput, Moment, PostForm, SelectInput,
    SubmitButton, TextInput,
};
use crate::model::{AppKey, ProjectId};

/// The overlap offered first: a day.
const OVERLAP_HOURS_DEFAULT: &str = "24";

/// The AppKey, the old ones and until when they work, and rotation.
pub fn app_key_card(project: &ProjectId, keys: Vec<AppKey>, action: ServerAction<RotateAppKey>) -> AnyView {
    let facts = keys.into_iter().map(fact).collect();
    let project = project.to_string();
    view! {
        <Card title=tr!("settings.app_key") description=tr!("settings.app_key_text")>
            <DescriptionList facts/>
            <ConfirmDialog id="rotate" label=tr!("settings.rotate") title=tr!("settings.rotate_title")
                text=tr!("settings.rotate_text") kind=ButtonKind::Danger>
                <PostForm action done=tr!("settings.rotated")>
                    <HiddenInput name="project" value=project/>
                    <SelectInput name="overlapHours" label=tr!("settings.overlap") help=tr!("settings.overlap_help")
                        choices=overlaps() value=OVERLAP_HOURS_DEFAULT.to_owned()/>
                    <TextInput name="appKey" label=tr!("settings.given_key") help=tr!("settings.given_key_help") mono=true/>
                    <FormButtons><SubmitButton label=tr!("settings.rotate") kind=ButtonKind::Danger/></FormButtons>
                </PostForm>
            </ConfirmDialog>
        </Card>
    }
    .into_any()
}

fn fact(key: AppKey) -> Fact {
    match key.expires_at {
        None => Fact::copy(tr!("settings.key_present"), key.app_key),
        Some(at) => {
            let value =
                view! { <code>{key.app_key}</code>" "<span class="muted">{tr!("settings.key_until")}" "<Moment at/></span> };
            Fact::new(tr!("settings.key_old"), value)
        }
    }
}

/// From at once to 30 days, in hours.
fn overlaps() -> Vec<Choice> {
    vec![
        Choice::new("0", tr!("settings.overlap_none")),
        Choice::new("1", tr!("settings.overlap_hour")),
        Choice::new("24", tr!("settings.overlap_day")),
        Choice::new("168", tr!("settings.overlap_week")),
        Choice::new("720", tr!("settings.overlap_month")),
    ]
}
