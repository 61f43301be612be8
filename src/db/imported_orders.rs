//! Store orders that were consumed at another server, remembered until their purchases come, and after.

use super::bulk::{self, Rows};
use super::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, ProjectId, Timestamp};

/// One order of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumedOrder {
    pub order_id: String,
    pub user_key: Option<String>,
    pub consumed_at: Option<Timestamp>,
}

/// Remembers orders; those that are remembered stay as they are.
pub async fn insert(tx: &mut Tx, project: &ProjectId, app: AppSeq, orders: &[ConsumedOrder], at: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO imported_orders (app_seq, order_id, project_id, user_key, consumed_at, imported_at)
         SELECT * FROM {rows} WHERE TRUE ON CONFLICT DO NOTHING";
    let rows: Rows<'_> = orders
        .iter()
        .map(|order| {
            let consumed_at = order.consumed_at.map(|at| at.0);
            let user = order.user_key.as_deref();
            [app.0.into(), order.order_id.as_str().into(), project.as_str().into(), user.into(), consumed_at.into(), at.0.into()]
        })
        .collect();
    bulk::execute(tx, &[(SQL, rows)]).await
}

/// When an order was consumed elsewhere, as far as known at least when it was imported; none when it was not imported.
pub async fn find(tx: &mut Tx, app: AppSeq, order_id: &str) -> Result<Option<Timestamp>> {
    const SQL: &str = "SELECT COALESCE(consumed_at, imported_at) FROM imported_orders WHERE app_seq = $1 AND order_id = $2";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(app).bind(order_id).fetch_optional(c).await?))
}

/// The orders that name a recorded purchase by another of its numbers, each under the number its payment has.
pub async fn list_under_first_number(tx: &mut Tx, app: AppSeq, orders: &[ConsumedOrder]) -> Result<Vec<ConsumedOrder>> {
    const SQL: &str = "SELECT p.store_order_id, given.column3 FROM {rows}
         JOIN payment_ids i ON i.app_seq = given.column1 AND i.other_id = given.column2
         JOIN payments p ON p.payment_seq = i.payment_seq WHERE p.store_order_id IS NOT NULL";
    let rows: Rows<'_> = orders
        .iter()
        .map(|order| [app.0.into(), order.order_id.as_str().into(), order.consumed_at.map(|at| at.0).into()])
        .collect();
    let found: Vec<(String, Option<Timestamp>)> = bulk::fetch(tx, (SQL, rows)).await?;
    let under = |(order_id, consumed_at)| ConsumedOrder { order_id, user_key: None, consumed_at };
    Ok(found.into_iter().map(under).collect())
}

/// Those of the orders whose payments belong to another user than the file says, with that user.
pub async fn list_of_others(tx: &mut Tx, app: AppSeq, orders: &[&ConsumedOrder]) -> Result<Vec<(String, String)>> {
    const SQL: &str = "SELECT p.store_order_id, p.user_key FROM {rows}
         JOIN payments p ON p.app_seq = given.column1 AND p.store_order_id = given.column2
         WHERE p.user_key <> '' AND p.user_key <> given.column3";
    let rows: Rows<'_> =
        orders.iter().map(|order| [app.0.into(), order.order_id.as_str().into(), order.user_key.as_deref().into()]).collect();
    bulk::fetch(tx, (SQL, rows)).await
}
