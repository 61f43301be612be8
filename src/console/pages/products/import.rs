use leptos::prelude::*;

use super::refused::refused_card;
use crate::console::i18n::tr;
use crate::console::labels::store_name;
use crate::console::pages::params::use_project;
use crate::console::paths;
use crate::console::queries::{ProductImportPage, get_product_import};
use crate::console::store_labels::can;
use crate::console::ui::{
    ButtonKind, ButtonLink, Card, Choice, CodeBlock, Crumb, EmptyState, FileInput, FormButtons, IconName, Page, SelectInput,
    SubmitButton, loaded,
};
use crate::model::{Ability, App, ProjectId};

const EXAMPLE: &str = "productId,name,type,status,sku\ngem_100,100 gems,CONSUMABLE,USE,gems-100\nremove_ads,No ads,NON_CONSUMABLE,USE,\nvip_month,VIP,AUTO_SUBSCRIPTION,USE,\n";

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
    let form = form(project, page.apps);
    view! {
        {page.refused.map(|refused| refused_card(refused, tr!("products.store_product_id"), tr!("import.nothing_added")))}
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

/// A plain form: the file goes to the address that also gives it, and the answer leads on.
fn form(project: &ProjectId, apps: Vec<App>) -> AnyView {
    let (action, back) = (paths::products_csv(project), paths::products(project));
    let label = |app: &App| format!("{} · {}", store_name(app.store), app.name);
    let apps = apps.iter().map(|app| Choice::new(app.app_seq.to_string(), label(app))).collect::<Vec<_>>();
    view! {
        <form class="form" method="post" enctype="multipart/form-data" action=action>
            <SelectInput name="app" label=tr!("products.app") choices=apps required=true/>
            <FileInput name="file" label=tr!("import.file") help=tr!("import.file_help") accept=".csv,text/csv" required=true/>
            <FormButtons>
                <SubmitButton label=tr!("import.submit")/>
                <ButtonLink href=back label=tr!("form.cancel") kind=ButtonKind::Ghost/>
            </FormButtons>
        </form>
    }
    .into_any()
}
