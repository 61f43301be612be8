//! Subscribing, and all that is done to a subscription.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;

use super::views::{ListView, PriceIn, SubscriptionView, read_environment, read_store};
use crate::api::input::Body;
use crate::error::{Error, Result};
use crate::model::{AddOn, CallReason, LifecycleAction, Plan, SimulatedOffer};
use crate::simulator::{self, Change, OfferTerms, PlanChange, PlanTerms, Subscribe};
use crate::state::AppState;

const PERIOD_DEFAULT: &str = "P1M";
const GROUP_DEFAULT: &str = "21000001";
const GRACE_DAYS_DEFAULT: i64 = 16;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/simulator/control/subscriptions", post(create_subscription).get(list_subscriptions))
        .route("/simulator/control/subscriptions/{chain_id}", get(get_subscription))
        .route("/simulator/control/subscriptions/{chain_id}/{action}", post(change_subscription))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OfferIn {
    #[serde(rename = "type")]
    offer_type: i64,
    id: Option<String>,
    discount: Option<String>,
    period: Option<String>,
    price: Option<String>,
    currency: Option<String>,
    /// How many periods are paid at that price; 1 when not said.
    periods: Option<u32>,
}

impl OfferIn {
    fn read(self) -> Result<OfferTerms> {
        let price = PriceIn { price: self.price, currency: self.currency }.read()?;
        let offer = SimulatedOffer { offer_type: self.offer_type, id: self.id, discount: self.discount, period: self.period };
        Ok(OfferTerms { offer, price, periods: self.periods.unwrap_or(1) })
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SubscriptionIn {
    /// The App Store when not said.
    store: Option<String>,
    store_app_id: String,
    product_id: String,
    /// ISO 8601; a month when not said.
    period: Option<String>,
    price: Option<String>,
    currency: Option<String>,
    group_id: Option<String>,
    #[serde(default)]
    player: String,
    account_token: Option<String>,
    offer: Option<OfferIn>,
    #[serde(default)]
    family: bool,
    #[serde(default)]
    assigned: bool,
    grace_days: Option<i64>,
    /// Signed up again in the store itself.
    #[serde(default)]
    out_of_app: bool,
    world: Option<String>,
    /// Paid later, in cash.
    #[serde(default)]
    pending: bool,
    /// Paid for in advance; it does not renew.
    #[serde(default)]
    prepaid: bool,
    /// How many payments the player commits to.
    installments: Option<u32>,
    /// Further products that are bought and renew with the plan.
    #[serde(default)]
    add_ons: Vec<AddOnIn>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddOnIn {
    product_id: String,
    price: Option<String>,
    currency: Option<String>,
}

impl AddOnIn {
    fn read(self) -> Result<AddOn> {
        let price = PriceIn { price: self.price, currency: self.currency }.read()?;
        Ok(AddOn { product_id: self.product_id, price, is_removed: false })
    }
}

async fn create_subscription(
    State(state): State<AppState>,
    Body(input): Body<SubscriptionIn>,
) -> Result<(StatusCode, Json<SubscriptionView>)> {
    if input.family && input.assigned {
        return Err(Error::invalid("assigned", CallReason::BesideFamily));
    }
    let subscribe = Subscribe {
        plan: Plan {
            product_id: input.product_id,
            period: input.period.unwrap_or_else(|| PERIOD_DEFAULT.into()),
            price: PriceIn { price: input.price, currency: input.currency }.read()?,
        },
        store_app_id: input.store_app_id,
        group_id: input.group_id.unwrap_or_else(|| GROUP_DEFAULT.into()),
        player: input.player,
        account_token: input.account_token,
        offer: input.offer.map(OfferIn::read).transpose()?,
        is_family: input.family,
        is_assigned: input.assigned,
        grace_days: input.grace_days.unwrap_or(GRACE_DAYS_DEFAULT),
        is_out_of_app: input.out_of_app,
        terms: PlanTerms {
            is_pending: input.pending,
            is_prepaid: input.prepaid,
            installments: input.installments,
            add_ons: input.add_ons.into_iter().map(AddOnIn::read).collect::<Result<_>>()?,
        },
        environment: read_environment(input.world.as_deref())?,
        store: read_store(input.store.as_deref())?,
    };
    let done = simulator::subscribe(&state, subscribe).await?;
    let now = simulator::now(&state).await?;
    Ok((StatusCode::CREATED, Json(SubscriptionView::new(done.subscription, Some(done.proof), now))))
}

async fn list_subscriptions(State(state): State<AppState>) -> Result<Json<ListView<SubscriptionView>>> {
    let now = simulator::now(&state).await?;
    let found = simulator::list_subscriptions(&state).await?;
    let items = found.into_iter().map(|subscription| SubscriptionView::new(subscription, None, now)).collect();
    Ok(Json(ListView { items }))
}

async fn get_subscription(State(state): State<AppState>, Path(chain_id): Path<String>) -> Result<Json<SubscriptionView>> {
    let now = simulator::now(&state).await?;
    let found = simulator::get_subscription(&state, &chain_id).await?;
    Ok(Json(SubscriptionView::new(found, None, now)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct ChangeIn {
    /// Of `change-plan` and `remove-add-on`.
    product_id: Option<String>,
    /// Of `change-plan` and `top-up`.
    period: Option<String>,
    /// Of `change-plan`, `raise-price` and `step-up-price`.
    price: Option<String>,
    currency: Option<String>,
    /// Of `change-plan`: an upgrade; else at the next renewal.
    at_once: bool,
    /// Of `raise-price`.
    needs_consent: bool,
    /// Of `redeem`.
    offer: Option<OfferIn>,
    /// Of `extend` and `pause`.
    days: Option<i64>,
}

async fn change_subscription(
    State(state): State<AppState>,
    Path((chain_id, action)): Path<(String, String)>,
    Body(input): Body<ChangeIn>,
) -> Result<Json<SubscriptionView>> {
    let done = simulator::change(&state, &chain_id, read_change(&action, input)?).await?;
    let now = simulator::now(&state).await?;
    Ok(Json(SubscriptionView::new(done.subscription, Some(done.proof), now)))
}

fn read_change(action: &str, input: ChangeIn) -> Result<Change> {
    let missing = |field: &'static str| move || Error::invalid(field, CallReason::Missing);
    let price = PriceIn { price: input.price, currency: input.currency };
    Ok(match action.parse().map_err(|_| Error::NotFound("action"))? {
        LifecycleAction::Cancel => Change::SwitchRenewal(false),
        LifecycleAction::Resume => Change::SwitchRenewal(true),
        LifecycleAction::FailBilling => Change::FailBilling,
        LifecycleAction::FixBilling => Change::FixBilling,
        LifecycleAction::ChangePlan => Change::ChangePlan(PlanChange {
            plan: Plan {
                product_id: input.product_id.ok_or_else(missing("productId"))?,
                period: input.period.unwrap_or_else(|| PERIOD_DEFAULT.into()),
                price: price.read()?,
            },
            at_once: input.at_once,
        }),
        LifecycleAction::KeepPlan => Change::KeepPlan,
        LifecycleAction::Redeem => Change::Redeem(input.offer.ok_or_else(missing("offer"))?.read()?),
        LifecycleAction::RaisePrice => {
            Change::RaisePrice { price: price.read()?.ok_or_else(missing("price"))?, needs_consent: input.needs_consent }
        }
        LifecycleAction::StepUpPrice => Change::StepUpPrice { price: price.read()?.ok_or_else(missing("price"))? },
        LifecycleAction::TopUp => Change::TopUp { period: input.period },
        LifecycleAction::RemoveAddOn => Change::RemoveAddOn { product_id: input.product_id.ok_or_else(missing("productId"))? },
        LifecycleAction::AcceptPrice => Change::AcceptPrice,
        LifecycleAction::Withdraw => Change::Withdraw,
        LifecycleAction::Extend => Change::Extend { days: input.days.ok_or_else(missing("days"))? },
        LifecycleAction::Revoke => Change::Revoke,
        LifecycleAction::Pause => Change::Pause { days: input.days.ok_or_else(missing("days"))? },
        LifecycleAction::Unpause => Change::Unpause,
    })
}
