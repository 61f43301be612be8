//! Buying subscriptions in a simulated store. Knows no store.

use serde_json::Value;

use super::change::wrong_state;
use super::clock::now;
use super::deliver::wake_sender;
use super::happened::Happened;
use super::life::{start_period, supersede, touch};
use super::period::Period;
use super::purchase::{check_account_token, check_offer, check_text, customer_of};
use super::settings::require_on;
use super::sign_up::wait_for_payment;
use super::transition::{Transition, get_present_sale};
use super::translate::{notifier_of, store_of};
use crate::db;
use crate::error::{Error, Result};
use crate::model::{
    AddOn, Installments, Lifecycle, LifecycleStatus, Money, Plan, Reason, RunningOffer, SaleDetails, SaleKind, SimulatedOffer,
    SimulatedPurchase, SimulatedSubscription, SimulatorReason, StoreCode, StoreEnvironment, Timestamp,
};
use crate::state::AppState;

const LISTED_MAX: u32 = 100;
const PERIODS_MAX: u32 = 36;
const GRACE_DAYS_MAX: i64 = 28;
const INSTALLMENTS_MAX: u32 = 36;
const ADD_ONS_MAX: u32 = 10;
/// A shorter time without the subscription does not interrupt it.
const LAPSE_MILLIS_MIN: i64 = 60 * Timestamp::DAY;

/// The terms of an offer a subscription is bought with.
#[derive(Debug, Clone)]
pub struct OfferTerms {
    pub offer: SimulatedOffer,
    /// Of each period it covers; nothing for a free trial.
    pub price: Option<Money>,
    /// How many periods are paid at that price, where one pays as one goes.
    pub periods: u32,
}

impl OfferTerms {
    /// Checked, as it begins to run.
    pub(super) fn begin(self) -> Result<RunningOffer> {
        check_offer(&self.offer)?;
        if !(1..=PERIODS_MAX).contains(&self.periods) {
            return Err(Error::invalid("offer.periods", Reason::range(1, PERIODS_MAX)));
        }
        let lasts_once = self.offer.discount.as_deref() != Some("PAY_AS_YOU_GO");
        let periods_left = if lasts_once { 1 } else { self.periods };
        Ok(RunningOffer { offer: self.offer, price: self.price, periods_left })
    }
}

/// What a plan is sold with beside its price.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanTerms {
    /// The player pays later, in cash.
    pub is_pending: bool,
    /// Paid for in advance; it does not renew.
    pub is_prepaid: bool,
    /// How many payments the player commits to.
    pub installments: Option<u32>,
    /// Further products that are bought and renew with the plan.
    pub add_ons: Vec<AddOn>,
}

impl PlanTerms {
    fn installments(&self) -> Option<Installments> {
        self.installments.map(|committed| Installments { committed, remaining: committed, is_canceled: false })
    }
}

/// What a player subscribes to.
#[derive(Debug, Clone)]
pub struct Subscribe {
    pub store: StoreCode,
    /// Package name or bundle id.
    pub store_app_id: String,
    pub plan: Plan,
    /// The group of plans it is in; a player has one subscription in each at most.
    pub group_id: String,
    /// The store account; any text.
    pub player: String,
    pub account_token: Option<String>,
    pub offer: Option<OfferTerms>,
    /// A family member's: shared, not paid for.
    pub is_family: bool,
    /// A seat: an organisation or a group pays for it.
    pub is_assigned: bool,
    /// Days of grace the app grants when billing fails.
    pub grace_days: i64,
    /// Signs up again in the store itself, not in the app.
    pub is_out_of_app: bool,
    pub terms: PlanTerms,
    pub environment: StoreEnvironment,
}

/// A subscription after a change, and the proof the app would be handed.
#[derive(Debug, Clone)]
pub struct Subscribed {
    pub subscription: SimulatedSubscription,
    /// As `proof` of verify takes it: the present period.
    pub proof: Value,
}

/// Starts a subscription, or starts one that has ended again.
pub async fn subscribe(state: &AppState, input: Subscribe) -> Result<Subscribed> {
    require_on(state)?;
    check(&input)?;
    let store = store_of(input.store)?;
    let at = now(state).await?;
    let customer = customer_of(input.environment, &input.store_app_id, &input.player, input.account_token.as_deref());
    let found = db::simulator::find_of_group(&mut state.db.read().await?, input.store, &customer, &input.group_id).await?;
    let id = store.order_id(input.environment, state.numbers.next_row().await?, at);
    let offer = input.offer.clone().map(OfferTerms::begin).transpose()?;
    let transition = match &found {
        None => first(&input, customer, offer, &id, at),
        Some(found) => {
            let last = get_present_sale(&mut state.db.read().await?, found).await?;
            again(&input, found.clone(), &last, offer, &Moment { id: &id, at })?
        }
    };
    let made_at = state.clock.now();
    let (subscription, sale) = (transition.subscription.clone(), transition.sale.clone());
    let is_new = found.is_none();
    let is_kept = state
        .db
        .write(async |tx| match is_new {
            true => transition.begin(tx, made_at).await.map(|()| true),
            false => transition.commit(tx, made_at).await,
        })
        .await?;
    if !is_kept {
        return Err(changed_meanwhile());
    }
    wake_sender(state);
    let sale = sale.ok_or_else(|| Error::internal("a subscription was bought without a sale"))?;
    let proof = store.prove(state, &sale, subscription.lifecycle.as_of).await?;
    Ok(Subscribed { subscription, proof })
}

