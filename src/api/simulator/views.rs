//! What the control API shows, and what its calls have in common.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::input::optional_enum;
use crate::error::{Error, Result};
use crate::model::{
    Lifecycle, Money, Reason, SaleDetails, SendAttempt, SimulatedNotification, SimulatedPurchase, SimulatedSubscription,
    StoreCode, StoreEnvironment, Timestamp,
};

/// A sale as the simulated store keeps it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SaleView {
    pub order_id: String,
    pub store: &'static str,
    pub store_app_id: String,
    pub product_id: String,
    pub player: String,
    pub account_token: Option<String>,
    pub quantity: i64,
    pub price: Option<String>,
    pub currency: Option<String>,
    pub purchased_at: String,
    pub revoked_at: Option<String>,
    pub world: &'static str,
    pub customer_id: String,
    pub chain_id: String,
    pub receipt_id: String,
    pub details: SaleDetails,
    /// As `proof` of verify takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Value>,
}

impl SaleView {
    pub fn new(purchase: SimulatedPurchase, proof: Option<Value>) -> Self {
        Self {
            order_id: purchase.order_id,
            store: purchase.store.as_str(),
            store_app_id: purchase.store_app_id,
            product_id: purchase.product_id,
            player: purchase.player,
            account_token: purchase.account_token,
            quantity: purchase.quantity,
            price: purchase.price.as_ref().map(Money::to_decimal),
            currency: purchase.price.map(|price| price.currency),
            purchased_at: purchase.purchased_at.to_rfc3339(),
            revoked_at: purchase.revoked_at.map(Timestamp::to_rfc3339),
            world: purchase.environment.as_str(),
            customer_id: purchase.customer_id,
            chain_id: purchase.chain_id,
            receipt_id: purchase.receipt_id,
            details: purchase.details,
            proof,
        }
    }
}

/// A simulated subscription and where it stands by the simulated clock.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionView {
    pub chain_id: String,
    pub world: &'static str,
    pub store_app_id: String,
    pub customer_id: String,
    pub player: String,
    pub group_id: String,
    /// `PENDING`, `ACTIVE`, `EXPIRED`, `BILLING_RETRY`, `GRACE_PERIOD` or `REVOKED`.
    pub status: &'static str,
    pub product_id: String,
    pub order_id: String,
    pub expires_at: String,
    /// When something happens to it next.
    pub next_at: Option<String>,
    #[serde(rename = "course")]
    pub lifecycle: Lifecycle,
    /// As `proof` of verify takes it: the present period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Value>,
}

impl SubscriptionView {
    pub fn new(subscription: SimulatedSubscription, proof: Option<Value>, now: Timestamp) -> Self {
        let lifecycle = subscription.lifecycle;
        Self {
            chain_id: subscription.chain_id,
            world: subscription.environment.as_str(),
            store_app_id: subscription.store_app_id,
            customer_id: subscription.customer_id,
            player: subscription.player,
            group_id: subscription.group_id,
            status: lifecycle.status_at(now).as_str(),
            product_id: lifecycle.plan.product_id.clone(),
            order_id: lifecycle.order_id.clone(),
            expires_at: lifecycle.period_end.to_rfc3339(),
            next_at: subscription.next_at.map(Timestamp::to_rfc3339),
            lifecycle,
            proof,
        }
    }
}

/// A notification and how its sending went.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationView {
    pub notice_id: String,
    pub world: &'static str,
    pub store_app_id: String,
    pub notification_type: String,
    pub subtype: Option<String>,
    pub signed_at: String,
    pub made_at: String,
    /// When it is sent next; none when it arrived or was given up.
    pub due_at: Option<String>,
    pub delivered: bool,
    pub send_attempts: Vec<SendAttempt>,
    /// What it says, unsigned.
    pub payload: Value,
}

impl From<SimulatedNotification> for NotificationView {
    fn from(notification: SimulatedNotification) -> Self {
        Self {
            notice_id: notification.notification_id,
            world: notification.environment.as_str(),
            store_app_id: notification.store_app_id,
            notification_type: notification.kind,
            subtype: notification.subtype,
            signed_at: notification.as_of.to_rfc3339(),
            made_at: notification.made_at.to_rfc3339(),
            due_at: notification.due_at.map(Timestamp::to_rfc3339),
            delivered: notification.is_delivered,
            send_attempts: notification.attempts,
            payload: notification.payload,
        }
    }
}

/// Several of them.
#[derive(Debug, Serialize)]
pub struct ListView<T> {
    pub items: Vec<T>,
}

/// The store of a call; calls that name none are of the App Store.
pub fn read_store(text: Option<&str>) -> Result<StoreCode> {
    Ok(optional_enum("store", text)?.unwrap_or(StoreCode::AppStore))
}

/// The environment of a call; calls that name none are of the sandbox.
pub fn read_environment(world: Option<&str>) -> Result<StoreEnvironment> {
    Ok(optional_enum("world", world)?.unwrap_or(StoreEnvironment::Sandbox))
}

/// A price as decimal text with its currency.
#[derive(Debug, Clone, Deserialize)]
pub struct PriceIn {
    pub price: Option<String>,
    pub currency: Option<String>,
}

impl PriceIn {
    /// None when there is neither.
    pub fn read(&self) -> Result<Option<Money>> {
        let Some(price) = &self.price else { return Ok(None) };
        let price_micros = Money::parse_price(price);
        let price_micros = price_micros.ok_or_else(|| Error::invalid("price", Reason::NotAPrice))?;
        let is_code = |currency: &String| currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_alphabetic());
        let currency = self.currency.clone().filter(is_code);
        let currency = currency.ok_or_else(|| Error::invalid("currency", Reason::NoCurrencyBesidePrice))?;
        Ok(Some(Money { price_micros, currency: currency.to_uppercase() }))
    }
}
