use super::subscription::State;
use super::wire::{SubscriptionItem, SubscriptionPurchase, WireMoney};
use crate::model::{ExpirationReason, Money, Offer, OfferType, PriceConsent, Renewal, Timestamp};

/// How a subscription goes on, by its first product: Google renews all products of a token together.
pub(super) fn read_renewal(token: &str, subscription: &SubscriptionPurchase, state: State, now: Timestamp) -> Renewal {
    let item = subscription.line_items.iter().find(|item| item.expiry_time.is_some());
    let expiry = item.and_then(|item| item.expiry_time);
    let plan = item.and_then(|item| item.auto_renewing_plan.as_ref());
    let is_ended = matches!(state, State::Canceled | State::Expired);
    let resumes_at = || subscription.paused_state_context.as_ref()?.auto_resume_time;
    Renewal {
        chain_id: token.to_owned(),
        next_product_id: item.and_then(next_product),
        auto_renew: !is_ended && plan.is_some_and(|plan| plan.auto_renew_enabled),
        in_retry: matches!(state, State::InGracePeriod | State::OnHold),
        is_paused: state == State::Paused,
        grace_end: expiry.filter(|_| state == State::InGracePeriod),
        expiration_reason: is_ended.then(|| expiration_reason(subscription)).flatten(),
        price_consent: item.and_then(price_consent),
        next_price: item.and_then(next_price),
        renews_at: if state == State::Paused { resumes_at().or(expiry) } else { expiry },
        as_of: now,
    }
}

/// The product that takes this one's place at its end, else itself.
fn next_product(item: &SubscriptionItem) -> Option<String> {
    let replacement = item.deferred_item_replacement.as_ref().and_then(|name| name.product_id.clone());
    replacement.or_else(|| item.product_id.clone())
}

fn expiration_reason(subscription: &SubscriptionPurchase) -> Option<ExpirationReason> {
    let context = subscription.canceled_state_context.as_ref()?;
    Some(match () {
        () if context.user_initiated_cancellation.is_some() => ExpirationReason::Canceled,
        () if context.system_initiated_cancellation.is_some() => ExpirationReason::BillingError,
        () => ExpirationReason::Other,
    })
}

/// What the player said to a higher price; a price that needs no consent asks nothing.
fn price_consent(item: &SubscriptionItem) -> Option<PriceConsent> {
    let plan = item.auto_renewing_plan.as_ref()?;
    let step_up = plan.price_step_up_consent_details.as_ref().and_then(|details| match details.state.as_deref() {
        Some("PENDING") => Some(PriceConsent::Pending),
        Some("CONFIRMED" | "COMPLETED") => Some(PriceConsent::Given),
        _ => None,
    });
    let change = plan.price_change_details.as_ref();
    let increase = change.filter(|details| details.price_change_mode.as_deref() == Some("PRICE_INCREASE"));
    step_up.or_else(|| match increase?.price_change_state.as_deref() {
        Some("OUTSTANDING") => Some(PriceConsent::Pending),
        Some("CONFIRMED" | "APPLIED") => Some(PriceConsent::Given),
        _ => None,
    })
}

/// The price from the next renewal on: the new one where a change was announced.
fn next_price(item: &SubscriptionItem) -> Option<Money> {
    let plan = item.auto_renewing_plan.as_ref()?;
    let step_up = plan.price_step_up_consent_details.as_ref().and_then(|details| details.new_price.as_ref());
    let change = plan.price_change_details.as_ref();
    let changed = change.filter(|details| matches!(details.price_change_state.as_deref(), Some("OUTSTANDING" | "CONFIRMED")));
    let new_price = step_up.or_else(|| changed?.new_price.as_ref());
    new_price.or(plan.recurring_price.as_ref()).and_then(WireMoney::price)
}

/// The offer the current period of a subscription is in: Google names the phase, and the offer it is of. A plan at its base price
/// is in no offer, whatever it began with.
pub(super) fn read_offer(item: &SubscriptionItem) -> Option<Offer> {
    let phase = &item.offer_phase;
    let offer = |offer_type, word: Option<&str>| {
        let code = || item.signup_promotion.as_ref()?.vanity_code.as_ref()?.promotion_code.clone();
        let offer_id = item.offer_details.offer_id.clone().or_else(code);
        Some(Offer { offer_type, offer_id, discount_type: word.map(str::to_owned) })
    };
    let word = match () {
        () if phase.free_trial.is_some() => Some("FREE_TRIAL"),
        () if phase.introductory_price.is_some() => Some("INTRODUCTORY_PRICE"),
        () => None,
    };
    match (word, item.signup_promotion.is_some()) {
        (word, true) => offer(OfferType::OfferCode, word),
        (Some(word), false) => offer(OfferType::Introductory, Some(word)),
        (None, false) if phase.base_price.is_some() || phase.proration_period.is_some() => None,
        (None, false) => item.offer_details.offer_id.as_ref().and_then(|_| offer(OfferType::Promotional, None)),
    }
}