/// The newest subscriptions.
pub async fn list_subscriptions(state: &AppState) -> Result<Vec<SimulatedSubscription>> {
    require_on(state)?;
    db::simulator::list_subscriptions(&mut state.db.read().await?, LISTED_MAX).await
}

/// One subscription.
pub async fn get_subscription(state: &AppState, chain_id: &str) -> Result<SimulatedSubscription> {
    let found = db::simulator::find_subscription(&mut state.db.read().await?, chain_id).await?;
    found.ok_or(Error::NotFound("simulated subscription"))
}

pub(super) fn changed_meanwhile() -> Error {
    Error::conflict("CHANGED_MEANWHILE", "something else happened to the subscription at the same moment; look at it again")
}

/// Fails on a plan that could not be sold.
pub(super) fn check_plan(plan: &Plan) -> Result<()> {
    check_text("productId", &plan.product_id, true)?;
    Period::parse(&plan.period)
        .map(drop)
        .ok_or_else(|| Error::invalid("period", SimulatorReason::NotAPeriod { example: "P1M".into() }))
}

fn check(input: &Subscribe) -> Result<()> {
    notifier_of(input.store)?;
    check_text("storeAppId", &input.store_app_id, true)?;
    check_text("groupId", &input.group_id, true)?;
    check_text("player", &input.player, false)?;
    check_account_token(input.account_token.as_deref())?;
    if !(0..=GRACE_DAYS_MAX).contains(&input.grace_days) {
        return Err(Error::invalid("graceDays", Reason::range(0, GRACE_DAYS_MAX)));
    }
    check_terms(input)?;
    check_plan(&input.plan)
}

fn check_terms(input: &Subscribe) -> Result<()> {
    let terms = &input.terms;
    if *terms != PlanTerms::default() && !store_of(input.store)?.sells_with_terms() {
        return Err(Error::invalid("store", SimulatorReason::NotSimulated));
    }
    let is_fit = |count: u32| (1..=INSTALLMENTS_MAX).contains(&count) && !terms.is_prepaid;
    if !terms.installments.is_none_or(is_fit) {
        return Err(Error::invalid("installments", Reason::range(1, INSTALLMENTS_MAX)));
    }
    if terms.add_ons.len() > ADD_ONS_MAX as usize {
        return Err(Error::invalid("addOns", Reason::range(0, ADD_ONS_MAX)));
    }
    terms.add_ons.iter().try_for_each(|add_on| check_text("addOns", &add_on.product_id, true))
}

fn first(input: &Subscribe, customer: String, offer: Option<RunningOffer>, id: &str, at: Timestamp) -> Transition {
    let subscription = SimulatedSubscription {
        chain_id: id.to_owned(),
        store: input.store,
        environment: input.environment,
        store_app_id: input.store_app_id.clone(),
        customer_id: customer,
        player: input.player.clone(),
        group_id: input.group_id.clone(),
        next_at: None,
        version: 1,
        lifecycle: Lifecycle {
            plan: input.plan.clone(),
            next_plan: None,
            order_id: id.to_owned(),
            period_start: at,
            period_end: at,
            first_at: at,
            streak_at: at,
            auto_renew: !input.terms.is_prepaid,
            is_pending: false,
            is_prepaid: input.terms.is_prepaid,
            installments: input.terms.installments(),
            add_ons: input.terms.add_ons.clone(),
            card_fails: false,
            grace_days: input.grace_days,
            retry_since: None,
            grace_end: None,
            expiration: None,
            revoked_at: None,
            price_rise: None,
            offer,
            is_withdrawn: false,
            is_family: input.is_family,
            is_assigned: input.is_assigned,
            account_token: input.account_token.as_ref().map(|token| token.to_lowercase()),
            pause_days: None,
            paused_until: None,
            canceled_at: None,
            canceled_by: None,
            extended_at: Vec::new(),
            periods_paid: 0,
            as_of: at,
        },
    };
    let draft = draft(&subscription);
    sign_up(subscription, draft, input, &Moment { id, at }, Happened::Subscribed)
}

