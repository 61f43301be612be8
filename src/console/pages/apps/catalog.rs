use leptos::prelude::*;

use super::fields::field_name;
use crate::console::i18n::tr;
use crate::console::labels::product_type_name;
use crate::console::pages::params::{use_project, use_segment};
use crate::console::paths;
use crate::console::queries::{CatalogImportPage, get_catalog_import};
use crate::console::server_fns::{ImportCatalog, PRODUCT_TYPE, TAKE_PRODUCT};
use crate::console::ui::{
    Amount, Badge, ButtonKind, ButtonLink, Callout, Card, CellSelect, Checkbox, Choice, Column, Crumb, EmptyState, FieldParts,
    FormButtons, HiddenInput, IconName, Page, PostForm, Row, SubmitButton, Table, Tone, loaded,
};
use crate::console::{fault_text, reason_text};
use crate::model::{App, AppSeq, CatalogChange, CatalogPreview, CatalogRow, Fault, ProjectId};

/// How many products each table shows; what is left is shown once these are imported.
const ROWS_SHOWN: usize = 500;

/// Importing products from the store's own catalog: a preview, and a form that confirms it.
#[component]
pub fn CatalogImport() -> AnyView {
    let (project, segment) = (use_project(), use_segment("app"));
    let action = ServerAction::<ImportCatalog>::new();
    let source = move || (project.get(), segment.get().parse().unwrap_or(AppSeq(0)));
    let page = Resource::new(source, |(project, app)| get_catalog_import(project, app));
    loaded(page, move |page| {
        let project = project.get_untracked();
        let app = paths::app(&project, page.app.app_seq);
        let crumbs = vec![Crumb::new(tr!("apps.title"), paths::apps(&project)), Crumb::new(page.app.name.clone(), app)];
        view! {
            <Page title=tr!("catalog.title") description=tr!("catalog.about") crumbs>{content(&project, page, action)}</Page>
        }
        .into_any()
    })
}

/// The way from an app's page.
pub(super) fn catalog_card(project: &ProjectId, app: AppSeq) -> AnyView {
    let href = paths::catalog_import(project, app);
    let actions = move || view! { <ButtonLink href=href.clone() label=tr!("catalog.open")/> };
    view! {
        <Card title=tr!("catalog.title") description=tr!("catalog.about") actions><p class="field-help">{tr!("catalog.what")}</p></Card>
    }
    .into_any()
}

fn content(project: &ProjectId, page: CatalogImportPage, action: ServerAction<ImportCatalog>) -> AnyView {
    let CatalogImportPage { app, is_offered, needed_fields, preview } = page;
    match preview {
        None if !is_offered => view! { <Callout><p>{tr!("catalog.not_offered")}</p></Callout> }.into_any(),
        None => needed(project, &app, needed_fields),
        Some(Err(fault)) => failed(&fault),
        Some(Ok(preview)) => compared(project, &app, preview, action),
    }
}

fn needed(project: &ProjectId, app: &App, fields: Vec<String>) -> AnyView {
    let fields = fields.iter().map(|name| view! { <li>{field_name(app.store, name)}</li> }).collect::<Vec<_>>();
    let href = paths::app(project, app.app_seq);
    view! {
        <Callout tone=Tone::Warn>
            <p>{tr!("catalog.needed")}</p>
            <ul>{fields}</ul>
            <p><a href=href>{tr!("catalog.to_app")}</a></p>
        </Callout>
    }
    .into_any()
}

fn failed(fault: &Fault) -> AnyView {
    let (text, details) = (fault_text(fault), tr!("catalog.store_says", message = fault.message));
    view! {
        <Callout tone=Tone::Bad title=tr!("catalog.failed")>
            <p>{text}</p>
            <p class="muted">{details}</p>
        </Callout>
    }
    .into_any()
}

fn compared(project: &ProjectId, app: &App, preview: CatalogPreview, action: ServerAction<ImportCatalog>) -> AnyView {
    let CatalogPreview { revision, rows } = preview;
    if rows.is_empty() {
        return view! { <EmptyState icon=IconName::Box title=tr!("products.none") text=tr!("catalog.empty")/> }.into_any();
    }
    let (importable, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.change.is_importable());
    let form = match importable.is_empty() {
        true => view! { <Callout><p>{tr!("catalog.nothing")}</p></Callout> }.into_any(),
        false => import_form(project, app, revision, importable, action),
    };
    view! { {form}{(!others.is_empty()).then(|| others_card(project, others))} }.into_any()
}

