//! The offer that a period was bought with.

use serde::{Deserialize, Serialize};

use crate::model::text_enum::text_enum;

text_enum! {
    /// How a price below the usual came about.
    OfferType {
        Introductory = "INTRODUCTORY",
        Promotional = "PROMOTIONAL",
        OfferCode = "OFFER_CODE",
        WinBack = "WIN_BACK",
        /// One the store has and we have no word for.
        Other = "OTHER",
    }
}

/// An offer a purchase was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub offer_type: OfferType,
    /// The offer's id in the store's console; introductory ones have none.
    pub offer_id: Option<String>,
    /// The store's own word: `FREE_TRIAL`, `PAY_AS_YOU_GO`, `PAY_UP_FRONT`, `ONE_TIME`.
    pub discount_type: Option<String>,
}

/// An offer's columns; all are null where there was no offer.
#[derive(sqlx::FromRow)]
pub struct OfferColumns {
    offer_type: Option<OfferType>,
    offer_id: Option<String>,
    offer_discount: Option<String>,
}

impl From<OfferColumns> for Option<Offer> {
    fn from(columns: OfferColumns) -> Self {
        let OfferColumns { offer_type, offer_id, offer_discount } = columns;
        Some(Offer { offer_type: offer_type?, offer_id, discount_type: offer_discount })
    }
}

impl Offer {
    pub fn is_free_trial(&self) -> bool {
        self.discount_type.as_deref() == Some("FREE_TRIAL")
    }
}