/// What its sales have in common.
fn draft(subscription: &SimulatedSubscription) -> SimulatedPurchase {
    let lifecycle = &subscription.lifecycle;
    SimulatedPurchase {
        player: subscription.player.clone(),
        environment: subscription.environment,
        customer_id: subscription.customer_id.clone(),
        details: SaleDetails {
            kind: SaleKind::AutoRenewable,
            group_id: Some(subscription.group_id.clone()),
            first_at: Some(lifecycle.first_at),
            is_family: lifecycle.is_family,
            is_assigned: lifecycle.is_assigned,
            ..SaleDetails::default()
        },
        ..SimulatedPurchase::consumable(
            subscription.store,
            &subscription.chain_id,
            &subscription.store_app_id,
            &lifecycle.plan.product_id,
            lifecycle.first_at,
        )
    }
}

/// When a player signs up, and the sale's id.
struct Moment<'a> {
    id: &'a str,
    at: Timestamp,
}

/// The sale of a sign-up, whose first period begins unless its payment is still to come.
fn sign_up(
    mut subscription: SimulatedSubscription,
    draft: SimulatedPurchase,
    input: &Subscribe,
    &Moment { id, at }: &Moment<'_>,
    happened: Happened,
) -> Transition {
    if input.terms.is_pending {
        let sale = wait_for_payment(&mut subscription, draft, id, at);
        return Transition::new(subscription, at).with_sale(sale);
    }
    let sale = start_period(&mut subscription, draft, id, at);
    Transition::new(subscription, at).happened(happened).with_sale(sale)
}

/// The last sale of a sign-up that another one follows.
fn close_sign_up(last: &SimulatedPurchase, lifecycle: &Lifecycle) -> SimulatedPurchase {
    let details = SaleDetails { signup_end: Some(Box::new(lifecycle.clone())), ..last.details.clone() };
    SimulatedPurchase { details, ..last.clone() }
}

fn again(
    input: &Subscribe,
    mut subscription: SimulatedSubscription,
    last: &SimulatedPurchase,
    offer: Option<RunningOffer>,
    moment: &Moment<'_>,
) -> Result<Transition> {
    let at = moment.at;
    let status = subscription.lifecycle.status_at(at);
    let is_running = matches!(status, LifecycleStatus::Active | LifecycleStatus::GracePeriod | LifecycleStatus::Paused);
    let is_beside = is_running && !subscription.lifecycle.auto_renew && store_of(input.store)?.sells_beside_canceled();
    if is_running && !is_beside {
        let message = format!("the player has {} in this group; change its plan instead", subscription.lifecycle.plan.product_id);
        return Err(Error::conflict("ALREADY_SUBSCRIBED", message));
    }
    if status == LifecycleStatus::Pending || input.terms.is_pending && (is_beside || input.is_out_of_app) {
        return Err(wrong_state("a payment that waits is of a first sign-up, or of one after the end"));
    }
    touch(&mut subscription, at);
    let last = &close_sign_up(last, &subscription.lifecycle);
    let lifecycle = &mut subscription.lifecycle;
    let ended_at = lifecycle.revoked_at.map_or(lifecycle.period_end, |revoked_at| revoked_at.min(lifecycle.period_end));
    if at >= ended_at.plus_millis(LAPSE_MILLIS_MIN) {
        lifecycle.streak_at = at;
    }
    lifecycle.plan = input.plan.clone();
    lifecycle.next_plan = None;
    lifecycle.auto_renew = !input.terms.is_prepaid;
    lifecycle.is_prepaid = input.terms.is_prepaid;
    lifecycle.installments = input.terms.installments();
    lifecycle.add_ons = input.terms.add_ons.clone();
    lifecycle.card_fails = false;
    lifecycle.grace_days = input.grace_days;
    lifecycle.retry_since = None;
    lifecycle.grace_end = None;
    lifecycle.price_rise = None;
    lifecycle.offer = offer;
    lifecycle.is_withdrawn = false;
    lifecycle.pause_days = None;
    lifecycle.canceled_at = None;
    lifecycle.canceled_by = None;
    lifecycle.is_family = input.is_family;
    lifecycle.is_assigned = input.is_assigned;
    lifecycle.account_token = input.account_token.as_ref().map(|token| token.to_lowercase()).or(lifecycle.account_token.take());
    let mut draft = draft(&subscription);
    draft.details.is_out_of_app = input.is_out_of_app && !is_beside;
    draft.details.signup_id = (is_beside || input.is_out_of_app).then(|| last.signup_id().to_owned());
    let transition = sign_up(subscription, draft, input, moment, Happened::Resubscribed);
    Ok(transition.with_changed(if is_beside { supersede(last) } else { last.clone() }))
}
