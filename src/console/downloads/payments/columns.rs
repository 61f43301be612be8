//! The columns of a file of payments.

use crate::console::downloads::csv_text::defuse;
use crate::model::{Money, Payment, Timestamp};

pub(super) const COLUMNS: [&str; 26] = [
    "paymentSeq",
    "createdAt",
    "status",
    "environment",
    "store",
    "appId",
    "productId",
    "productName",
    "userKey",
    "userChannel",
    "quantity",
    "price",
    "currency",
    "storeOrderId",
    "originalOrderId",
    "purchasedAt",
    "verifiedAt",
    "consumedAt",
    "refundedAt",
    "refusal",
    "refundedAmount",
    "refundedQuantity",
    "isProvisional",
    "offerType",
    "offerDiscountType",
    "offerId",
];

/// In the order of `COLUMNS`.
pub(super) fn fields(payment: &Payment) -> [String; 26] {
    let time = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339).unwrap_or_default();
    let offer = payment.offer.as_ref();
    let safe = |text: &Option<String>| text.as_deref().map(defuse).unwrap_or_default();
    [
        payment.payment_seq.0.clone(),
        payment.created_at.to_rfc3339(),
        payment.status.to_string(),
        payment.environment.to_string(),
        payment.store.to_string(),
        defuse(&payment.store_app_id),
        defuse(&payment.product_id),
        defuse(&payment.product_name),
        defuse(&payment.user_key),
        defuse(&payment.user_channel),
        payment.quantity.to_string(),
        payment.price.as_ref().map(Money::to_decimal).unwrap_or_default(),
        payment.price.as_ref().map(|price| defuse(&price.currency)).unwrap_or_default(),
        safe(&payment.store_order_id),
        safe(&payment.original_order_id),
        time(payment.purchased_at),
        time(payment.verified_at),
        time(payment.consumed_at),
        time(payment.refunded_at),
        payment.refusal.map(|code| code.to_string()).unwrap_or_default(),
        payment.refunded_money().as_ref().map(Money::to_decimal).unwrap_or_default(),
        payment.refunded_quantity.map(|pieces| pieces.to_string()).unwrap_or_default(),
        payment.is_provisional().to_string(),
        offer.map(|offer| offer.offer_type.to_string()).unwrap_or_default(),
        offer.map(|offer| safe(&offer.discount_type)).unwrap_or_default(),
        offer.map(|offer| safe(&offer.offer_id)).unwrap_or_default(),
    ]
}
