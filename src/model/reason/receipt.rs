use serde::{Deserialize, Serialize};

/// Why a payment is not corrected by the number on a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ReceiptReason {
    #[error("is not known to the store")]
    Unknown,
    #[error("must be set: the store can't be asked for this number, for the app has no key")]
    NotAskable,
    #[error("is of another player's purchase")]
    OfAnotherPlayer,
    #[error("is of the product {0:?}")]
    OfAnotherProduct(String),
    #[error("belongs to another payment")]
    OfAnotherPayment,
    #[error("is of a purchase that the store has taken back")]
    TakenBack,
    #[error("is of a purchase from before this server was in charge of the app")]
    BeforeCharge,
    #[error("is recorded as payment {0:?}")]
    Recorded(String),
    #[error("may be of the purchase recorded as payment {0:?}")]
    MaybeRecorded(String),
    #[error("{0}")]
    Refused(String),
}
