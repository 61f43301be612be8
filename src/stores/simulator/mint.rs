use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::model::{Money, Timestamp};

const MICROS_PER_MILLIUNIT: i64 = 1_000;
/// Apple's sandbox hands out 16 digits that start so.
const ID_FIRST: u64 = 2_000_000_000_000_000;
const ID_COUNT: u64 = 1_000_000_000;

/// One purchase of the simulated App Store that does not renew.
pub struct OneTimePurchase<'a> {
    pub transaction_id: &'a str,
    /// One per player and app, the same in all of a player's purchases.
    pub app_transaction_id: &'a str,
    pub bundle_id: &'a str,
    pub product_id: &'a str,
    /// `Consumable` or `Non-Consumable`.
    pub product_kind: &'a str,
    pub quantity: u32,
    pub account_token: Option<&'a str>,
    /// For the whole quantity.
    pub price: Option<&'a Money>,
    pub storefront: Storefront,
    pub purchased_at: Timestamp,
    /// When the store took it back.
    pub revoked_at: Option<Timestamp>,
}

/// A country's App Store, by Apple's names for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Storefront {
    Korea,
    UnitedStates,
    Japan,
}

impl Storefront {
    const fn country_and_id(self) -> (&'static str, &'static str) {
        match self {
            Self::Korea => ("KOR", "143466"),
            Self::UnitedStates => ("USA", "143441"),
            Self::Japan => ("JPN", "143462"),
        }
    }
}

/// The JWSTransactionDecodedPayload of a purchase, as the sandbox would sign it at a moment. Absent is left out, never null.
pub fn one_time_transaction(purchase: &OneTimePurchase<'_>, signed_at: Timestamp) -> Value {
    let (storefront, storefront_id) = purchase.storefront.country_and_id();
    let mut payload = json!({
        "transactionId": purchase.transaction_id,
        "originalTransactionId": purchase.transaction_id,
        "bundleId": purchase.bundle_id,
        "productId": purchase.product_id,
        "purchaseDate": purchase.purchased_at.0,
        "originalPurchaseDate": purchase.purchased_at.0,
        "quantity": purchase.quantity,
        "type": purchase.product_kind,
        "inAppOwnershipType": "PURCHASED",
        "signedDate": signed_at.0,
        "environment": "Sandbox",
        "transactionReason": "PURCHASE",
        "storefront": storefront,
        "storefrontId": storefront_id,
        "appTransactionId": purchase.app_transaction_id,
    });
    if let Some(token) = purchase.account_token {
        payload["appAccountToken"] = token.into();
    }
    if let Some(price) = purchase.price {
        payload["price"] = (price.price_micros / MICROS_PER_MILLIUNIT).into();
        payload["currency"] = price.currency.as_str().into();
    }
    if let Some(at) = purchase.revoked_at {
        payload["revocationDate"] = at.0.into();
        payload["revocationReason"] = 0.into();
        payload["revocationType"] = "REFUND_FULL".into();
    }
    payload
}

/// A random id as the sandbox gives them: 16 digits starting 2000000. The caller sees to it that none is used twice.
pub fn transaction_id() -> Result<String> {
    let mut bytes = [0; 8];
    SystemRandom::new().fill(&mut bytes).map_err(|_| Error::internal("no randomness"))?;
    Ok((ID_FIRST + u64::from_be_bytes(bytes) % ID_COUNT).to_string())
}
