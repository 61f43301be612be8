//! The words of subscriptions, offers and store notices as people read them.

use leptos::prelude::*;

use super::i18n::tr;
use super::ui::{Badge, Tone};
use crate::model::{
    Attribution, ExpirationReason, NoticeSource, NoticeStatus, Offer, OfferType, Ownership, PaymentSource, PriceConsent,
    SubscriptionState,
};

pub fn subscription_state_name(state: SubscriptionState) -> String {
    match state {
        SubscriptionState::Active => tr!("words.subscription_active"),
        SubscriptionState::Canceled => tr!("words.subscription_canceled"),
        SubscriptionState::OnHold => tr!("words.subscription_on_hold"),
        SubscriptionState::InGracePeriod => tr!("words.subscription_grace"),
        SubscriptionState::Paused => tr!("words.subscription_paused"),
        SubscriptionState::Revoked => tr!("words.subscription_revoked"),
        SubscriptionState::Expired => tr!("words.subscription_expired"),
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
        ExpirationReason::Canceled => tr!("words.expired_canceled"),
        ExpirationReason::BillingError => tr!("words.expired_billing"),
        ExpirationReason::PriceRefused => tr!("words.expired_price"),
        ExpirationReason::ProductUnavailable => tr!("words.expired_product"),
        ExpirationReason::Other => tr!("words.expired_other"),
    }
}

pub fn price_consent_name(consent: PriceConsent) -> String {
    match consent {
        PriceConsent::Pending => tr!("words.consent_pending"),
        PriceConsent::Given => tr!("words.consent_given"),
    }
}

pub fn ownership_name(ownership: Ownership) -> String {
    match ownership {
        Ownership::Purchased => tr!("words.ownership_purchased"),
        Ownership::FamilyShared => tr!("words.ownership_family"),
        Ownership::Assigned => tr!("words.ownership_assigned"),
        Ownership::Other => tr!("words.ownership_other"),
    }
}

pub fn offer_type_name(offer_type: OfferType) -> String {
    match offer_type {
        OfferType::Introductory => tr!("words.offer_introductory"),
        OfferType::Promotional => tr!("words.offer_promotional"),
        OfferType::OfferCode => tr!("words.offer_code"),
        OfferType::WinBack => tr!("words.offer_win_back"),
        OfferType::Other => tr!("words.offer_other"),
    }
}

/// An offer in one line: its kind, the store's word for the discount, its id.
pub fn offer_text(offer: &Offer) -> String {
    let parts = [Some(offer_type_name(offer.offer_type)), offer.discount_type.clone(), offer.offer_id.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

pub fn attribution_name(attribution: Attribution) -> String {
    match attribution {
        Attribution::Token => tr!("words.attribution_token"),
        Attribution::Presenter => tr!("words.attribution_presenter"),
        Attribution::Staff => tr!("words.attribution_staff"),
        Attribution::StoreAccount => tr!("words.attribution_store_account"),
        Attribution::None => tr!("words.attribution_none"),
    }
}

pub fn payment_source_name(source: PaymentSource) -> String {
    match source {
        PaymentSource::Reservation => tr!("words.source_reservation"),
        PaymentSource::Verify => tr!("words.source_verify"),
        PaymentSource::Notice => tr!("words.source_notice"),
        PaymentSource::Healed => tr!("words.source_healed"),
    }
}

pub fn notice_source_name(source: NoticeSource) -> String {
    match source {
        NoticeSource::Received => tr!("words.notice_received"),
        NoticeSource::Healed => tr!("words.notice_healed"),
    }
}

pub fn notice_status_name(status: NoticeStatus) -> String {
    match status {
        NoticeStatus::Waiting => tr!("words.notice_waiting"),
        NoticeStatus::Applied => tr!("words.notice_applied"),
        NoticeStatus::WithoutEffect => tr!("words.notice_without_effect"),
        NoticeStatus::Dead => tr!("words.notice_dead"),
    }
}

pub const fn notice_status_tone(status: NoticeStatus) -> Tone {
    match status {
        NoticeStatus::Waiting => Tone::Info,
        NoticeStatus::Applied => Tone::Good,
        NoticeStatus::WithoutEffect => Tone::Neutral,
        NoticeStatus::Dead => Tone::Bad,
    }
}

/// How far a notice has come.
#[component]
pub fn NoticeStatusBadge(status: NoticeStatus) -> AnyView {
    view! { <Badge label=notice_status_name(status) tone=notice_status_tone(status)/> }.into_any()
}
