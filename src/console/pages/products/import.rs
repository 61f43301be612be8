use leptos::prelude::*;

use super::refused::refused_card;
use crate::console::i18n::tr;
use crate::console::labels::{store_name, use_status_name};
use crate::console::pages::params::use_project;
use crate::console::paths;
use crate::console::queries::{ProductImportPage, get_product_import};
use crate::console::store_labels::can;
use crate::console::ui::{
    ButtonKind, ButtonLink, Card, Choice, CodeBlock, Column, Crumb, EmptyState, FileInput, FormButtons, HiddenInput, IconName,
    Page, Row, SelectInput, SubmitButton, Table, grouped, loaded,
};
use crate::model::{Ability, App, ChangedRow, ImportNote, ImportPreview, Product, ProjectId};

const EXAMPLE: &str = "productId,name,type,status,sku\ngem_100,100 gems,CONSUMABLE,USE,gems-100\nremove_ads,No ads,NON_CONSUMABLE,USE,\nvip_month,VIP,AUTO_SUBSCRIPTION,USE,\n";
/// The changes that are shown one by one.
const CHANGES_SHOWN: usize = 100;

/// Adding many products from a file: all of them or, with the reasons, none.
#[component]
pub fn ProductImport() -> AnyView {
    let project = use_project();
    let page = Resource::new(move || project.get(), get_product_import);
    let crumbs = vec![Crumb::new(tr!("products.title"), paths::products(&project.get_untracked()))];
    view! {
        <Page title=tr!("import.title") description=tr!("import.about") crumbs narrow=true>
            {loaded(page, move |page| content(&project.get_untracked(), page))}
        </Page>
    }
    .into_any()
}

fn content(project: &ProjectId, page: ProductImportPage) -> AnyView {
    if page.apps.is_empty() {
        let new = paths::app_new(project);
        let action = move || view! { <ButtonLink href=new label=tr!("apps.new") kind=ButtonKind::Primary/> };
        return view! { <EmptyState icon=IconName::Apps title=tr!("apps.none") text=tr!("products.needs_app") action/> }
            .into_any();
    }
    let catalogs = catalogs_card(project, &page.apps);
    let note = page.note.map(|note| match note {
        ImportNote::Refused(refused) => refused_card(refused, tr!("products.store_product_id"), tr!("import.nothing_added")),
        ImportNote::Preview(preview) => preview_card(project, preview),
    });
    let form = form(project, page.apps);
    view! {
        {note}
        <Card>{form}</Card>
        <Card title=tr!("import.form") description=tr!("import.form_about")>
            <CodeBlock label=tr!("import.example") text=EXAMPLE/>
            <p class="field-help">{tr!("import.columns")}</p>
        </Card>
        {catalogs}
    }
    .into_any()
}

/// The apps whose store can be asked for its own list.
fn catalogs_card(project: &ProjectId, apps: &[App]) -> Option<AnyView> {
    let link = |app: &App| {
        let label = format!("{} · {}", store_name(app.store), app.name);
        view! { <ButtonLink href=paths::catalog_import(project, app.app_seq) label/> }
    };
    let links: Vec<_> = apps.iter().filter(|app| can(app.store, Ability::ListCatalog)).map(link).collect();
    if links.is_empty() {
        return None;
    }
    let card = view! {
        <Card title=tr!("catalog.title") description=tr!("catalog.about")><div class="form-buttons">{links}</div></Card>
    };
    Some(card.into_any())
}

/// What a file would do, and the button that does it.
fn preview_card(project: &ProjectId, preview: ImportPreview) -> AnyView {
    let ImportPreview { file_name, text, app, counts, changes } = preview;
    let columns = vec![
        Column::number(tr!("import.line")),
        Column::text(tr!("products.store_product_id")),
        Column::text(tr!("catalog.change")),
    ];
    let rows = changes.iter().take(CHANGES_SHOWN).map(|row| {
        Row::new()
            .cell(row.line.to_string())
            .cell(view! { <code>{row.after.store_product_id.clone()}</code> })
            .cell(difference(row))
    });
    let rows: Vec<Row> = rows.collect();
    let table = (!rows.is_empty()).then(|| view! { <Table caption=tr!("import.changes") columns rows/> });
    let app = app.map(|app| view! { <HiddenInput name="app" value=app.to_string()/> });
    let (action, title) = (paths::products_csv(project), tr!("import.would", name = file_name.clone()));
    let (added, changed, unchanged) =
        (grouped_count(counts.added), grouped_count(counts.changed), grouped_count(counts.unchanged));
    let has_work = counts.added + counts.changed > 0;
    let confirm = has_work.then(|| {
        view! {
            <form class="form" method="post" enctype="multipart/form-data" action=action>
                {app}
                <HiddenInput name="fileName" value=file_name/>
                <HiddenInput name="text" value=text/>
                <FormButtons><SubmitButton label=tr!("import.confirm")/></FormButtons>
            </form>
        }
    });
    view! {
        <Card title>
            <p>{tr!("import.counts", added = added, changed = changed, unchanged = unchanged)}</p>
            {table}
            {confirm}
        </Card>
    }
    .into_any()
}

/// How a row changes its product, one part after the other.
fn difference(row: &ChangedRow) -> String {
    let (before, after) = (&row.before, &row.after);
    let change = |what: String, from: &str, to: &str| (from != to).then(|| format!("{what}: {} → {}", shown(from), shown(to)));
    let sku = |product: &Product| product.sku.clone().unwrap_or_default();
    let parts = [
        change(tr!("products.name"), &before.name, &after.name),
        change(tr!("apps.status"), &use_status_name(before.status), &use_status_name(after.status)),
        change(tr!("products.sku"), &sku(before), &sku(after)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn shown(text: &str) -> &str {
    if text.is_empty() { "—" } else { text }
}

fn grouped_count(count: usize) -> String {
    grouped(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A plain form: the file goes to the address that also gives it, and the answer leads on.
fn form(project: &ProjectId, apps: Vec<App>) -> AnyView {
    let (action, back) = (paths::products_csv(project), paths::products(project));
    let label = |app: &App| format!("{} · {}", store_name(app.store), app.name);
    let only = (apps.len() != 1).then(|| Choice::new("", tr!("import.app_of_row")));
    let apps =
        only.into_iter().chain(apps.iter().map(|app| Choice::new(app.app_seq.to_string(), label(app)))).collect::<Vec<_>>();
    view! {
        <form class="form" method="post" enctype="multipart/form-data" action=action>
            <HiddenInput name="check" value="1"/>
            <SelectInput name="app" label=tr!("products.app") help=tr!("import.app_help") choices=apps/>
            <FileInput name="file" label=tr!("import.file") help=tr!("import.file_help") accept=".csv,text/csv" required=true/>
            <FormButtons>
                <SubmitButton label=tr!("import.submit")/>
                <ButtonLink href=back label=tr!("form.cancel") kind=ButtonKind::Ghost/>
            </FormButtons>
        </form>
    }
    .into_any()
}
