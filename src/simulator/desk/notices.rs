use super::scope::own_app;
use crate::db;
use crate::error::{Error, Result};
use crate::model::NoticeForm;
use crate::simulator::deliver::send_due;
use crate::simulator::settings::require_on;
use crate::simulator::tell::send_again;
use crate::state::AppState;

/// Sends one of the project's notices again, then all that are due, and waits until they are sent.
pub async fn send_notices(state: &AppState, form: &NoticeForm) -> Result<usize> {
    require_on(state)?;
    if !form.notice.is_empty() {
        let found = db::simulator::find_notice(&mut state.db.read().await?, &form.notice).await?;
        let notice = found.ok_or(Error::NotFound("simulated notice"))?;
        own_app(state, &form.project, &notice.store_app_id).await?;
        send_again(state, &form.notice).await?;
    }
    send_due(state).await
}
