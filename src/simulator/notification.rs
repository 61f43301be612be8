//! Notifications on their way into the database. What they say is the store's: this file knows when and about what.

use serde_json::Value;
use uuid::Uuid;

use super::happened::Happened;
use super::translate::store_of;
use crate::db::simulator::AppScope;
use crate::error::Result;
use crate::model::{SimulatedNotification, SimulatedPurchase, SimulatedSubscription, Timestamp};

/// The moments of a notification.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dates {
    /// When the store says so, by the simulated clock.
    pub as_of: Timestamp,
    /// When it is sent, by the simulated clock.
    pub due_at: Timestamp,
    /// When it is made, by the real clock.
    pub made_at: Timestamp,
}

/// What a notification says, in its store's own form.
#[derive(Debug)]
pub(super) struct Content {
    pub kind: String,
    pub subtype: Option<String>,
    pub payload: Value,
}

/// A notification that is being written: all but what it says.
pub(super) struct Draft<'a> {
    pub id: String,
    pub app: AppScope<'a>,
    pub sale: Option<&'a SimulatedPurchase>,
    pub subscription: Option<&'a SimulatedSubscription>,
    pub dates: Dates,
}

impl<'a> Draft<'a> {
    /// About an app and nothing sold in it.
    pub fn of_app(app: AppScope<'a>, dates: Dates) -> Self {
        Self { id: Uuid::new_v4().to_string(), app, sale: None, subscription: None, dates }
    }

    /// About a sale, and the subscription it is a period of.
    pub fn of_sale(sale: &'a SimulatedPurchase, subscription: Option<&'a SimulatedSubscription>, dates: Dates) -> Self {
        let app = AppScope { store: sale.store, environment: sale.environment, store_app_id: &sale.store_app_id };
        Self { sale: Some(sale), subscription, ..Self::of_app(app, dates) }
    }

    /// The store's notifications of what happened, each dated after the one before; none where the store sends none.
    pub fn write(self, happened: Happened) -> Result<Vec<SimulatedNotification>> {
        let Some(notifier) = store_of(self.app.store)?.notifier() else { return Ok(Vec::new()) };
        let contents = notifier.write(&self, happened);
        let written = contents.into_iter().enumerate().map(|(place, content)| {
            let later = i64::try_from(place).unwrap_or(i64::MAX);
            let id = if place == 0 { self.id.clone() } else { Uuid::new_v4().to_string() };
            let dates = Dates { as_of: self.dates.as_of.plus_millis(later), ..self.dates };
            Draft { id, dates, ..self }.finish(content)
        });
        Ok(written.collect())
    }

    /// The notification, ready to be sent.
    pub fn finish(self, content: Content) -> SimulatedNotification {
        SimulatedNotification {
            store: self.app.store,
            environment: self.app.environment,
            store_app_id: self.app.store_app_id.to_owned(),
            customer_id: self.sale.map(|sale| sale.customer_id.clone()).unwrap_or_default(),
            order_id: self.sale.map(|sale| sale.order_id.clone()),
            product_id: self.sale.map(|sale| sale.product_id.clone()),
            notification_id: self.id,
            kind: content.kind,
            subtype: content.subtype,
            payload: content.payload,
            as_of: self.dates.as_of,
            made_at: self.dates.made_at,
            due_at: Some(self.dates.due_at),
            attempts: Vec::new(),
            is_delivered: false,
        }
    }
}
