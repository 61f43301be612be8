//! Purchases that nobody recorded yet, brought by their buyers: all that many of them write, in one trip to the database.

use super::write;
use crate::db::bulk::{self, Rows};
use crate::db::store_snapshots::{self, AppScope, StoredSnapshot};
use crate::db::{Tx, payment_events, users};
use crate::error::Result;
use crate::model::{Payment, PaymentEvent, ProjectId, Purchase, Timestamp};

/// A purchase nobody recorded yet, and all that is to be written of it.
#[derive(Clone)]
pub struct NewPurchase {
    pub project: ProjectId,
    pub purchase: Purchase,
    pub payment: Payment,
    /// A reservation made from then on may be the purchase's.
    pub reserved_since: Timestamp,
    /// The token that leads back to the payment's user.
    pub account_token: String,
    /// The timeline's first line.
    pub line: PaymentEvent,
}

/// Finds the purchases, by their places, of which more has to be read before they can be written: the purchase is recorded, was
/// imported as consumed elsewhere, has neighbours of the same store account without a user, or its user has a payment that staff
/// corrected by hand or a reservation it may settle.
pub async fn find_recorded(tx: &mut Tx, purchases: &[&NewPurchase]) -> Result<Vec<usize>> {
    // Asked so, and not by EXISTS, which PostgreSQL may answer by reading all of a table that was small when it made its plan.
    // The last one has the words of the index `payments_to_settle`.
    const SQL: &str = "SELECT given.column1 FROM {rows} WHERE
            (SELECT 1 FROM store_snapshots WHERE app_seq = given.column2 AND kind = 'PURCHASE' AND snapshot_id = given.column3)
                IS NOT NULL
         OR (SELECT 1 FROM payments WHERE app_seq = given.column2 AND store_order_id = given.column3) IS NOT NULL
         OR (SELECT 1 FROM payments WHERE project_id || '' = given.column4 AND app_seq = given.column2
                AND store_account = given.column5 AND user_key = '' LIMIT 1) IS NOT NULL
         OR (SELECT 1 FROM imported_orders WHERE app_seq = given.column2 AND order_id = given.column3) IS NOT NULL
         OR (SELECT 1 FROM payments WHERE app_seq = given.column2 AND user_key = given.column6
                AND hand_corrected_at IS NOT NULL LIMIT 1) IS NOT NULL
         OR (SELECT 1 FROM payments WHERE project_id = given.column4 AND user_key = given.column6 AND created_at >= given.column7
                AND product_seq = given.column8 AND status IN ('RESERVED', 'PENDING', 'FAILURE', 'USER_CLOSE')
                LIMIT 1) IS NOT NULL";
    let ids: Vec<String> = purchases.iter().map(|one| one.purchase.identity()).collect();
    let asked: Rows<'_> = (0_i64..)
        .zip(purchases.iter().zip(&ids))
        .map(|(place, (one, id))| {
            let (app, account) = (one.payment.app_seq.0, one.payment.store_account.as_deref());
            let (user, product) = (one.payment.user_key.as_str(), one.payment.product_seq.0);
            let (id, project, since) = (id.as_str(), one.project.as_str(), one.reserved_since.0);
            [place.into(), app.into(), id.into(), project.into(), account.into(), user.into(), since.into(), product.into()]
        })
        .collect();
    let places: Vec<(i64,)> = bulk::fetch(tx, (SQL, asked)).await?;
    Ok(places.into_iter().filter_map(|(place,)| usize::try_from(place).ok()).collect())
}

/// Keeps the snapshots, registers the users, and makes the payments with the first lines of their timelines. A unique violation,
/// which undoes it all, when anything is known of a purchase already, or when two of them are one purchase.
pub async fn insert_new(tx: &mut Tx, purchases: &[(&NewPurchase, &StoredSnapshot)]) -> Result<()> {
    let snapshots = purchases
        .iter()
        .map(|(one, snapshot)| store_snapshots::values(AppScope { project: &one.project, app: one.payment.app_seq }, snapshot));
    let users = purchases.iter().map(|(one, _)| {
        let payment = &one.payment;
        users::values(&one.project, &payment.user_channel, &payment.user_key, &one.account_token, payment.created_at)
    });
    let lines = purchases.iter().map(|(one, _)| payment_events::values(&one.project, &one.payment.payment_seq, &one.line));
    let payments = purchases.iter().map(|(one, _)| write::values(&one.project, &one.payment));
    let statements = [
        (store_snapshots::INSERT, snapshots.collect()),
        (users::INSERT, users.collect()),
        (payment_events::INSERT, lines.collect()),
        (write::INSERT, payments.collect()),
    ];
    bulk::execute(tx, &statements).await
}
