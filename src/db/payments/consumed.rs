//! Payments that are consumed, many at a time.

use std::collections::HashMap;

use super::columns::{columns, gives_goods, is_of_consumable_type};
use crate::db::bulk::{self, Rows};
use crate::db::imported_orders::ConsumedOrder;
use crate::db::store_snapshots::AppScope;
use crate::db::{Tx, payment_events};
use crate::error::Result;
use crate::model::{AccessSalt, Payment, PaymentEvent, PaymentSeq, ProjectId, Timestamp};

/// One payment to consume.
#[derive(Clone)]
pub struct Consumption {
    pub project: ProjectId,
    pub payment_seq: PaymentSeq,
    /// Of the access token: it opens only the payment that has it.
    pub access_salt: Option<AccessSalt>,
    /// The caller's key, hashed.
    pub consume_key: Option<String>,
    pub at: Timestamp,
    /// The line of the timeline.
    pub line: PaymentEvent,
}

/// Consumes those of these payments, each named once, that are paid, unconsumed and give goods, and gives them:
/// exactly one caller gets a payment.
pub async fn mark_consumed(tx: &mut Tx, all: &[&Consumption]) -> Result<Vec<Payment>> {
    // In one term, `IS TRUE`: each term of its own makes SQLite expect fewer payments, until it reads them all, once for a batch.
    // `status || ''` keeps it from walking the index of all that is unconsumed.
    const SQL: &str = concat!(
        "UPDATE payments SET consumed_at = given.column3, consume_key = given.column4, updated_at = given.column3
         FROM {rows}
         WHERE payment_seq = given.column2 AND (project_id || '' = given.column1 AND status || '' = 'SUCCESS'
           AND access_salt IS NOT DISTINCT FROM given.column5 AND consumed_at IS NULL AND ",
        gives_goods!(),
        // An import that was under way when the purchase was entered.
        " AND (SELECT 1 FROM imported_orders i WHERE i.app_seq = payments.app_seq AND i.order_id = payments.store_order_id)
               IS NULL) IS TRUE
         RETURNING ",
        columns!()
    );
    let asked: Rows<'_> = all
        .iter()
        .map(|one| {
            [
                one.project.as_str().into(),
                one.payment_seq.as_str().into(),
                one.at.0.into(),
                one.consume_key.as_deref().into(),
                one.access_salt.map(|salt| salt.0).into(),
            ]
        })
        .collect();
    let payments: Vec<Payment> = bulk::fetch(tx, (SQL, asked)).await?;
    let asked: HashMap<&PaymentSeq, &Consumption> = all.iter().map(|one| (&one.payment_seq, *one)).collect();
    let lines: Rows<'_> = payments
        .iter()
        .filter_map(|payment| asked.get(&payment.payment_seq))
        .map(|one| payment_events::values(&one.project, &one.payment_seq, &one.line))
        .collect();
    bulk::execute(tx, &[(payment_events::INSERT, lines)]).await?;
    Ok(payments)
}

/// Marks the payments of orders that were consumed at another server, whatever withholds their goods here; gives those that
/// were not consumed. `line` is written to the timeline of each.
pub async fn mark_consumed_elsewhere(
    tx: &mut Tx,
    scope: AppScope<'_>,
    orders: &[ConsumedOrder],
    line: &PaymentEvent,
) -> Result<Vec<Payment>> {
    const SQL: &str = concat!(
        "UPDATE payments SET consumed_at = COALESCE(given.column4, given.column5), updated_at = given.column5
         FROM {rows}
         WHERE app_seq = given.column1 AND store_order_id = given.column2 AND (project_id || '' = given.column3
           AND status || '' = 'SUCCESS' AND consumed_at IS NULL AND ",
        is_of_consumable_type!(),
        ") IS TRUE RETURNING ",
        columns!()
    );
    let asked: Rows<'_> = orders
        .iter()
        .map(|order| {
            let consumed_at = order.consumed_at.map(|at| at.0);
            [
                scope.app.0.into(),
                order.order_id.as_str().into(),
                scope.project.as_str().into(),
                consumed_at.into(),
                line.at.0.into(),
            ]
        })
        .collect();
    let payments: Vec<Payment> = bulk::fetch(tx, (SQL, asked)).await?;
    let lines: Rows<'_> =
        payments.iter().map(|payment| payment_events::values(scope.project, &payment.payment_seq, line)).collect();
    bulk::execute(tx, &[(payment_events::INSERT, lines)]).await?;
    Ok(payments)
}
