//! Notifications that somebody wants sent: of any type, about any transaction, or once more.

use serde_json::{Value, json};

use super::clock::now;
use super::deliver::wake_sender;
use super::purchase::check_text;
use super::settings::require_on;
use super::transition::{About, Dates, get_sale, notification};
use crate::db;
use crate::error::{Error, Result};
use crate::model::{SimulatedNotification, SimulatorReason, StoreEnvironment};
use crate::state::AppState;
use crate::stores::simulator::{renewal_info, transaction};

const LISTED_MAX: u32 = 100;

/// A notification to send.
#[derive(Debug, Clone)]
pub struct Notify {
    pub world: StoreEnvironment,
    pub store_app_id: String,
    /// The App Store's word, or one it does not have.
    pub kind: String,
    pub subtype: Option<String>,
    /// The transaction it is about.
    pub order_id: Option<String>,
    /// Members beside the signed ones; null for none.
    pub data: Value,
}

/// Sends a notification of any type; gives it as it goes out.
pub async fn notify(state: &AppState, notify: Notify) -> Result<SimulatedNotification> {
    require_on(state)?;
    check_text("storeAppId", &notify.store_app_id, true)?;
    check_text("notificationType", &notify.kind, true)?;
    check_text("subtype", notify.subtype.as_deref().unwrap_or_default(), false)?;
    let mut data = match notify.data {
        Value::Null => json!({}),
        Value::Object(members) => Value::Object(members),
        _ => return Err(Error::invalid("data", SimulatorReason::NotAnObject)),
    };
    let due_at = now(state).await?;
    let mut at = due_at;
    let mut customer = String::new();
    if let Some(order_id) = &notify.order_id {
        let mut tx = state.db.read().await?;
        let sale = get_sale(&mut tx, notify.world, &notify.store_app_id, order_id).await?;
        let chain = db::simulator::find_subscription(&mut tx, &sale.chain_id).await?;
        at = at.max(sale.details.signed_at.unwrap_or(at));
        if let Some(chain) = &chain {
            at = at.max(chain.lifecycle.signed_at);
            data["renewal"] = renewal_info(chain, at);
            data["status"] = chain.lifecycle.status_at(at).code().into();
        }
        data["transaction"] = transaction(&sale, at);
        customer = sale.customer_id;
    }
    let about = About { world: notify.world, store_app_id: &notify.store_app_id, customer_id: &customer };
    let made = notification(
        about,
        (&notify.kind, notify.subtype.as_deref()),
        data,
        Dates { signed_at: at, due_at, made_at: state.clock.now() },
    );
    state.db.write(async |tx| db::simulator::insert_notification(tx, &made).await).await?;
    wake_sender(state);
    Ok(made)
}

/// Has a notification sent once more: the same one, as the App Store repeats them.
pub async fn send_again(state: &AppState, notice_id: &str) -> Result<()> {
    require_on(state)?;
    let found = db::simulator::find_notification(&mut state.db.read().await?, notice_id).await?;
    let notification = found.ok_or(Error::NotFound("simulated notification"))?;
    let due_at = now(state).await?;
    state.db.write(async |tx| db::simulator::mark_notification_due(tx, &notification.notice_id, due_at).await).await?;
    wake_sender(state);
    Ok(())
}

/// The newest notifications.
pub async fn list_notifications(state: &AppState) -> Result<Vec<SimulatedNotification>> {
    require_on(state)?;
    db::simulator::list_notifications(&mut state.db.read().await?, None, LISTED_MAX).await
}
