//! Notices that somebody wants sent: of any type, about any transaction, or once more.

use serde_json::{Value, json};

use super::clock::now;
use super::deliver::wake_sender;
use super::purchase::check_text;
use super::settings::require_on;
use super::step::{About, Dates, get_sale, notice};
use crate::db::{self, simulator::Sent};
use crate::error::{Error, Result};
use crate::model::{SimulatedNotice, StoreWorld, Timestamp};
use crate::state::AppState;
use crate::stores::simulator::{renewal_info, transaction};

const LISTED_MAX: u32 = 100;

/// A notice to send.
#[derive(Debug, Clone)]
pub struct Tell {
    pub world: StoreWorld,
    pub store_app_id: String,
    /// The App Store's word, or one it does not have.
    pub kind: String,
    pub subtype: Option<String>,
    /// The transaction it is about.
    pub order_id: Option<String>,
    /// Members beside the signed ones; null for none.
    pub data: Value,
}

/// Sends a notice of any type; gives it as it goes out.
pub async fn tell(state: &AppState, tell: Tell) -> Result<SimulatedNotice> {
    require_on(state)?;
    check_text("storeAppId", &tell.store_app_id, true)?;
    check_text("notificationType", &tell.kind, true)?;
    check_text("subtype", tell.subtype.as_deref().unwrap_or_default(), false)?;
    let mut data = match tell.data {
        Value::Null => json!({}),
        Value::Object(members) => Value::Object(members),
        _ => return Err(Error::invalid("data", "must be an object")),
    };
    let due_at = now(state).await?;
    let mut at = due_at;
    let mut customer = String::new();
    if let Some(order_id) = &tell.order_id {
        let mut tx = state.db.read().await?;
        let sale = get_sale(&mut tx, tell.world, &tell.store_app_id, order_id).await?;
        let chain = db::simulator::find_subscription(&mut tx, &sale.chain_id).await?;
        at = at.max(sale.details.signed_at.unwrap_or(at));
        if let Some(chain) = &chain {
            at = at.max(chain.course.signed_at);
            data["renewal"] = renewal_info(chain, at);
            data["status"] = chain.course.status_at(at).code().into();
        }
        data["transaction"] = transaction(&sale, at);
        customer = sale.customer_id;
    }
    let about = About { world: tell.world, store_app_id: &tell.store_app_id, customer_id: &customer };
    let made =
        notice(about, (&tell.kind, tell.subtype.as_deref()), data, Dates { signed_at: at, due_at, made_at: state.clock.now() });
    state.db.write(async |tx| db::simulator::insert_notice(tx, &made).await).await?;
    wake_sender(state);
    Ok(made)
}

/// Has a notice sent once more: the same one, as the App Store repeats them.
pub async fn send_again(state: &AppState, notice_id: &str) -> Result<()> {
    require_on(state)?;
    let found = db::simulator::find_notice(&mut state.db.read().await?, notice_id).await?;
    let notice = found.ok_or(Error::NotFound("simulated notice"))?;
    let due_at: Option<Timestamp> = Some(now(state).await?);
    let is_delivered = notice.is_delivered;
    let sent = Sent { notice: &notice, due_at, is_delivered };
    state.db.write(async |tx| db::simulator::mark_notice_sent(tx, &sent).await).await?;
    wake_sender(state);
    Ok(())
}

/// The newest notices.
pub async fn list_notices(state: &AppState) -> Result<Vec<SimulatedNotice>> {
    require_on(state)?;
    db::simulator::list_notices(&mut state.db.read().await?, None, LISTED_MAX).await
}
