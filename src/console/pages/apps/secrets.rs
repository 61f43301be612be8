use leptos::prelude::*;

use super::fields::field_name;
use crate::console::i18n::tr;
use crate::console::queries::AppPage;
use crate::console::server_fns::RemoveSecret;
use crate::console::store_labels::can;
use crate::console::ui::{ButtonKind, Card, Column, ConfirmDialog, FormButtons, HiddenInput, PostForm, Row, SubmitButton, Table};
use crate::model::{Ability, App, ProjectId};

/// The secrets that are stored, by name only; each can be taken away.
pub(super) fn secrets_card(project: &ProjectId, page: &AppPage, action: ServerAction<RemoveSecret>) -> AnyView {
    let columns = vec![Column::text(tr!("apps.secret")), Column::actions(tr!("apps.secret_remove"))];
    let rows = page.stored_secrets.iter().map(|name| {
        let label = field_name(page.app.store, name);
        Row::new().cell(label.clone()).cell(remove_dialog(project, &page.app, name, label, action))
    });
    let rows: Vec<Row> = rows.collect();
    view! {
        <Card title=tr!("apps.secrets") description=tr!("apps.secrets_about") flush=true>
            <Table caption=tr!("apps.secrets") columns rows/>
        </Card>
    }
    .into_any()
}

fn remove_dialog(project: &ProjectId, app: &App, name: &str, label: String, action: ServerAction<RemoveSecret>) -> AnyView {
    let (project, name) = (project.0.clone(), name.to_owned());
    let (seq, version) = (app.app_seq.to_string(), app.version.to_string());
    let text = match can(app.store, Ability::Fetch) {
        true => tr!("apps.secret_remove_text_asked"),
        false => tr!("apps.secret_remove_text"),
    };
    view! {
        <ConfirmDialog id=format!("remove-{name}") label=tr!("apps.secret_remove")
            title=tr!("apps.secret_remove_title", name = label) text kind=ButtonKind::Ghost>
            <PostForm action done=tr!("apps.secret_removed")>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="app" value=seq/>
                <HiddenInput name="version" value=version/>
                <HiddenInput name="name" value=name/>
                <FormButtons><SubmitButton label=tr!("apps.secret_remove") kind=ButtonKind::Danger/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}
