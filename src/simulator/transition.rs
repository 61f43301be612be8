//! One change of a subscription: kept together with the notification of it, or not at all. Knows no store's words.

use super::happened::Happened;
use super::notification::{Dates, Draft};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::model::{SimulatedNotification, SimulatedPurchase, SimulatedSubscription, StoreEnvironment, Timestamp};

/// A change of a chain, and what happened.
#[derive(Debug)]
pub(super) struct Transition {
    /// As it is afterwards; `version` is the one it was read with.
    pub subscription: SimulatedSubscription,
    /// A period that was paid for.
    pub sale: Option<SimulatedPurchase>,
    /// An earlier sale that is no longer what it was.
    pub changed: Option<SimulatedPurchase>,
    /// None for what no store notifies of.
    happened: Option<Happened>,
    /// When it happens, by the simulated clock.
    at: Timestamp,
}

impl Transition {
    pub(super) fn new(subscription: SimulatedSubscription, at: Timestamp) -> Self {
        Self { subscription, sale: None, changed: None, happened: None, at }
    }

    pub(super) fn happened(self, happened: Happened) -> Self {
        Self { happened: Some(happened), ..self }
    }

    pub(super) fn with_sale(self, sale: SimulatedPurchase) -> Self {
        Self { sale: Some(sale), ..self }
    }

    pub(super) fn with_changed(self, sale: SimulatedPurchase) -> Self {
        Self { changed: Some(sale), ..self }
    }

    /// Keeps the change of a chain that is already there; false when another change was first.
    pub(super) async fn commit(mut self, tx: &mut Tx, made_at: Timestamp) -> Result<bool> {
        let notifications = self.notifications(tx, made_at).await?;
        if !db::simulator::update_subscription(tx, &self.subscription).await? {
            return Ok(false);
        }
        self.keep(tx, notifications).await?;
        Ok(true)
    }

    /// Keeps a chain that begins.
    pub(super) async fn begin(mut self, tx: &mut Tx, made_at: Timestamp) -> Result<()> {
        let notifications = self.notifications(tx, made_at).await?;
        db::simulator::insert_subscription(tx, &self.subscription).await?;
        self.keep(tx, notifications).await
    }

    async fn keep(&self, tx: &mut Tx, notifications: Vec<SimulatedNotification>) -> Result<()> {
        if let Some(sale) = &self.sale {
            insert_sale(tx, sale).await?;
        }
        if let Some(changed) = &self.changed {
            db::simulator::update_purchase(tx, changed).await?;
        }
        for notification in notifications {
            db::simulator::insert_notification(tx, &notification).await?;
        }
        Ok(())
    }

    /// The notifications of what happened. What the store says next is dated later.
    async fn notifications(&mut self, tx: &mut Tx, made_at: Timestamp) -> Result<Vec<SimulatedNotification>> {
        let Some(happened) = self.happened else { return Ok(Vec::new()) };
        let subscription = &self.subscription;
        let sale = match self.sale.as_ref().or(self.changed.as_ref()) {
            Some(sale) => sale.clone(),
            None => get_present_sale(tx, subscription).await?,
        };
        let as_of = subscription.lifecycle.as_of;
        let dates = Dates { as_of, due_at: self.at, made_at };
        let notifications = Draft::of_sale(&sale, Some(subscription), dates).write(happened)?;
        let last = notifications.last().map_or(as_of, |notification| notification.as_of);
        self.subscription.lifecycle.as_of = last.plus_millis(1);
        Ok(notifications)
    }
}

/// Keeps a sale whose id must be new.
pub(super) async fn insert_sale(tx: &mut Tx, sale: &SimulatedPurchase) -> Result<()> {
    if db::simulator::insert_purchase(tx, sale).await? {
        return Ok(());
    }
    Err(Error::internal("the simulator gave out an order id twice"))
}

/// One sale of an app.
pub(super) async fn get_sale(
    tx: &mut Tx,
    environment: StoreEnvironment,
    store_app_id: &str,
    order_id: &str,
) -> Result<SimulatedPurchase> {
    let found = db::simulator::find_purchase(tx, environment, store_app_id, order_id).await?;
    found.ok_or(Error::NotFound("sale"))
}

/// The sale of a chain's present period.
pub(super) async fn get_present_sale(tx: &mut Tx, chain: &SimulatedSubscription) -> Result<SimulatedPurchase> {
    get_sale(tx, chain.environment, &chain.store_app_id, &chain.lifecycle.order_id).await
}
