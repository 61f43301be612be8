//! A project's settings: its name and model, its AppKey, its secret keys.

mod app_key;
mod policy;
mod secret_keys;
mod statistics;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::pages::params::use_project;
use crate::console::paths;
use crate::console::queries::{SettingsPage, get_settings};
use crate::console::server_fns::{
    CreateSecretKey, DeleteRate, RevokeSecretKey, RotateAppKey, SaveRate, UpdatePolicy, UpdateProject, UpdateStatistics,
};
use crate::console::ui::{
    ButtonLink, Card, Checkbox, DescriptionList, Fact, FormButtons, HiddenInput, Page, PostForm, SubmitButton, Tab, Tabs,
    TextInput, loaded,
};
use crate::model::{Project, ProjectId};
use app_key::app_key_card;
use policy::policy_card;
use secret_keys::secret_keys_card;
use statistics::statistics_card;

/// A project's settings.
#[component]
pub fn Settings() -> AnyView {
    let project = use_project();
    let (update, rotate) = (ServerAction::<UpdateProject>::new(), ServerAction::<RotateAppKey>::new());
    let (create, revoke) = (ServerAction::<CreateSecretKey>::new(), ServerAction::<RevokeSecretKey>::new());
    let policy = ServerAction::<UpdatePolicy>::new();
    let (zone, rate, no_rate) =
        (ServerAction::<UpdateStatistics>::new(), ServerAction::<SaveRate>::new(), ServerAction::<DeleteRate>::new());
    let settings = Resource::new(move || project.get(), get_settings);
    let show = move |page: SettingsPage| {
        let SettingsPage { project, app_keys, secret_keys, new_secret, api_url, policy: store_policy, statistics } = page;
        view! {
            {project_card(project.clone(), api_url, update)}
            {app_key_card(&project.id, app_keys, rotate)}
            {secret_keys_card(&project.id, secret_keys, new_secret, create, revoke)}
            {policy_card(&project.id, store_policy, policy)}
            {statistics_card(&project.id, statistics, zone, rate, no_rate)}
            {nhn_card(&project.id)}
        }
        .into_any()
    };
    let tabs = settings_tabs(&project.get_untracked());
    view! { <Page title=tr!("settings.title") narrow=true>{tabs}{loaded(settings, show)}</Page> }.into_any()
}

fn project_card(project: Project, api_url: String, action: ServerAction<UpdateProject>) -> AnyView {
    let id = project.id.to_string();
    let facts = vec![Fact::copy(tr!("settings.project_id"), id.clone()), Fact::copy(tr!("settings.api_url"), api_url)];
    view! {
        <Card title=tr!("settings.project")>
            <DescriptionList facts/>
            <PostForm action done=tr!("settings.saved")>
                <HiddenInput name="project" value=id/>
                <HiddenInput name="version" value=project.version.to_string()/>
                <TextInput name="name" label=tr!("settings.name") value=project.name maxlength=80 required=true/>
                <Checkbox name="clientConsume" label=tr!("settings.client_consume") help=tr!("settings.client_consume_help")
                    checked=project.client_consume switch=true/>
                <Checkbox name="userTokenRequired" label=tr!("settings.user_token") help=tr!("settings.user_token_help")
                    checked=project.user_token_required switch=true/>
                <Checkbox name="accountTokenRequired" label=tr!("settings.account_token") help=tr!("settings.account_token_help")
                    checked=project.account_token_required switch=true/>
                <FormButtons><SubmitButton label=tr!("settings.save")/></FormButtons>
            </PostForm>
        </Card>
    }
    .into_any()
}

/// The way to what is taken over from NHN Cloud IAP.
fn nhn_card(project: &ProjectId) -> AnyView {
    let href = paths::settings_nhn(project);
    view! {
        <Card title=tr!("nhn.title") description=tr!("nhn.about")>
            <p>{tr!("nhn.card_text")}</p>
            <div class="form-buttons"><ButtonLink href label=tr!("nhn.card_do")/></div>
        </Card>
    }
    .into_any()
}

/// The parts of a project's settings.
pub fn settings_tabs(project: &ProjectId) -> AnyView {
    let tabs = vec![
        Tab::new(tr!("settings.general"), paths::settings(project)),
        Tab::new(tr!("members.title"), paths::members(project)),
        Tab::new(tr!("audit.title"), paths::project_audit(project)),
    ];
    view! { <Tabs label=tr!("settings.title") tabs/> }.into_any()
}
