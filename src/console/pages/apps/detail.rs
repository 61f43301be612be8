use leptos::prelude::*;

use super::fields::StoreForm;
use super::new::environments;
use crate::console::i18n::tr;
use crate::console::pages::params::{use_project, use_segment};
use crate::console::paths;
use crate::console::server_fns::{AppPage, UpdateApp, get_app};
use crate::console::ui::{
    Card, Checkbox, Choice, Crumb, DescriptionList, Fact, FormButtons, HiddenInput, Page, PostForm, RadioCards, SelectInput,
    SubmitButton, TextInput, loaded,
};
use crate::console::words::{EnvironmentBadge, UseStatusDot, store_name};
use crate::model::{AppSeq, ProjectId, StoreCode};

/// One app: what it is, what to enter at the store, and the store's own values.
#[component]
pub fn AppDetail() -> AnyView {
    let (project, segment) = (use_project(), use_segment("app"));
    let action = ServerAction::<UpdateApp>::new();
    let app = Resource::new(
        move || (project.get(), segment.get().parse().unwrap_or(AppSeq(0)), action.version().get()),
        |(project, app, _)| get_app(project, app),
    );
    loaded(app, 8, move |page| content(project.get_untracked(), page, action))
}

fn content(project: ProjectId, page: AppPage, action: ServerAction<UpdateApp>) -> AnyView {
    let app = page.app.clone();
    let crumbs = vec![Crumb::new(tr!("apps.title"), paths::apps(&project))];
    let (environment, status) = (app.environment, app.status);
    let marks = move || view! { <EnvironmentBadge environment/><UseStatusDot status/> };
    let callback = page.callback_url.clone().map(|url| {
        view! {
            <Card title=tr!("apps.callback") description=tr!("apps.callback_about")>
                <DescriptionList facts=vec![Fact::copy(tr!("apps.callback_url"), url)]/>
            </Card>
        }
    });
    let facts = vec![
        Fact::new(tr!("apps.store"), store_name(app.store)),
        Fact::copy(tr!("apps.store_app_id"), app.store_app_id.clone()),
        Fact::copy(tr!("apps.seq"), app.app_seq.to_string()),
    ];
    view! {
        <Page title=app.name.clone() crumbs marks narrow=true>
            <Card><DescriptionList facts/></Card>
            {callback}
            <Card title=tr!("apps.settings")>{form(project, page, action)}</Card>
        </Page>
    }
    .into_any()
}

fn form(project: ProjectId, page: AppPage, action: ServerAction<UpdateApp>) -> AnyView {
    let app = page.app.clone();
    let statuses = vec![Choice::new("USE", tr!("apps.use")), Choice::new("STOP", tr!("apps.stop"))];
    let sandbox = (app.store == StoreCode::AppStore).then(|| {
        view! { <Checkbox name="acceptSandbox" label=tr!("apps.accept_sandbox") help=tr!("apps.accept_sandbox_help") checked=app.accept_sandbox/> }
    });
    view! {
        <PostForm action done=tr!("apps.saved")>
            <HiddenInput name="project" value=project.0/>
            <HiddenInput name="app" value=app.app_seq.to_string()/>
            <TextInput name="name" label=tr!("apps.name") value=app.name maxlength=80 required=true/>
            <SelectInput name="status" label=tr!("apps.status") help=tr!("apps.status_help") choices=statuses value=app.status.as_str()/>
            <RadioCards name="environment" legend=tr!("apps.environment") help=tr!("apps.environment_help")
                choices=environments() value=app.environment.as_str()/>
            {sandbox}
            <StoreForm page/>
            <FormButtons><SubmitButton label=tr!("form.save")/></FormButtons>
        </PostForm>
    }
    .into_any()
}
