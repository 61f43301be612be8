use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::server_fns::{CreateSecretKey, RevokeSecretKey};
use crate::console::ui::{
    ButtonKind, Callout, Card, Column, ConfirmDialog, CopyText, EmptyState, FormButtons, HiddenInput, IconName, Moment, PostForm,
    Row, SubmitButton, Table, TextInput, Tone,
};
use crate::model::{ProjectId, SecretKey};

/// Secret keys: a new one is shown this once, any can be ended.
pub fn secret_keys_card(
    project: &ProjectId,
    keys: Vec<SecretKey>,
    new_secret: Option<String>,
    create: ServerAction<CreateSecretKey>,
    revoke: ServerAction<RevokeSecretKey>,
) -> AnyView {
    let (id, keys) = (project.to_string(), table(project, keys, revoke));
    view! {
        <Card title=tr!("settings.secret_keys") description=tr!("settings.secret_keys_text")>
            {new_secret.map(|secret| view! {
                <Callout tone=Tone::Warn title=tr!("settings.secret_once")>
                    <CopyText value=secret what=tr!("settings.secret_key")/>
                </Callout>
            })}
            {keys}
            <PostForm action=create>
                <HiddenInput name="project" value=id/>
                <TextInput name="name" label=tr!("settings.key_name") help=tr!("settings.key_name_help") maxlength=80 required=true/>
                <FormButtons><SubmitButton label=tr!("settings.key_create") kind=ButtonKind::Plain/></FormButtons>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn table(project: &ProjectId, keys: Vec<SecretKey>, action: ServerAction<RevokeSecretKey>) -> AnyView {
    if keys.is_empty() {
        return view! { <EmptyState icon=IconName::Key title=tr!("settings.no_keys") text=tr!("settings.no_keys_text")/> }
            .into_any();
    }
    let columns = vec![
        Column::text(tr!("settings.key_name")),
        Column::fit(tr!("settings.key_ends_in")),
        Column::fit(tr!("settings.key_made")),
        Column::fit(tr!("settings.key_used")),
        Column::actions(tr!("settings.revoke")),
    ];
    let rows = keys.into_iter().map(|key| row(project, key, action)).collect();
    view! { <Table caption=tr!("settings.secret_keys") columns rows/> }.into_any()
}

fn row(project: &ProjectId, key: SecretKey, action: ServerAction<RevokeSecretKey>) -> Row {
    let used = key.last_used_at.map(|at| view! { <Moment at/> });
    let end = match key.revoked_at {
        Some(_) => view! { <span class="muted">{tr!("settings.revoked")}</span> }.into_any(),
        None => revoke_dialog(project, &key, action),
    };
    Row::new()
        .dimmed(key.revoked_at.is_some())
        .cell(key.name)
        .cell(view! { <code>"…"{key.hint}</code> })
        .cell(view! { <Moment at=key.created_at/> })
        .cell(view! { {used} })
        .cell(end)
}

fn revoke_dialog(project: &ProjectId, key: &SecretKey, action: ServerAction<RevokeSecretKey>) -> AnyView {
    let (project, id) = (project.to_string(), key.id.clone());
    view! {
        <ConfirmDialog id=format!("revoke-{id}") label=tr!("settings.revoke")
            title=tr!("settings.revoke_title", name = key.name) text=tr!("settings.revoke_text") kind=ButtonKind::Ghost>
            <PostForm action>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="id" value=id/>
                <FormButtons><SubmitButton label=tr!("settings.revoke") kind=ButtonKind::Danger/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}
