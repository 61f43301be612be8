//! How the API shows things: camelCase, RFC 3339 and milliseconds, money as decimal and micros.

mod history;

use serde::Serialize;
use utoipa::ToSchema;

use crate::model::{Payment, Timestamp};

pub use history::PaymentDetailView;

/// A payment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentView {
    /// KST date and a number; treat it as text.
    #[schema(example = "2026112310000000")]
    payment_seq: String,
    /// `RESERVED`, `PENDING`, `SUCCESS`, `FAILURE`, `USER_CLOSE` or `REFUND`.
    status: &'static str,
    /// `GG`, `AS`, `ONESTORE` or `TEST`.
    store: &'static str,
    app_seq: i64,
    /// The store's package name or bundle id.
    app_id: String,
    product_seq: i64,
    /// The product's id in the store's console.
    product_id: String,
    /// `CONSUMABLE`, `NON_CONSUMABLE` (bought once and kept), `AUTO_SUBSCRIPTION` or `CONSUMABLE_AUTO_SUBSCRIPTION`.
    product_type: &'static str,
    /// Empty where an app verified by number a purchase that does not say whose it is, without its `reservationToken`.
    user_key: String,
    user_channel: String,
    /// `LIVE`, `SANDBOX` or `SIMULATOR`.
    environment: &'static str,
    quantity: i64,
    /// Decimal text, for the whole quantity; null when the store did not say.
    #[schema(example = "4400.00")]
    price: Option<String>,
    /// The price in millionths: the truth.
    #[schema(example = 4_400_000_000_i64)]
    price_micros: Option<i64>,
    /// ISO 4217.
    currency: Option<String>,
    store_order_id: Option<String>,
    original_order_id: Option<String>,
    /// The developer's own text from the reservation.
    payload: Option<String>,
    /// Whether it waits to be consumed.
    consumable: bool,
    consumed: bool,
    /// Whether the user owns it: a paid `NON_CONSUMABLE` that was not refunded.
    owned: bool,
    /// `NONE`, `DUE`, `DONE` or `FAILED`: our acknowledgement towards the store.
    finish: &'static str,
    /// Whether the store could not be asked and only the purchase's signature stands behind it so far (outage mode): it may be taken
    /// back.
    is_provisional: bool,
    /// Why the last verify was refused.
    refusal: Option<&'static str>,
    /// How it came into the books: `RESERVATION`, `VERIFY`, `NOTICE` (the store told of it first) or `BACKFILLED`.
    source: &'static str,
    /// The offer it was bought with: `INTRODUCTORY`, `PROMOTIONAL`, `OFFER_CODE`, `WIN_BACK` or `OTHER`.
    offer_type: Option<&'static str>,
    /// The offer's id in the store's console; introductory ones have none.
    offer_id: Option<String>,
    /// `FREE_TRIAL`, `INTRODUCTORY_PRICE`, `PAY_AS_YOU_GO`, `PAY_UP_FRONT`, `ONE_TIME`, `PROMOTION_CODE`, `REWARDED`, or another
    /// word of the store.
    offer_discount_type: Option<String>,
    /// `PURCHASED`, `FAMILY_SHARED`, `ASSIGNED` or `OTHER`; only `PURCHASED` gives goods.
    ownership: &'static str,
    created_at: String,
    updated_at: String,
    purchased_at: Option<String>,
    purchase_time_millis: Option<i64>,
    verified_at: Option<String>,
    expires_at: Option<String>,
    expiry_time_millis: Option<i64>,
    /// When another plan took the place of this paid period.
    superseded_at: Option<String>,
    refunded_at: Option<String>,
    /// How much the store gave back, in millionths of `currency`: all of the price, or a part of it.
    refunded_micros: Option<i64>,
    /// How many of the pieces the store gave back, where it gave back only some: the payment stays SUCCESS, and the rest is
    /// `quantity` less these.
    refunded_quantity: Option<i64>,
    /// The store's own name of the refund's type, e.g. `REFUND_PRORATED`.
    refund_type: Option<String>,
    /// The store's own name or number of the refund's reason.
    refund_reason: Option<String>,
    consumed_at: Option<String>,
    /// The secret needed to consume this payment; only with SUCCESS.
    #[serde(skip_serializing_if = "Option::is_none")]
    access_token: Option<String>,
}

impl PaymentView {
    pub fn new(payment: Payment, access_token: Option<String>) -> Self {
        let text = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339);
        let refunded_micros = payment.refunded_money().map(|money| money.price_micros);
        Self {
            consumable: payment.is_consumable(),
            consumed: payment.consumed_at.is_some(),
            owned: payment.is_owned(),
            is_provisional: payment.is_provisional(),
            payment_seq: payment.payment_seq.0,
            status: payment.status.as_str(),
            store: payment.store.as_str(),
            app_seq: payment.app_seq.0,
            app_id: payment.store_app_id,
            product_seq: payment.product_seq.0,
            product_id: payment.product_id,
            product_type: payment.product_type.as_str(),
            user_key: payment.user_key,
            user_channel: payment.user_channel,
            environment: payment.environment.as_str(),
            quantity: payment.quantity,
            price: payment.price.as_ref().map(|price| price.to_decimal()),
            price_micros: payment.price.as_ref().map(|price| price.price_micros),
            currency: payment.price.map(|price| price.currency),
            store_order_id: payment.store_order_id,
            original_order_id: payment.original_order_id,
            payload: payment.payload,
            finish: payment.finish.as_str(),
            refusal: payment.refusal.map(|code| code.as_str()),
            source: payment.source.as_str(),
            offer_type: payment.offer.as_ref().map(|offer| offer.offer_type.as_str()),
            offer_id: payment.offer.as_ref().and_then(|offer| offer.offer_id.clone()),
            offer_discount_type: payment.offer.and_then(|offer| offer.discount_type),
            ownership: payment.ownership.as_str(),
            created_at: payment.created_at.to_rfc3339(),
            updated_at: payment.updated_at.to_rfc3339(),
            purchased_at: text(payment.purchased_at),
            purchase_time_millis: payment.purchased_at.map(|at| at.0),
            verified_at: text(payment.verified_at),
            expires_at: text(payment.expires_at),
            expiry_time_millis: payment.expires_at.map(|at| at.0),
            superseded_at: text(payment.superseded_at),
            refunded_at: text(payment.refunded_at),
            refunded_micros,
            refunded_quantity: payment.refunded_quantity,
            refund_type: payment.refund_type,
            refund_reason: payment.refund_reason,
            consumed_at: text(payment.consumed_at),
            access_token,
        }
    }
}

/// A page of payments.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentsView {
    pub items: Vec<PaymentView>,
    /// Give it as `cursor` for the next page; null on the last.
    pub next_cursor: Option<String>,
}

/// RFC 9457 problem details: the form of every error.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// An address that explains the code.
    r#type: String,
    title: String,
    /// The HTTP status.
    status: u16,
    /// Stable, upper case; branch on this.
    #[schema(example = "PROOF_INVALID")]
    code: String,
    /// For people.
    detail: String,
    /// The input field the problem is about.
    param: Option<String>,
}
