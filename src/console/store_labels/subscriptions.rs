//! Words for subscriptions.

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::ui::{Badge, Tone};
use crate::model::{ExpirationReason, Ownership, PriceConsent, SubscriptionState};

pub fn subscription_state_name(state: SubscriptionState) -> String {
    match state {
        SubscriptionState::Active => tr!("labels.subscription_active"),
        SubscriptionState::Canceled => tr!("labels.subscription_canceled"),
        SubscriptionState::OnHold => tr!("labels.subscription_on_hold"),
        SubscriptionState::InGracePeriod => tr!("labels.subscription_grace"),
        SubscriptionState::Paused => tr!("labels.subscription_paused"),
        SubscriptionState::Revoked => tr!("labels.subscription_revoked"),
        SubscriptionState::Expired => tr!("labels.subscription_expired"),
    }
}

const fn subscription_state_tone(state: SubscriptionState) -> Tone {
    match state {
        SubscriptionState::Active => Tone::Good,
        SubscriptionState::Canceled => Tone::Info,
        SubscriptionState::InGracePeriod | SubscriptionState::OnHold | SubscriptionState::Paused => Tone::Warn,
        SubscriptionState::Revoked => Tone::Bad,
        SubscriptionState::Expired => Tone::Neutral,
    }
}

/// Where a subscription stands.
#[component]
pub fn SubscriptionStateBadge(state: SubscriptionState) -> AnyView {
    view! { <Badge label=subscription_state_name(state) tone=subscription_state_tone(state)/> }.into_any()
}

pub fn expiration_reason_name(reason: ExpirationReason) -> String {
    match reason {
        ExpirationReason::Canceled => tr!("labels.expired_canceled"),
        ExpirationReason::BillingError => tr!("labels.expired_billing"),
        ExpirationReason::PriceRefused => tr!("labels.expired_price"),
        ExpirationReason::ProductUnavailable => tr!("labels.expired_product"),
        ExpirationReason::Other => tr!("labels.expired_other"),
    }
}

pub fn price_consent_name(consent: PriceConsent) -> String {
    match consent {
        PriceConsent::Pending => tr!("labels.consent_pending"),
        PriceConsent::Given => tr!("labels.consent_given"),
    }
}

pub fn ownership_name(ownership: Ownership) -> String {
    match ownership {
        Ownership::Purchased => tr!("labels.ownership_purchased"),
        Ownership::FamilyShared => tr!("labels.ownership_family"),
        Ownership::Assigned => tr!("labels.ownership_assigned"),
        Ownership::Other => tr!("labels.ownership_other"),
    }
}
