use leptos::prelude::*;

use super::query;
use crate::console::fault_text;
use crate::console::i18n::tr;
use crate::console::labels::{attention_name, payment_status_name, store_name};
use crate::console::pages::list::{choices, environment_choices, store_choices};
use crate::console::pages::params::use_value;
use crate::console::paths;
use crate::console::store_labels::{discount_type_name, offer_type_name, payment_source_name};
use crate::console::ui::{Checkbox, Choice, FilterForm, SearchBox, SelectInput, TextInput};
use crate::model::{App, Attention, DiscountType, Fault, OfferType, PaymentSource, PaymentStatus, ProjectId, RefusalCode};

const PRODUCTS: &str = "product-names";

/// The list's filters, with the project's apps and products to choose from.
pub fn filters(project: &ProjectId, apps: &[App], products: Vec<(String, String)>) -> AnyView {
    let statuses = choices(PaymentStatus::ALL, PaymentStatus::as_str, payment_status_name);
    let (stores, environments) = (store_choices(), environment_choices());
    let offers = choices(OfferType::ALL, OfferType::as_str, offer_type_name);
    let discounts = choices(DiscountType::ALL, DiscountType::as_str, discount_type_name);
    let sources = choices(PaymentSource::ALL, PaymentSource::as_str, payment_source_name);
    let refusal_name = |code: RefusalCode| fault_text(&Fault::new(code.as_str(), code.as_str()));
    let refusals = choices(RefusalCode::ALL, RefusalCode::as_str, refusal_name);
    let attention = choices(Attention::ALL, Attention::as_str, attention_name);
    let (app, products) = (app_filter(apps), product_options(products));
    let is_withheld = !value(query::WITHHELD).is_empty();
    let is_unconsumed = !value(query::UNCONSUMED).is_empty();
    view! {
        <FilterForm clear=paths::payments(project)>
            <SearchBox name=query::ANY_ID label=tr!("payments.search") placeholder=tr!("payments.search_hint") value=value(query::ANY_ID)/>
            <SelectInput name=query::STATUS label=tr!("payments.status") choices=statuses value=value(query::STATUS)/>
            <SelectInput name=query::STORE label=tr!("payments.store") choices=stores value=value(query::STORE)/>
            {app}
            <SelectInput name=query::ENVIRONMENT label=tr!("payments.environment") choices=environments value=value(query::ENVIRONMENT)/>
            <TextInput name=query::PRODUCT label=tr!("payments.product_id") value=value(query::PRODUCT) list=PRODUCTS/>
            <datalist id=PRODUCTS>{products}</datalist>
            <TextInput name=query::FROM label=tr!("payments.from") kind="date" value=value(query::FROM)/>
            <TextInput name=query::FROM_TIME label=tr!("payments.from_time") kind="time" value=value(query::FROM_TIME)/>
            <TextInput name=query::TO label=tr!("payments.to") kind="date" value=value(query::TO)/>
            <TextInput name=query::TO_TIME label=tr!("payments.to_time") kind="time" value=value(query::TO_TIME)/>
            <TextInput name=query::PRICE_FROM label=tr!("payments.price_from") inputmode="decimal" value=value(query::PRICE_FROM)/>
            <TextInput name=query::PRICE_TO label=tr!("payments.price_to") inputmode="decimal" value=value(query::PRICE_TO)/>
            <TextInput name=query::CURRENCY label=tr!("payments.currency") placeholder="KRW" maxlength=3 value=value(query::CURRENCY)/>
            <SelectInput name=query::OFFER label=tr!("payments.offer_type") choices=offers value=value(query::OFFER)/>
            <SelectInput name=query::DISCOUNT label=tr!("payments.discount_type") choices=discounts value=value(query::DISCOUNT)/>
            <SelectInput name=query::SOURCE label=tr!("payments.source") choices=sources value=value(query::SOURCE)/>
            <SelectInput name=query::ATTENTION label=tr!("payments.attention") choices=attention value=value(query::ATTENTION)/>
            <SelectInput name=query::REFUSAL label=tr!("payment.refusal") choices=refusals value=value(query::REFUSAL)/>
            <input type="hidden" name=query::SORT value=value(query::SORT)/>
            <Checkbox name=query::UNCONSUMED label=tr!("payments.unconsumed_only") checked=is_unconsumed/>
            <Checkbox name=query::WITHHELD label=tr!("payments.withheld_only") checked=is_withheld/>
        </FilterForm>
    }
    .into_any()
}

fn value(name: &'static str) -> String {
    use_value(name).get_untracked()
}

/// With one app there is nothing to choose.
fn app_filter(apps: &[App]) -> Option<AnyView> {
    if apps.len() < 2 {
        return None;
    }
    let any = Choice::new("", tr!("payments.any"));
    let label = |app: &App| format!("{} · {}", store_name(app.store), app.name);
    let choices = std::iter::once(any).chain(apps.iter().map(|app| Choice::new(app.app_seq.to_string(), label(app))));
    let choices: Vec<Choice> = choices.collect();
    let app = view! { <SelectInput name=query::APP label=tr!("products.app") choices value=value(query::APP)/> };
    Some(app.into_any())
}

fn product_options(products: Vec<(String, String)>) -> Vec<AnyView> {
    products.into_iter().map(|(id, name)| view! { <option value=id>{name}</option> }.into_any()).collect()
}
