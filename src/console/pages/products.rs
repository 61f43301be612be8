//! Products: the list, adding one or a file of them, changing one.

mod detail;
mod import;
mod new;
mod offer;
mod refused;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{EnvironmentBadge, UseStatusDot, product_type_name, store_name};
use crate::console::pages::params::{use_list_page, use_project, use_value};
use crate::console::paths;
use crate::console::queries::{ProductFilter, ProductsPage, list_products};
use crate::console::reader::for_those_who;
use crate::console::ui::{
    ButtonKind, ButtonLink, Callout, Choice, Column, EmptyState, FilterForm, IconName, Page, Pager, Row, SelectInput, Table,
    Tone, loaded,
};
use crate::model::{App, Permission, Product, ProjectId, UseStatus};

pub use detail::ProductDetail;
pub use import::ProductImport;
pub use new::ProductNew;
pub use offer::ProductOffer;
pub use refused::refused_card;

/// A project's products.
#[component]
pub fn Products() -> AnyView {
    let (project, app, status, cursor) = (use_project(), use_value("app"), use_value("status"), use_value("cursor"));
    let filter = Memo::new(move |_| ProductFilter {
        app: app.get().parse().ok(),
        status: status.get().parse().ok(),
        cursor: Some(cursor.get()).filter(|cursor| !cursor.is_empty()),
    });
    let products = Resource::new(move || (project.get(), filter.get()), |(project, filter)| list_products(project, filter));
    let (new, import) = (paths::product_new(&project.get_untracked()), paths::product_import(&project.get_untracked()));
    let add = move || {
        let (import, new) = (import.clone(), new.clone());
        view! {
            <ButtonLink href=import label=tr!("import.open")/>
            <ButtonLink href=new label=tr!("products.new") kind=ButtonKind::Primary icon=IconName::Plus/>
        }
        .into_any()
    };
    let actions = move || for_those_who(Permission::Configure, add);
    let count = |name| Some(use_value(name).get_untracked()).filter(|count| !count.is_empty());
    let done = [
        count("added").filter(|count| count != "0").map(|count| tr!("import.added", count = count)),
        count("changed").filter(|count| count != "0").map(|count| tr!("import.changed", count = count)),
        count("renamed").map(|count| tr!("catalog.renamed", count = count)),
    ];
    let done =
        done.into_iter().flatten().map(|text| view! { <Callout tone=Tone::Good><p>{text}</p></Callout> }).collect::<Vec<_>>();
    let show = move |page| content(&project.get_untracked(), page, &filter.get_untracked());
    view! {
        <Page title=tr!("products.title") description=tr!("products.about") actions>
            {done}
            {loaded(products, show)}
        </Page>
    }
    .into_any()
}

fn content(project: &ProjectId, page: ProductsPage, filter: &ProductFilter) -> AnyView {
    let (app, status) = (filter.app.map(|app| app.to_string()), filter.status.map(|status| status.as_str().to_owned()));
    let any = || Choice::new("", tr!("payments.any"));
    let apps = std::iter::once(any()).chain(page.apps.iter().map(|app| Choice::new(app.app_seq.to_string(), app.name.clone())));
    let apps: Vec<Choice> = apps.collect();
    let statuses = vec![any(), Choice::new("USE", tr!("apps.use")), Choice::new("STOP", tr!("apps.stop"))];
    let pairs = [("app", app.as_deref().unwrap_or_default()), ("status", status.as_deref().unwrap_or_default())];
    let list = paths::with_query(&paths::products(project), &pairs);
    let (prev, next) = use_list_page().get_untracked().neighbours(&list, page.products.next_cursor.as_deref());
    let csv = paths::with_query(&paths::products_csv(project), &pairs[..1]);
    let (has_products, is_filtered) = (!page.products.items.is_empty(), filter.app.is_some() || filter.status.is_some());
    let table = match has_products {
        false if is_filtered => none_match(project),
        false => empty(project, page.apps.is_empty()),
        true => table(project, page.products.items, &page.apps),
    };
    view! {
        <FilterForm clear=paths::products(project)>
            <SelectInput name="app" label=tr!("products.app") choices=apps value=app.unwrap_or_default()/>
            <SelectInput name="status" label=tr!("apps.status") choices=statuses value=status.unwrap_or_default()/>
        </FilterForm>
        {table}
        <Pager prev next/>
        {has_products.then(|| view! {
            <div class="form-buttons"><ButtonLink href=csv label=tr!("export.csv") icon=IconName::Download external=true/></div>
        })}
    }
    .into_any()
}

fn none_match(project: &ProjectId) -> AnyView {
    let clear = paths::products(project);
    let action = move || view! { <ButtonLink href=clear label=tr!("filter.clear")/> };
    view! { <EmptyState icon=IconName::Search title=tr!("products.none_match") text=tr!("products.none_match_text") action/> }
        .into_any()
}

fn empty(project: &ProjectId, has_no_app: bool) -> AnyView {
    let (text, href, label) = match has_no_app {
        true => (tr!("products.needs_app"), paths::app_new(project), tr!("apps.new")),
        false => (tr!("products.none_text"), paths::product_new(project), tr!("products.new")),
    };
    let action = move || view! { <ButtonLink href=href label=label kind=ButtonKind::Primary/> };
    view! { <EmptyState icon=IconName::Box title=tr!("products.none") text action/> }.into_any()
}

fn table(project: &ProjectId, products: Vec<Product>, apps: &[App]) -> AnyView {
    let columns = vec![
        Column::text(tr!("products.name")),
        Column::text(tr!("products.store_product_id")),
        Column::fit(tr!("products.type")),
        Column::text(tr!("products.app")),
        Column::fit(tr!("apps.status")),
        Column::fit(tr!("products.seq")),
    ];
    let rows = products.into_iter().map(|product| {
        let app = apps.iter().find(|app| app.app_seq == product.app_seq).map(|app| {
            view! { {store_name(app.store)}" · "{app.name.clone()}" "<EnvironmentBadge environment=app.environment/> }
        });
        Row::new()
            .href(paths::product(project, product.product_seq))
            .dimmed(product.status == UseStatus::Stop)
            .cell(product.name)
            .cell(view! { <code>{product.store_product_id}</code> })
            .cell(product_type_name(product.product_type))
            .cell(app)
            .cell(view! { <UseStatusDot status=product.status/> })
            .cell(product.product_seq.to_string())
    });
    let rows: Vec<Row> = rows.collect();
    view! { <Table caption=tr!("products.title") columns rows/> }.into_any()
}
