use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::role_name;
use crate::console::paths;
use crate::console::reader::use_viewer;
use crate::console::server_fns::CreateProject;
use crate::console::ui::{
    ButtonKind, ButtonLink, Column, Crumb, EmptyState, FormButtons, IconName, Page, PostForm, Row, SubmitButton, Table, TextInput,
};
use crate::model::Viewer;

/// The projects the reader belongs to.
#[component]
pub fn Projects() -> AnyView {
    let viewer = use_viewer();
    let content = move || viewer.get().flatten().map(list);
    view! { <Transition>{content}</Transition> }.into_any()
}

fn list(viewer: Viewer) -> AnyView {
    let is_admin = viewer.is_admin;
    let new =
        || view! { <ButtonLink href=paths::PROJECT_NEW label=tr!("projects.new") kind=ButtonKind::Primary icon=IconName::Plus/> };
    let actions = move || is_admin.then(new);
    let columns = vec![Column::text(tr!("projects.name")), Column::fit(tr!("projects.role")), Column::fit(tr!("projects.id"))];
    let is_empty = viewer.projects.is_empty();
    let rows = viewer.projects.into_iter().map(|project| {
        let href = paths::project(&project.id);
        Row::new().href(href).cell(project.name).cell(role_name(project.role)).cell(view! { <code>{project.id.0}</code> })
    });
    let content = if is_empty {
        let text = if is_admin { tr!("projects.none_admin") } else { tr!("projects.none_member") };
        view! { <EmptyState icon=IconName::Grid title=tr!("projects.none") text action=move || is_admin.then(new)/> }.into_any()
    } else {
        let rows: Vec<Row> = rows.collect();
        view! { <Table caption=tr!("projects.title") columns rows/> }.into_any()
    };
    view! { <Page title=tr!("projects.title") description=tr!("projects.about") actions>{content}</Page> }.into_any()
}

/// Making a project.
#[component]
pub fn ProjectNew() -> AnyView {
    let action = ServerAction::<CreateProject>::new();
    let crumbs = vec![Crumb::new(tr!("projects.title"), paths::HOME)];
    view! {
        <Page title=tr!("projects.new") crumbs narrow=true>
            <PostForm action>
                <TextInput name="name" label=tr!("projects.name") help=tr!("projects.name_help") maxlength=80 required=true/>
                <TextInput name="appKey" label=tr!("projects.app_key") help=tr!("projects.app_key_help") mono=true/>
                <FormButtons>
                    <SubmitButton label=tr!("projects.create")/>
                    <ButtonLink href=paths::HOME label=tr!("form.cancel") kind=ButtonKind::Ghost/>
                </FormButtons>
            </PostForm>
        </Page>
    }
    .into_any()
}
