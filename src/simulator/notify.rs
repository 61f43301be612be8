//! Notifications that somebody wants sent: in a store's own words about any sale, or once more.

use serde_json::Value;

use super::clock::now;
use super::deliver::wake_sender;
use super::notification::{Dates, Draft};
use super::purchase::check_text;
use super::settings::require_on;
use super::transition::get_sale;
use super::translate::{Custom, notifier_of};
use crate::db;
use crate::db::simulator::AppScope;
use crate::error::{Error, Result};
use crate::model::{SimulatedNotification, StoreCode, StoreEnvironment};
use crate::state::AppState;

const LISTED_MAX: u32 = 100;

/// A notification to send.
#[derive(Debug, Clone)]
pub struct Notify {
    pub store: StoreCode,
    pub environment: StoreEnvironment,
    pub store_app_id: String,
    /// The store's own name of what happened, or one it does not have.
    pub kind: String,
    pub subtype: Option<String>,
    /// The sale it is about.
    pub order_id: Option<String>,
    /// Members beside those of the sale and its subscription; null for none.
    pub data: Value,
}

/// Sends a notification of any kind; gives it as it goes out.
pub async fn notify(state: &AppState, notify: Notify) -> Result<SimulatedNotification> {
    require_on(state)?;
    check_text("storeAppId", &notify.store_app_id, true)?;
    let notifier = notifier_of(notify.store)?;
    let due_at = now(state).await?;
    let mut tx = state.db.read().await?;
    let sale = match &notify.order_id {
        Some(order_id) => Some(get_sale(&mut tx, notify.environment, &notify.store_app_id, order_id).await?),
        None => None,
    };
    if sale.as_ref().is_some_and(|sale| sale.store != notify.store) {
        return Err(Error::NotFound("sale"));
    }
    let chain = match &sale {
        Some(sale) => db::simulator::find_subscription(&mut tx, &sale.chain_id).await?,
        None => None,
    };
    drop(tx);
    let said_at = sale.as_ref().and_then(|sale| sale.details.as_of).max(chain.as_ref().map(|chain| chain.lifecycle.as_of));
    let dates = Dates { as_of: said_at.unwrap_or(due_at).max(due_at), due_at, made_at: state.clock.now() };
    let app = AppScope { store: notify.store, environment: notify.environment, store_app_id: &notify.store_app_id };
    let draft = match &sale {
        Some(sale) => Draft::of_sale(sale, chain.as_ref(), dates),
        None => Draft::of_app(app, dates),
    };
    let custom = Custom { kind: notify.kind, subtype: notify.subtype, data: notify.data };
    let content = notifier.write_custom(&draft, custom)?;
    let made = draft.finish(content);
    state.db.write(async |tx| db::simulator::insert_notification(tx, &made).await).await?;
    wake_sender(state);
    Ok(made)
}

/// Has a notification sent once more: the same one, as stores repeat them.
pub async fn send_again(state: &AppState, notification_id: &str) -> Result<()> {
    require_on(state)?;
    let found = db::simulator::find_notification(&mut state.db.read().await?, notification_id).await?;
    let notification = found.ok_or(Error::NotFound("simulated notification"))?;
    let due_at = now(state).await?;
    state.db.write(async |tx| db::simulator::mark_notification_due(tx, &notification.notification_id, due_at).await).await?;
    wake_sender(state);
    Ok(())
}

/// The newest notifications.
pub async fn list_notifications(state: &AppState) -> Result<Vec<SimulatedNotification>> {
    require_on(state)?;
    db::simulator::list_notifications(&mut state.db.read().await?, None, LISTED_MAX).await
}
