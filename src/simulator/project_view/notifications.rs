//! The form that sends notifications.

use super::scope::own_app;
use crate::db;
use crate::error::{Error, Result};
use crate::model::NotificationForm;
use crate::simulator::deliver::send_due;
use crate::simulator::notify::send_again;
use crate::simulator::settings::require_on;
use crate::state::AppState;

/// Sends one of the project's notifications again, then all that are due, and waits until they are sent.
pub async fn send_notifications(state: &AppState, form: &NotificationForm) -> Result<usize> {
    require_on(state)?;
    if !form.notification.is_empty() {
        let found = db::simulator::find_notification(&mut state.db.read().await?, &form.notification).await?;
        let notification = found.ok_or(Error::NotFound("simulated notification"))?;
        own_app(state, &form.project, notification.store, &notification.store_app_id).await?;
        send_again(state, &form.notification).await?;
    }
    send_due(state).await
}
