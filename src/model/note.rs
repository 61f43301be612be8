//! What staff write down about a player or a payment.

use serde::{Deserialize, Serialize};

use super::{PaymentSeq, Timestamp};

/// The longest note.
pub const NOTE_CHARS_MAX: usize = 2_000;
/// So many notes a payment has, and a player.
pub const NOTES_MAX: i64 = 200;

/// A note; it is added and never changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Note {
    pub at: Timestamp,
    /// The operator's e-mail.
    pub author: String,
    /// The payment it is about; none where it is about the player.
    pub payment_seq: Option<PaymentSeq>,
    #[sqlx(rename = "body")]
    pub text: String,
}
