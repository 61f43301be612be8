//! The words of subscriptions, offers and store notifications as people read them.

mod subscriptions;

use leptos::prelude::{expect_context, *};

use super::i18n::tr;
use super::ui::{Badge, Tone};
use crate::model::{
    Ability, Attribution, DiscountType, NotificationSource, NotificationStatus, Offer, OfferType, PaymentSource, StoreCode,
};
use crate::projects;
use crate::state::AppState;

pub use subscriptions::{
    SubscriptionStateBadge, expiration_reason_name, ownership_name, price_consent_name, subscription_state_name,
};

pub fn offer_type_name(offer_type: OfferType) -> String {
    match offer_type {
        OfferType::Introductory => tr!("labels.offer_introductory"),
        OfferType::Promotional => tr!("labels.offer_promotional"),
        OfferType::OfferCode => tr!("labels.offer_code"),
        OfferType::WinBack => tr!("labels.offer_win_back"),
        OfferType::Other => tr!("labels.offer_other"),
    }
}

pub fn discount_type_name(discount_type: DiscountType) -> String {
    match discount_type {
        DiscountType::FreeTrial => tr!("labels.discount_free_trial"),
        DiscountType::IntroductoryPrice => tr!("labels.discount_introductory_price"),
        DiscountType::PayAsYouGo => tr!("labels.discount_pay_as_you_go"),
        DiscountType::PayUpFront => tr!("labels.discount_pay_up_front"),
        DiscountType::OneTime => tr!("labels.discount_one_time"),
        DiscountType::PromotionCode => tr!("labels.discount_promotion_code"),
        DiscountType::Rewarded => tr!("labels.discount_rewarded"),
    }
}

/// An offer in one line: its kind, what it makes of the price, its id. A word of the store's that is new to us stays as it is.
pub fn offer_text(offer: &Offer) -> String {
    let discount = offer.discount_type.as_ref().map(|word| word.parse().map_or_else(|_| word.clone(), discount_type_name));
    let parts = [Some(offer_type_name(offer.offer_type)), discount, offer.offer_id.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

pub fn attribution_name(attribution: Attribution) -> String {
    match attribution {
        Attribution::Token => tr!("labels.attribution_token"),
        Attribution::Reservation => tr!("labels.attribution_reservation"),
        Attribution::Presenter => tr!("labels.attribution_presenter"),
        Attribution::Staff => tr!("labels.attribution_staff"),
        Attribution::StoreAccount => tr!("labels.attribution_store_account"),
        Attribution::None => tr!("labels.attribution_none"),
    }
}

pub fn payment_source_name(source: PaymentSource) -> String {
    match source {
        PaymentSource::Reservation => tr!("labels.source_reservation"),
        PaymentSource::Verify => tr!("labels.source_verify"),
        PaymentSource::Notification => tr!("labels.source_notice"),
        PaymentSource::Backfilled => tr!("labels.source_backfilled"),
    }
}

pub fn notification_source_name(source: NotificationSource) -> String {
    match source {
        NotificationSource::Received => tr!("labels.notice_received"),
        NotificationSource::Backfilled => tr!("labels.notice_backfilled"),
    }
}

pub fn notification_status_name(status: NotificationStatus) -> String {
    match status {
        NotificationStatus::Waiting => tr!("labels.notice_waiting"),
        NotificationStatus::Applied => tr!("labels.notice_applied"),
        NotificationStatus::WithoutEffect => tr!("labels.notice_without_effect"),
        NotificationStatus::Dead => tr!("labels.notice_dead"),
    }
}

pub const fn notification_status_tone(status: NotificationStatus) -> Tone {
    match status {
        NotificationStatus::Waiting => Tone::Info,
        NotificationStatus::Applied => Tone::Good,
        NotificationStatus::WithoutEffect => Tone::Neutral,
        NotificationStatus::Dead => Tone::Bad,
    }
}

/// How far a notification has come.
#[component]
pub fn NotificationStatusBadge(status: NotificationStatus) -> AnyView {
    view! { <Badge label=notification_status_name(status) tone=notification_status_tone(status)/> }.into_any()
}

/// Where a store's purchases are refunded by people, and what is to be done there; none where there is no such place.
pub fn refund_place(store: StoreCode) -> Option<(String, &'static str)> {
    match store {
        StoreCode::AppStore => Some((tr!("refund.at_apple"), "https://reportaproblem.apple.com")),
        StoreCode::GooglePlay => Some((tr!("refund.at_google"), "https://play.google.com/console")),
        StoreCode::OneStore => Some((tr!("refund.at_onestore"), "https://dev.onestore.net")),
        StoreCode::Test => None,
    }
}

/// Whether pages offer something for what is sold in a store.
pub fn can(store: StoreCode, ability: Ability) -> bool {
    projects::store_can(&expect_context::<AppState>(), store, ability)
}
