use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{UseStatusDot, product_type_name, store_name};
use crate::console::pages::params::{use_project, use_segment};
use crate::console::paths;
use crate::console::queries::{ProductPage, get_product};
use crate::console::server_fns::UpdateProduct;
use crate::console::store_labels::can;
use crate::console::ui::{
    ButtonLink, Card, Choice, Crumb, DescriptionList, Fact, FormButtons, HiddenInput, Page, PostForm, SelectInput, SubmitButton,
    TextInput, loaded,
};
use crate::model::{Ability, Product, ProductSeq, ProjectId, StoreCode};

/// One product.
#[component]
pub fn ProductDetail() -> AnyView {
    let (project, segment) = (use_project(), use_segment("product"));
    let action = ServerAction::<UpdateProduct>::new();
    let product = Resource::new(
        move || (project.get(), segment.get().parse().unwrap_or(ProductSeq(0))),
        |(project, product)| get_product(project, product),
    );
    loaded(product, move |page| content(project.get_untracked(), page, action))
}

fn content(project: ProjectId, page: ProductPage, action: ServerAction<UpdateProduct>) -> AnyView {
    let ProductPage { product, app_name, store, may_configure } = page;
    let offers = (may_configure && has_offers(&product, store)).then(|| offers_card(&project, &product));
    let crumbs = vec![Crumb::new(tr!("products.title"), paths::products(&project))];
    let status = product.status;
    let marks = move || view! { <UseStatusDot status/> };
    let app = paths::app(&project, product.app_seq);
    let facts = vec![
        Fact::copy(tr!("products.store_product_id"), product.store_product_id.clone()),
        Fact::new(tr!("products.type"), product_type_name(product.product_type)),
        Fact::new(tr!("products.app"), view! { {store_name(store)}" · "<a href=app>{app_name}</a> }),
        Fact::copy(tr!("products.seq"), product.product_seq.to_string()),
    ];
    let statuses = vec![Choice::new("USE", tr!("apps.use")), Choice::new("STOP", tr!("apps.stop"))];
    view! {
        <Page title=product.name.clone() crumbs marks narrow=true>
            <Card><DescriptionList facts/></Card>
            {offers}
            <Card title=tr!("apps.settings")>
                <PostForm action done=tr!("products.saved")>
                    <HiddenInput name="project" value=project.0/>
                    <HiddenInput name="product" value=product.product_seq.to_string()/>
                    <HiddenInput name="version" value=product.version.to_string()/>
                    <fieldset class="plain" disabled=!may_configure>
                    <TextInput name="name" label=tr!("products.name") value=product.name maxlength=80 required=true/>
                    <SelectInput name="status" label=tr!("apps.status") help=tr!("products.status_help") choices=statuses value=product.status.as_str()/>
                    <TextInput name="sku" label=tr!("products.sku") help=tr!("products.sku_help") value=product.sku.unwrap_or_default() mono=true/>
                    </fieldset>
                    {may_configure.then(|| view! { <FormButtons><SubmitButton label=tr!("form.save")/></FormButtons> })}
                </PostForm>
            </Card>
        </Page>
    }
    .into_any()
}

/// Only some stores have offers on subscriptions that a server must sign.
fn has_offers(product: &Product, store: StoreCode) -> bool {
    can(store, Ability::SignOffer) && product.product_type.is_subscription()
}

fn offers_card(project: &ProjectId, product: &Product) -> AnyView {
    let href = paths::product_offer(project, product.product_seq);
    view! {
        <Card title=tr!("offer.card") description=tr!("offer.card_about")>
            <div><ButtonLink href label=tr!("offer.open")/></div>
        </Card>
    }
    .into_any()
}