fn import_form(
    project: &ProjectId,
    app: &App,
    revision: String,
    rows: Vec<CatalogRow>,
    action: ServerAction<ImportCatalog>,
) -> AnyView {
    let (project, app, back) = (project.0.clone(), app.app_seq.to_string(), paths::app(project, app.app_seq));
    let title = tr!("catalog.importable", count = rows.len());
    let (caption, is_cut) = (title.clone(), rows.len() > ROWS_SHOWN);
    view! {
        <Card title description=tr!("catalog.importable_about")>
            <PostForm action>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="app" value=app/>
                <HiddenInput name="revision" value=revision/>
                {table(caption, rows.into_iter().take(ROWS_SHOWN).map(importable_row).collect())}
                {is_cut.then(|| view! { <p class="field-help">{tr!("catalog.cut", max = ROWS_SHOWN)}</p> })}
                {FieldParts::new("chosen", false).error_line()}
                <FormButtons>
                    <SubmitButton label=tr!("catalog.submit")/>
                    <ButtonLink href=back label=tr!("form.cancel") kind=ButtonKind::Ghost/>
                </FormButtons>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn others_card(project: &ProjectId, rows: Vec<CatalogRow>) -> AnyView {
    let title = tr!("catalog.others", count = rows.len());
    let caption = title.clone();
    let shown = rows.into_iter().take(ROWS_SHOWN).map(|row| other_row(project, row)).collect();
    view! { <Card title flush=true>{table(caption, shown)}</Card> }.into_any()
}

fn table(caption: String, rows: Vec<Row>) -> AnyView {
    let columns = vec![
        Column::text(tr!("catalog.product")),
        Column::text(tr!("products.store_product_id")),
        Column::fit(tr!("products.type")),
        Column::fit(tr!("catalog.at_store")),
        Column::number(tr!("catalog.price")),
        Column::text(tr!("catalog.change")),
    ];
    view! { <Table caption columns rows/> }.into_any()
}

fn importable_row(row: CatalogRow) -> Row {
    let is_chosen = row.is_chosen_at_first();
    let take = view! { <Checkbox name=format!("{TAKE_PRODUCT}{}", row.product_id) label=row.name.clone() checked=is_chosen/> };
    let product_type = match &row.product_types[..] {
        [one] => product_type_name(*one).into_any(),
        several => {
            let choices = several.iter().map(|one| Choice::new(one.as_str(), product_type_name(*one))).collect();
            let (name, label) = (format!("{PRODUCT_TYPE}{}", row.product_id), tr!("catalog.type_of", name = row.name));
            view! { <CellSelect name label choices/> }.into_any()
        }
    };
    cells(Row::new().cell(take), product_type, row)
}

fn other_row(project: &ProjectId, row: CatalogRow) -> Row {
    let types = row.product_types.iter().map(|one| product_type_name(*one)).collect::<Vec<_>>().join(", ");
    let start = match row.change.product() {
        Some(product) => Row::new().href(paths::product(project, product)),
        None => Row::new(),
    };
    cells(start.cell(row.name.clone()), types.into_any(), row)
}

/// The cells from the product id on.
fn cells(row: Row, product_type: AnyView, of: CatalogRow) -> Row {
    let at_store = match of.is_active {
        Some(true) => tr!("catalog.on_sale"),
        Some(false) => tr!("catalog.not_on_sale"),
        None => String::new(),
    };
    let change = change_badge(&of);
    row.cell(view! { <code>{of.product_id}</code> })
        .cell(product_type)
        .cell(at_store)
        .cell(of.price.map(|money| view! { <Amount money/> }))
        .cell(change)
}

fn change_badge(row: &CatalogRow) -> AnyView {
    let (label, tone) = match &row.change {
        CatalogChange::Add if row.is_active == Some(true) => (tr!("catalog.add"), Tone::Good),
        CatalogChange::Add => (tr!("catalog.add_stopped"), Tone::Neutral),
        CatalogChange::Rename { name_now, .. } => {
            return tr!("catalog.rename", from = name_now, to = row.name).into_any();
        }
        CatalogChange::Refuse(reason) => return tr!("catalog.refused", reason = reason_text(reason)).into_any(),
        CatalogChange::Same { .. } => (tr!("catalog.same"), Tone::Neutral),
        CatalogChange::NotInStore { .. } => (tr!("catalog.not_in_store"), Tone::Warn),
    };
    view! { <Badge label tone/> }.into_any()
}
