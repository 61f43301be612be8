use leptos::prelude::*;

use super::detail::Actions;
use crate::console::i18n::tr;
use crate::console::queries::AppPage;
use crate::console::server_fns::RemoveTrustedRoot;
use crate::console::ui::{
    ButtonKind, Card, Column, ConfirmDialog, CopyText, FormButtons, HiddenInput, Moment, PostForm, Row, SubmitButton, Table,
    TextArea,
};
use crate::model::{AppSeq, ProjectId, TrustedRoot};

/// How much of a fingerprint tells certificates apart.
const FINGERPRINT_SHOWN: usize = 16;

/// The certificates a SIMULATOR app trusts besides the simulator's own; one can be added or taken away.
pub(super) fn roots_card(project: &ProjectId, page: &AppPage, actions: Actions) -> AnyView {
    let app = page.app.app_seq;
    let rows = page.trusted_roots.iter().map(|root| row(project, app, root, actions.remove_root)).collect::<Vec<_>>();
    let columns = vec![
        Column::text(tr!("apps.root_subject")),
        Column::text(tr!("apps.root_fingerprint")),
        Column::fit(tr!("apps.root_expires")),
        Column::actions(tr!("apps.root_remove")),
    ];
    let table = match rows.is_empty() {
        true => view! { <p class="muted">{tr!("apps.roots_none")}</p> }.into_any(),
        false => view! { <Table caption=tr!("apps.roots") columns rows/> }.into_any(),
    };
    let project = project.0.clone();
    view! {
        <Card title=tr!("apps.roots") description=tr!("apps.roots_about")>
            {table}
            <PostForm action=actions.add_root done=tr!("apps.root_added")>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="app" value=app.to_string()/>
                <TextArea name="trustedRoots" label=tr!("apps.root_new") help=tr!("apps.root_new_help")
                    placeholder="-----BEGIN CERTIFICATE-----" rows=4 required=true mono=true/>
                <FormButtons><SubmitButton label=tr!("apps.root_add") kind=ButtonKind::Plain/></FormButtons>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn row(project: &ProjectId, app: AppSeq, root: &TrustedRoot, action: ServerAction<RemoveTrustedRoot>) -> Row {
    let shown: String = root.fingerprint.chars().take(FINGERPRINT_SHOWN).collect();
    Row::new()
        .cell(root.subject.clone())
        .cell(view! { <CopyText value=shown what=tr!("apps.root_fingerprint")/> })
        .cell(view! { <Moment at=root.expires_at/> })
        .cell(remove_dialog(project, app, root, action))
}

fn remove_dialog(project: &ProjectId, app: AppSeq, root: &TrustedRoot, action: ServerAction<RemoveTrustedRoot>) -> AnyView {
    let (project, fingerprint) = (project.0.clone(), root.fingerprint.clone());
    view! {
        <ConfirmDialog id=format!("untrust-{fingerprint}") label=tr!("apps.root_remove")
            title=tr!("apps.root_remove_title", name = root.subject) text=tr!("apps.root_remove_text") kind=ButtonKind::Ghost>
            <PostForm action done=tr!("apps.root_removed")>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="app" value=app.to_string()/>
                <HiddenInput name="fingerprint" value=fingerprint/>
                <FormButtons><SubmitButton label=tr!("apps.root_remove") kind=ButtonKind::Danger/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}
