//! The form that changes a simulated subscription.

use super::scope::own_app;
use super::{read_number, read_price, read_text};
use crate::catalog;
use crate::error::{Error, Result};
use crate::model::{LifecycleAction, Money, Plan, ProductReason, Reason, SimulatedOffer, SimulatedSubscription, SubscriberForm};
use crate::simulator::change::{Change, PlanChange, change};
use crate::simulator::subscribe::{OfferTerms, Subscribed, get_subscription};
use crate::state::AppState;

/// Does what a form says to one of the project's subscribers, and notifies of it.
pub async fn change_subscriber(state: &AppState, form: &SubscriberForm) -> Result<Subscribed> {
    let found = get_subscription(state, &form.chain).await?;
    let app = own_app(state, &form.project, found.store, &found.store_app_id).await?;
    if form.action == LifecycleAction::ChangePlan {
        let product = catalog::find_in_app(state, &form.project, app, &form.product_id).await?;
        product
            .filter(|product| product.product_type.is_subscription())
            .ok_or_else(|| Error::invalid("productId", ProductReason::NoSuchProduct))?;
    }
    change(state, &form.chain, read_change(form, &found)?).await.map_err(at_field)
}

fn read_change(form: &SubscriberForm, found: &SimulatedSubscription) -> Result<Change> {
    let price = read_price(&form.price, &form.currency)?;
    Ok(match form.action {
        LifecycleAction::Cancel => Change::SwitchRenewal(false),
        LifecycleAction::Resume => Change::SwitchRenewal(true),
        LifecycleAction::FailBilling => Change::FailBilling,
        LifecycleAction::FixBilling => Change::FixBilling,
        LifecycleAction::ChangePlan => {
            Change::ChangePlan(PlanChange { plan: read_plan(form, price, found)?, at_once: form.at_once })
        }
        LifecycleAction::KeepPlan => Change::KeepPlan,
        LifecycleAction::Redeem => Change::Redeem(read_offer(form, price)?),
        LifecycleAction::RaisePrice => Change::RaisePrice { price: required(price)?, needs_consent: form.needs_consent },
        LifecycleAction::StepUpPrice => Change::StepUpPrice { price: required(price)? },
        LifecycleAction::TopUp => Change::TopUp { period: read_text(&form.period) },
        LifecycleAction::RemoveAddOn => Change::RemoveAddOn { product_id: form.add_on.clone() },
        LifecycleAction::AcceptPrice => Change::AcceptPrice,
        LifecycleAction::Withdraw => Change::Withdraw,
        LifecycleAction::Extend => Change::Extend { days: read_number("days", &form.days)?.unwrap_or_default() },
        LifecycleAction::Revoke => Change::Revoke,
        LifecycleAction::Pause => Change::Pause { days: read_number("days", &form.days)?.unwrap_or_default() },
        LifecycleAction::Unpause => Change::Unpause,
    })
}

fn required(price: Option<Money>) -> Result<Money> {
    price.ok_or_else(|| Error::invalid("price", Reason::Empty))
}

fn read_plan(form: &SubscriberForm, price: Option<Money>, found: &SimulatedSubscription) -> Result<Plan> {
    let period = read_text(&form.period).unwrap_or_else(|| found.lifecycle.plan.period.clone());
    Ok(Plan { product_id: form.product_id.clone(), period, price: Some(required(price)?) })
}

fn read_offer(form: &SubscriberForm, price: Option<Money>) -> Result<OfferTerms> {
    let offer = SimulatedOffer {
        offer_type: read_number("offerType", &form.offer_type)?.unwrap_or_default(),
        id: read_text(&form.offer_id),
        discount: read_text(&form.discount),
        period: read_text(&form.period),
    };
    Ok(OfferTerms { offer, price, periods: read_number("periods", &form.periods)?.unwrap_or(1) })
}

/// Errors about a part of an offer, at the form's own field for it.
fn at_field(error: Error) -> Error {
    match error {
        Error::Invalid { field, reason } => {
            let own = match field.as_str() {
                "offer.type" => "offerType",
                "offer.id" => "offerId",
                other => other.rsplit('.').next().unwrap_or(other),
            };
            Error::invalid(own, reason)
        }
        other => other,
    }
}
