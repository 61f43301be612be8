//! Offers of the App Store that need a server's signature.

use serde::{Deserialize, Serialize};

use super::Timestamp;
use super::text_enum::text_enum;

text_enum! {
    /// What is signed, and how.
    OfferForm {
        /// A promotional offer in the original form: fields and a signature apart.
        Original = "ORIGINAL",
        /// A promotional offer as a JWS.
        Promotional = "PROMOTIONAL_OFFER" | "promotional-offer",
        /// Whether a customer may have the introductory offer, as a JWS.
        Introductory = "INTRODUCTORY_OFFER_ELIGIBILITY" | "introductory-offer-eligibility",
    }
}

/// A signed offer: all that the app hands to the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedOffer {
    pub form: OfferForm,
    pub key_identifier: String,
    /// UUID, lower case, used once.
    pub nonce: String,
    pub timestamp: Timestamp,
    pub product_id: String,
    pub offer_id: Option<String>,
    /// The account token or user name that was signed, which the app must buy with.
    pub username: Option<String>,
    /// Base64 in the original form, else a compact JWS.
    pub signature: String,
}
