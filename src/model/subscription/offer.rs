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

text_enum! {
    /// What an offer makes of the price, in the stores' words that lists can be asked by.
    DiscountType {
        FreeTrial = "FREE_TRIAL",
        IntroductoryPrice = "INTRODUCTORY_PRICE",
        PayAsYouGo = "PAY_AS_YOU_GO",
        PayUpFront = "PAY_UP_FRONT",
        OneTime = "ONE_TIME",
        /// Had for a code, for free.
        PromotionCode = "PROMOTION_CODE",
        /// Had for watching an advertisement.
        Rewarded = "REWARDED",
    }
}

/// An offer a purchase was made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub offer_type: OfferType,
    /// The offer's id in the store's console; introductory ones have none.
    pub offer_id: Option<String>,
    /// The store's own word, mostly one of `DiscountType`.
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
