//! What a proof the store stands behind means for a user and a product: each reason to refuse has its own code.

use crate::model::{ProductType, Purchase, RefusalCode};
use crate::stores::Refusal;

/// What the proof must be for.
pub(super) struct Expected<'a> {
    pub product_id: &'a str,
    pub product_type: ProductType,
}

/// Refuses a purchase that is not the expected product, is taken back, or is not yet paid. Whether its period is over is the
/// subscription's to say.
pub(super) fn evaluate(purchase: &Purchase, expected: &Expected<'_>) -> Result<(), Refusal> {
    if purchase.product_id != expected.product_id {
        let reason = format!("the purchase is of product {:?}, not {:?}", purchase.product_id, expected.product_id);
        return Err(Refusal::new(RefusalCode::ProductMismatch, reason));
    }
    if !purchase.is_of_type(expected.product_type) {
        let reason = format!("the store sells the product as another type than {}", expected.product_type);
        return Err(Refusal::new(RefusalCode::ProductMismatch, reason));
    }
    if purchase.never_paid {
        return Err(Refusal::proof("the purchase was given up before it was paid for"));
    }
    if purchase.revoked_at.is_some() {
        return Err(Refusal::new(RefusalCode::Refunded, "the store has taken the purchase back"));
    }
    if purchase.pending {
        return Err(Refusal::new(RefusalCode::Pending, "the store still waits for the money"));
    }
    Ok(())
}
