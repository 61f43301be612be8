//! What a proof the store stands behind means for a user and a product: each reason to refuse has its own code.

use crate::model::{ProductType, RefusalCode, Timestamp};
use crate::stores::{Purchase, Refusal};

/// Whom and what the proof must be for.
pub(super) struct Expected<'a> {
    pub product_id: &'a str,
    pub product_type: ProductType,
    /// The account token of the user it is claimed for.
    pub account_token: &'a str,
    pub now: Timestamp,
}

/// Refuses a purchase that is not the expected user's, not the expected product, taken back, over, or not yet paid.
pub(super) fn evaluate(purchase: &Purchase, expected: &Expected<'_>) -> Result<(), Refusal> {
    if let Some(token) = &purchase.account_token
        && !token.eq_ignore_ascii_case(expected.account_token)
    {
        return Err(Refusal::new(RefusalCode::UserMismatch, "the purchase was made for another user"));
    }
    if purchase.product_id != expected.product_id {
        let reason = format!("the purchase is of product {:?}, not {:?}", purchase.product_id, expected.product_id);
        return Err(Refusal::new(RefusalCode::ProductMismatch, reason));
    }
    if !purchase.is_of_type(expected.product_type) {
        let reason = format!("the store sells the product as another type than {}", expected.product_type);
        return Err(Refusal::new(RefusalCode::ProductMismatch, reason));
    }
    if purchase.revoked_at.is_some() {
        return Err(Refusal::new(RefusalCode::Refunded, "the store has taken the purchase back"));
    }
    if purchase.pending {
        return Err(Refusal::new(RefusalCode::Pending, "the store still waits for the money"));
    }
    // Goods of a paid period are due even when it is over; access is not.
    let is_over = purchase.expires_at.is_some_and(|expires_at| expires_at <= expected.now);
    if is_over && !expected.product_type.is_consumable() {
        return Err(Refusal::new(RefusalCode::Expired, "the paid period is over"));
    }
    Ok(())
}
