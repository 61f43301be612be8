use leptos::prelude::*;

use super::labels::{currency_choices, period_choices, period_name};
use crate::console::i18n::tr;
use crate::console::ui::{Checkbox, Choice, SelectInput, TextInput};
use crate::model::Lifecycle;

pub(super) fn plan_fields(others: Vec<Choice>, lifecycle: &Lifecycle) -> AnyView {
    let mut periods = vec![Choice::new("", tr!("simulated.period_same", period = period_name(&lifecycle.plan.period)))];
    periods.extend(period_choices());
    view! {
        <div data-for="change-plan">
            <SelectInput name="productId" label=tr!("simulated.plan") choices=others/>
        </div>
        <div data-for="change-plan redeem top-up">
            <SelectInput name="period" label=tr!("simulated.period") choices=periods/>
        </div>
        <div data-for="change-plan" class="wide">
            <Checkbox name="atOnce" label=tr!("simulated.at_once") help=tr!("simulated.at_once_help")/>
        </div>
    }
    .into_any()
}

/// Which further product is removed.
pub(super) fn add_on_field(lifecycle: &Lifecycle) -> AnyView {
    let kept = lifecycle.add_ons.iter().filter(|add_on| !add_on.is_removed);
    let choices = kept.map(|add_on| Choice::new(add_on.product_id.clone(), add_on.product_id.clone())).collect::<Vec<_>>();
    if choices.is_empty() {
        return ().into_any();
    }
    view! { <div data-for="remove-add-on"><SelectInput name="addOn" label=tr!("simulated.add_on") choices/></div> }.into_any()
}

pub(super) fn price_fields(lifecycle: &Lifecycle) -> AnyView {
    let price = lifecycle.plan.price.as_ref();
    let amount = price.map_or_else(String::new, |price| price.to_decimal());
    let currency = price.map_or_else(|| "KRW".to_owned(), |price| price.currency.clone());
    let mut choices = currency_choices();
    if choices.iter().all(|choice| choice.value != currency) {
        choices.push(Choice::new(currency.clone(), currency.clone()));
    }
    view! {
        <div data-for="change-plan redeem raise-price step-up-price">
            <TextInput name="price" label=tr!("simulator.price") value=amount inputmode="decimal"/>
        </div>
        <div data-for="change-plan redeem raise-price step-up-price">
            <SelectInput name="currency" label=tr!("simulator.currency") choices value=currency/>
        </div>
        <div data-for="raise-price" class="wide">
            <Checkbox name="needsConsent" label=tr!("simulated.needs_consent") help=tr!("simulated.needs_consent_help") checked=true/>
        </div>
    }
    .into_any()
}

pub(super) fn offer_fields() -> AnyView {
    let types = vec![
        Choice::new("2", tr!("labels.offer_promotional")),
        Choice::new("3", tr!("labels.offer_code")),
        Choice::new("4", tr!("labels.offer_win_back")),
        Choice::new("1", tr!("labels.offer_introductory")),
    ];
    let discounts = vec![
        Choice::new("FREE_TRIAL", tr!("simulated.free_trial")),
        Choice::new("PAY_AS_YOU_GO", tr!("simulated.pay_as_you_go")),
        Choice::new("PAY_UP_FRONT", tr!("simulated.pay_up_front")),
    ];
    view! {
        <div data-for="redeem"><SelectInput name="offerType" label=tr!("simulated.offer_type") choices=types/></div>
        <div data-for="redeem"><SelectInput name="discount" label=tr!("simulated.discount") choices=discounts/></div>
        <div data-for="redeem"><TextInput name="offerId" label=tr!("simulated.offer_id") value="demo-offer" maxlength=100 mono=true/></div>
        <div data-for="redeem"><TextInput name="periods" label=tr!("simulated.offer_periods") value="1" inputmode="numeric" maxlength=2/></div>
    }
    .into_any()
}
