use super::wire::SubscriptionItem;
use crate::model::{Offer, OfferType};

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
