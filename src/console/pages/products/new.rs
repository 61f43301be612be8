use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{product_type_name, store_name};
use crate::console::pages::params::use_project;
use crate::console::paths;
use crate::console::queries::{AppRow, list_apps};
use crate::console::server_fns::CreateProduct;
use crate::console::ui::{
    ButtonKind, ButtonLink, Choice, Crumb, EmptyState, FormButtons, HiddenInput, IconName, Page, PostForm, RadioCards,
    SelectInput, SubmitButton, TextInput, loaded,
};
use crate::model::{ProductType, ProjectId};

/// Adding a product to an app.
#[component]
pub fn ProductNew() -> AnyView {
    let project = use_project();
    let action = ServerAction::<CreateProduct>::new();
    let apps = Resource::new(move || project.get(), list_apps);
    let crumbs = vec![Crumb::new(tr!("products.title"), paths::products(&project.get_untracked()))];
    view! {
        <Page title=tr!("products.new") crumbs narrow=true>
            {loaded(apps, move |apps| form(project.get_untracked(), apps, action))}
        </Page>
    }
    .into_any()
}

fn form(project: ProjectId, apps: Vec<AppRow>, action: ServerAction<CreateProduct>) -> AnyView {
    if apps.is_empty() {
        let new = paths::app_new(&project);
        let action = move || view! { <ButtonLink href=new label=tr!("apps.new") kind=ButtonKind::Primary/> };
        return view! { <EmptyState icon=IconName::Apps title=tr!("apps.none") text=tr!("products.needs_app") action/> }
            .into_any();
    }
    let back = paths::products(&project);
    let choice =
        |AppRow { app, .. }: AppRow| Choice::new(app.app_seq.to_string(), format!("{} · {}", store_name(app.store), app.name));
    let apps = apps.into_iter().map(choice);
    let about = |kind: ProductType| match kind {
        ProductType::Consumable => tr!("products.consumable_about"),
        ProductType::NonConsumable => tr!("products.non_consumable_about"),
        ProductType::AutoSubscription => tr!("products.subscription_about"),
        ProductType::ConsumableAutoSubscription => tr!("products.consumable_subscription_about"),
    };
    let types = ProductType::ALL.iter().map(|kind| Choice::new(kind.as_str(), product_type_name(*kind)).describe(about(*kind)));
    let types: Vec<Choice> = types.collect();
    view! {
        <PostForm action>
            <HiddenInput name="project" value=project.0/>
            <SelectInput name="app" label=tr!("products.app") choices=apps.collect() required=true/>
            <TextInput name="storeProductId" label=tr!("products.store_product_id") help=tr!("products.store_product_id_help")
                placeholder="gem_100" required=true mono=true/>
            <TextInput name="name" label=tr!("products.name") help=tr!("products.name_help") maxlength=80/>
            <RadioCards name="productType" legend=tr!("products.type") help=tr!("products.type_help") choices=types value="CONSUMABLE"/>
            <TextInput name="sku" label=tr!("products.sku") help=tr!("products.sku_help") maxlength=100 mono=true/>
            <FormButtons>
                <SubmitButton label=tr!("products.create")/>
                <ButtonLink href=back label=tr!("form.cancel") kind=ButtonKind::Ghost/>
            </FormButtons>
        </PostForm>
    }
    .into_any()
}
