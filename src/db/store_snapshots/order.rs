//! Which of two snapshots is the newer.

use crate::model::{Purchase, Renewal};

/// Whether the store said the one after the other. What was said at the same time is told apart by what it says, alike everywhere.
pub fn is_newer(one: &Purchase, other: &Purchase) -> bool {
    let rank = |purchase: &Purchase| {
        let snapshot = serde_json::to_string(purchase).unwrap_or_default();
        (purchase.as_of, purchase_tie_break(purchase, &snapshot))
    };
    one.as_of > other.as_of || (one.as_of == other.as_of && rank(one) > rank(other))
}

/// The same for a renewal.
pub fn is_newer_renewal(one: &Renewal, other: &Renewal) -> bool {
    let rank = |renewal: &Renewal| {
        let snapshot = serde_json::to_string(renewal).unwrap_or_default();
        (renewal.as_of, renewal_tie_break(renewal, &snapshot))
    };
    one.as_of > other.as_of || (one.as_of == other.as_of && rank(one) > rank(other))
}

/// Which of two snapshots said at once holds: what takes more back over what takes less, then the later end, then whichever.
/// Digits and lower-case hex only, so that every database sorts it alike.
pub(super) fn purchase_tie_break(purchase: &Purchase, snapshot: &str) -> String {
    let (revoked, superseded) = (u8::from(purchase.revoked_at.is_some()), u8::from(purchase.is_superseded));
    let end = purchase.expires_at.map_or(0, |at| at.0.max(0));
    let refunded = purchase.refund.as_ref();
    let pieces = refunded.and_then(|part| part.quantity).unwrap_or_default();
    let micros = refunded.and_then(|part| part.price_micros).unwrap_or_default().max(0);
    format!("{revoked}{superseded}{pieces:010}{micros:020}{end:020}{}", fingerprint(snapshot))
}

pub(super) fn renewal_tie_break(renewal: &Renewal, snapshot: &str) -> String {
    let (over, end) = (u8::from(renewal.expiration_reason.is_some()), renewal.renews_at.map_or(0, |at| at.0.max(0)));
    format!("{over}{end:020}{}", fingerprint(snapshot))
}

/// The first 64 bits of its SHA-256.
fn fingerprint(snapshot: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, snapshot.as_bytes());
    let first = digest.as_ref().first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(first))
}
