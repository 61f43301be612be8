//! One change to the simulated App Store's books: kept together with the notifications that notify of it, or not at all.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::model::{SimulatedNotification, SimulatedPurchase, SimulatedSubscription, StoreEnvironment, Timestamp};
use crate::simulator::apple::payloads::{renewal_info, transaction};

/// A notification's type and subtype, in the App Store's words.
pub(super) type Notified = (&'static str, Option<&'static str>);

/// A change to a chain and what is told of it.
#[derive(Debug)]
pub(super) struct Transition {
    /// As it is afterwards; `version` is the one it was read with.
    pub subscription: SimulatedSubscription,
    /// A period that was paid for.
    pub sale: Option<SimulatedPurchase>,
    /// An earlier transaction that is no longer what it was.
    pub changed: Option<SimulatedPurchase>,
    pub told: Vec<Notified>,
    /// Beside the signed words in the notification's `data`.
    pub data: Value,
    /// When it happens, by the simulated clock.
    at: Timestamp,
}

impl Transition {
    pub(super) fn new(subscription: SimulatedSubscription, at: Timestamp) -> Self {
        Self { subscription, sale: None, changed: None, told: Vec::new(), data: json!({}), at }
    }

    pub(super) fn notify(mut self, kind: &'static str, subtype: Option<&'static str>) -> Self {
        self.told.push((kind, subtype));
        self
    }

    /// Keeps the change of a chain that is already in the books; false when another change was first.
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

    /// What is told, each word signed later than the one before.
    async fn notifications(&mut self, tx: &mut Tx, made_at: Timestamp) -> Result<Vec<SimulatedNotification>> {
        let subscription = &self.subscription;
        let about = match (&self.sale, &self.changed) {
            (Some(sale), _) => sale.clone(),
            (None, Some(changed)) => changed.clone(),
            (None, None) => {
                get_sale(tx, subscription.world, &subscription.store_app_id, &subscription.lifecycle.order_id).await?
            }
        };
        let mut notifications = Vec::with_capacity(self.told.len());
        for told in &self.told {
            let signed_at = self.subscription.lifecycle.signed_at;
            let mut data = self.data.clone();
            data["transaction"] = transaction(&about, signed_at);
            data["renewal"] = renewal_info(&self.subscription, signed_at);
            data["status"] = self.subscription.lifecycle.status_at(signed_at).code().into();
            let dates = Dates { signed_at, due_at: self.at, made_at };
            notifications.push(notification(About::of(&about), *told, data, dates));
            self.subscription.lifecycle.signed_at = signed_at.plus_millis(1);
        }
        Ok(notifications)
    }
}

/// Whom a notification is about.
pub(super) struct About<'a> {
    pub world: StoreEnvironment,
    pub store_app_id: &'a str,
    /// Empty when it is about no customer.
    pub customer_id: &'a str,
}

impl<'a> About<'a> {
    pub(super) fn of(sale: &'a SimulatedPurchase) -> Self {
        Self { world: sale.world, store_app_id: &sale.store_app_id, customer_id: &sale.customer_id }
    }
}

/// When a notification is signed and when it is due, by the simulated clock, and when it was made, by the real one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dates {
    pub signed_at: Timestamp,
    pub due_at: Timestamp,
    pub made_at: Timestamp,
}

/// A notification ready to be sent. `data` has `transaction` and `renewal` where there are any; they are signed on its way.
pub(super) fn notification(
    about: About<'_>,
    (kind, subtype): (&str, Option<&str>),
    data: Value,
    dates: Dates,
) -> SimulatedNotification {
    let notice_id = Uuid::new_v4().to_string();
    let mut payload = json!({
        "notificationType": kind, "notificationUUID": notice_id, "version": "2.0", "signedDate": dates.signed_at.0,
        "data": data,
    });
    if let Some(subtype) = subtype {
        payload["subtype"] = subtype.into();
    }
    SimulatedNotification {
        notice_id,
        world: about.world,
        store_app_id: about.store_app_id.to_owned(),
        customer_id: about.customer_id.to_owned(),
        kind: kind.to_owned(),
        subtype: subtype.map(str::to_owned),
        payload,
        signed_at: dates.signed_at,
        made_at: dates.made_at,
        due_at: Some(dates.due_at),
        attempts: Vec::new(),
        is_delivered: false,
    }
}

pub(super) async fn insert_sale(tx: &mut Tx, sale: &SimulatedPurchase) -> Result<()> {
    if db::simulator::insert_purchase(tx, sale).await? {
        return Ok(());
    }
    Err(Error::internal("the simulator gave out a transaction id twice"))
}

pub(super) async fn get_sale(
    tx: &mut Tx,
    world: StoreEnvironment,
    store_app_id: &str,
    order_id: &str,
) -> Result<SimulatedPurchase> {
    let found = db::simulator::find_purchase(tx, world, store_app_id, order_id).await?;
    found.ok_or(Error::NotFound("transaction"))
}
