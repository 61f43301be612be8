//! Orders that were consumed at another server, from a file: what is known of them here is consumed, and what comes later is
//! booked so. A file may be sent again, and in parts.

use std::collections::HashSet;

use serde_json::json;

use crate::audit::{self, By, Change};
use crate::catalog::{CsvForm, CsvRow, read_csv, refuse, whole};
use crate::db::imported_orders::ConsumedOrder;
use crate::db::store_snapshots::AppScope;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::ledger::{event, with_reason};
use crate::model::{
    AppSeq, CONSUMED_COLUMNS, EventKind, FileReason, Payment, PaymentStatus, ProjectId, Reason, RefusedRow, Timestamp, Unit,
};
use crate::state::AppState;
use crate::users::User;

const FORM: CsvForm = CsvForm { columns: &CONSUMED_COLUMNS, needed: &["orderId"], rows_max: 1_000_000 };
/// Rows in one write.
const BATCH: usize = 500;
const ORDER_ID_BYTES_MAX: usize = 255;
const REASON: &str = "imported: consumed at another server";

/// What became of a file of consumed orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsumedImport {
    /// All of its orders are remembered; so many payments that were known are consumed now.
    Taken { orders: usize, consumed: usize },
    /// Nothing was taken; the rows that are in the way.
    Refused(Vec<RefusedRow>),
}

/// Takes a CSV file with the columns `orderId`, `userKey` and `consumedAt` (the last two may be missing): all of it, or nothing
/// when a row is bad. Asks for the CONFIGURE right at the edge.
pub async fn import_consumed(state: &AppState, by: &By, project: &ProjectId, app: AppSeq, file: &[u8]) -> Result<ConsumedImport> {
    db::apps::find(&mut state.db.read().await?, project, app).await?.ok_or(Error::NotFound("app"))?;
    let (orders, mut refused) = read_orders(file)?;
    if refused.is_empty() {
        refused = of_others(state, app, &orders).await?;
    }
    if !refused.is_empty() {
        return Ok(ConsumedImport::Refused(refused));
    }
    let orders: Vec<ConsumedOrder> = orders.into_iter().map(|(_, order)| order).collect();
    let (mut consumed, at) = (0, state.clock.now());
    let line = with_reason(event(by, at, EventKind::Consume, Some(PaymentStatus::Success), PaymentStatus::Success), REASON);
    for batch in orders.chunks(BATCH) {
        let done = state.db.write(async |tx| {
            db::imported_orders::insert(tx, project, app, batch, at).await?;
            let mut done = db::payments::mark_consumed_elsewhere(tx, AppScope { project, app }, batch, &line).await?;
            let others = db::imported_orders::list_under_first_number(tx, app, batch).await?;
            done.extend(db::payments::mark_consumed_elsewhere(tx, AppScope { project, app }, &others, &line).await?);
            Ok(done)
        });
        consumed += done.await?.len();
    }
    let change = || Change {
        action: "app.import_consumed",
        project: Some(project),
        target: format!("app:{app}"),
        before: None,
        after: Some(json!({ "orders": orders.len(), "consumed": consumed })),
    };
    state.db.write(async |tx| audit::record(tx, by, at, change()).await).await?;
    Ok(ConsumedImport::Taken { orders: orders.len(), consumed })
}

/// The same for whoever has the app's number only: the operator of the server.
pub async fn import_consumed_of_app(state: &AppState, by: &By, app: AppSeq, file: &[u8]) -> Result<ConsumedImport> {
    let project = db::apps::find_project(&mut state.db.read().await?, app).await?.ok_or(Error::NotFound("app"))?;
    import_consumed(state, by, &project, app, file).await
}

/// Consumes a payment that has just come when its order was imported; none when it was not.
pub(super) async fn consume_if_imported(
    tx: &mut Tx,
    scope: AppScope<'_>,
    payment: &Payment,
    at: Timestamp,
) -> Result<Option<Payment>> {
    let Some(order_id) = payment.store_order_id.as_ref().filter(|_| payment.is_due()) else { return Ok(None) };
    let Some(consumed_at) = db::imported_orders::find(tx, scope.app, order_id).await? else { return Ok(None) };
    let order = ConsumedOrder { order_id: order_id.clone(), user_key: None, consumed_at: Some(consumed_at) };
    let line = event(&By::System("import"), at, EventKind::Consume, Some(payment.status), payment.status);
    let line = with_reason(line, REASON);
    let done = db::payments::mark_consumed_elsewhere(tx, scope, &[order], &line).await?;
    Ok(done.into_iter().next())
}

type Rows = Vec<(u64, ConsumedOrder)>;

fn read_orders(file: &[u8]) -> Result<(Rows, Vec<RefusedRow>)> {
    let (mut orders, mut refused, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for row in read_csv(file, &FORM)? {
        let order = read_order(&row).and_then(|order| match seen.insert(order.order_id.clone()) {
            true => Ok(order),
            false => Err(Error::invalid("orderId", FileReason::Twice)),
        });
        match order {
            Ok(order) => orders.push((row.line, order)),
            Err(error) => refused.push(refuse(row.line, row.value("orderId"), error)),
        }
    }
    if orders.is_empty() && refused.is_empty() {
        return Err(whole(FileReason::NoOrders));
    }
    Ok((orders, refused))
}

fn read_order(row: &CsvRow) -> Result<ConsumedOrder> {
    let order_id = row.value("orderId");
    if order_id.is_empty() || order_id.len() > ORDER_ID_BYTES_MAX || !order_id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::invalid("orderId", Reason::length(Unit::VisibleAscii, 1, ORDER_ID_BYTES_MAX)));
    }
    let user_key = row.value("userKey");
    if !user_key.is_empty() {
        User::parse(user_key, None)?;
    }
    let consumed_at = match row.value("consumedAt") {
        "" => None,
        text => Some(read_moment(text).ok_or_else(|| Error::invalid("consumedAt", Reason::NotATime))?),
    };
    let user_key = Some(user_key.to_owned()).filter(|key| !key.is_empty());
    Ok(ConsumedOrder { order_id: order_id.to_owned(), user_key, consumed_at })
}

/// RFC 3339, or epoch milliseconds.
fn read_moment(text: &str) -> Option<Timestamp> {
    let millis = text.parse().ok().map(Timestamp);
    millis.or_else(|| Timestamp::parse_rfc3339(text)).filter(|at| at.0 >= 0)
}

/// The rows whose order is another user's here than the file says.
async fn of_others(state: &AppState, app: AppSeq, rows: &[(u64, ConsumedOrder)]) -> Result<Vec<RefusedRow>> {
    let mut refused = Vec::new();
    for batch in rows.chunks(BATCH) {
        let named: Vec<&ConsumedOrder> = batch.iter().map(|(_, order)| order).filter(|order| order.user_key.is_some()).collect();
        let others = db::imported_orders::list_of_others(&mut state.db.read().await?, app, &named).await?;
        let others: HashSet<String> = others.into_iter().map(|(order_id, _)| order_id).collect();
        let of_other = batch.iter().filter(|(_, order)| others.contains(&order.order_id));
        let error = || Error::invalid("userKey", FileReason::OrderOfAnother);
        refused.extend(of_other.map(|(line, order)| refuse(*line, &order.order_id, error())));
    }
    Ok(refused)
}
