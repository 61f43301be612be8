//! What the simulated stores sold.

use super::AppScope;
use crate::db::{Tx, on};
use crate::error::{Error, Result};
use crate::model::{Money, PaymentSeq, ProjectId, SimulatedPurchase, SimulatedSale, StoreCode, StoreEnvironment, Timestamp};

macro_rules! columns {
    () => {
        "order_id, store, store_app_id, product_id, player, account_token, quantity, price_micros, currency, purchased_at, \
         revoked_at, environment, customer_id, chain_id, receipt_id, changed, due_at, details"
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    order_id: String,
    store: String,
    store_app_id: String,
    product_id: String,
    player: String,
    account_token: Option<String>,
    quantity: i64,
    price_micros: Option<i64>,
    currency: Option<String>,
    purchased_at: i64,
    revoked_at: Option<i64>,
    environment: String,
    customer_id: String,
    chain_id: String,
    receipt_id: String,
    changed: i64,
    due_at: Option<i64>,
    details: String,
}

/// Notes a sale, as its customer's latest change; false when the order id is taken.
pub async fn insert_purchase(tx: &mut Tx, purchase: &SimulatedPurchase) -> Result<bool> {
    const SQL: &str = "INSERT INTO simulator_purchases (order_id, store, store_app_id, product_id, player, account_token,
             quantity, price_micros, currency, purchased_at, revoked_at, environment, customer_id, chain_id, receipt_id, details,
             due_at, changed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
             (SELECT COALESCE(MAX(changed), 0) + 1 FROM simulator_purchases WHERE customer_id = $13))
         ON CONFLICT DO NOTHING";
    let details = serde_json::to_string(&purchase.details).map_err(Error::internal)?;
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(&purchase.order_id).bind(purchase.store.as_str()).bind(&purchase.store_app_id)
            .bind(&purchase.product_id).bind(&purchase.player).bind(purchase.account_token.as_deref())
            .bind(purchase.quantity).bind(purchase.price.as_ref().map(|price| price.price_micros))
            .bind(purchase.price.as_ref().map(|price| price.currency.as_str())).bind(purchase.purchased_at.0)
            .bind(purchase.revoked_at.map(|at| at.0)).bind(purchase.environment.as_str()).bind(&purchase.customer_id)
            .bind(&purchase.chain_id).bind(&purchase.receipt_id).bind(details).bind(purchase.due_at.map(|at| at.0))
            .execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Keeps what may change of a sale, as its customer's latest change; false when there is none of that id.
pub async fn update_purchase(tx: &mut Tx, purchase: &SimulatedPurchase) -> Result<bool> {
    const SQL: &str = "UPDATE simulator_purchases SET account_token = $2, revoked_at = $3, details = $4, due_at = $6,
             voided_at = $7, changed = (SELECT COALESCE(MAX(changed), 0) + 1 FROM simulator_purchases WHERE customer_id = $5)
         WHERE order_id = $1";
    let details = serde_json::to_string(&purchase.details).map_err(Error::internal)?;
    let voided_at = purchase.details.voids.last().map(|void| void.recorded_at.0);
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(&purchase.order_id).bind(purchase.account_token.as_deref())
            .bind(purchase.revoked_at.map(|at| at.0)).bind(details).bind(&purchase.customer_id)
            .bind(purchase.due_at.map(|at| at.0)).bind(voided_at).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// One sale of an app in an environment.
pub async fn find_purchase(
    tx: &mut Tx,
    environment: StoreEnvironment,
    store_app_id: &str,
    order_id: &str,
) -> Result<Option<SimulatedPurchase>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM simulator_purchases WHERE order_id = $1 AND environment = $2 AND store_app_id = $3"
    );
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(SQL).bind(order_id).bind(environment.as_str()).bind(store_app_id).fetch_optional(c).await?);
    row.map(SimulatedPurchase::try_from).transpose()
}

/// One sale of a store, of whichever app and environment.
pub async fn find_sale(tx: &mut Tx, store: StoreCode, order_id: &str) -> Result<Option<SimulatedPurchase>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM simulator_purchases WHERE order_id = $1 AND store = $2");
    let row: Option<Row> = on!(tx, c => sqlx::query_as(SQL).bind(order_id).bind(store.as_str()).fetch_optional(c).await?);
    row.map(SimulatedPurchase::try_from).transpose()
}

/// The sale that something happens to by itself first, by a moment of the simulated clock.
pub async fn find_due_purchase(tx: &mut Tx, until: Timestamp) -> Result<Option<SimulatedPurchase>> {
    const SQL: &str =
        concat!("SELECT ", columns!(), " FROM simulator_purchases WHERE due_at <= $1 ORDER BY due_at, order_id LIMIT 1");
    let row: Option<Row> = on!(tx, c => sqlx::query_as(SQL).bind(until.0).fetch_optional(c).await?);
    row.map(SimulatedPurchase::try_from).transpose()
}

/// Nothing happens to a sale by itself any more.
pub async fn clear_due(tx: &mut Tx, purchase: &SimulatedPurchase) -> Result<()> {
    const SQL: &str = "UPDATE simulator_purchases SET due_at = NULL WHERE order_id = $1";
    on!(tx, c => Ok(sqlx::query(SQL).bind(&purchase.order_id).execute(c).await.map(drop)?))
}

/// The sales of a chain, the newest first, at most `limit`.
pub async fn list_of_chain(tx: &mut Tx, sale: &SimulatedPurchase, limit: i64) -> Result<Vec<SimulatedPurchase>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM simulator_purchases WHERE customer_id = $1 AND chain_id = $2 ORDER BY purchased_at DESC, changed DESC LIMIT $3"
    );
    let rows: Vec<Row> = on!(tx, c => {
        sqlx::query_as(SQL).bind(&sale.customer_id).bind(&sale.chain_id).bind(limit).fetch_all(c).await?
    });
    rows.into_iter().map(SimulatedPurchase::try_from).collect()
}

/// An app's sales that its store took back, as they were recorded by the real clock, after the one of that moment and id.
pub async fn list_voided(
    tx: &mut Tx,
    store: StoreCode,
    store_app_id: &str,
    after: (Timestamp, &str),
    limit: i64,
) -> Result<Vec<SimulatedPurchase>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM simulator_purchases WHERE store_app_id = $1 AND store = $2 AND voided_at IS NOT NULL
             AND (voided_at > $3 OR (voided_at = $3 AND order_id > $4))
         ORDER BY voided_at, order_id LIMIT $5"
    );
    let rows: Vec<Row> = on!(tx, c => {
        sqlx::query_as(SQL).bind(store_app_id).bind(store.as_str()).bind(after.0.0).bind(after.1).bind(limit).fetch_all(c).await?
    });
    rows.into_iter().map(SimulatedPurchase::try_from).collect()
}

/// Whether an id is a customer's of an app.
pub async fn is_customer(tx: &mut Tx, app: AppScope<'_>, customer_id: &str) -> Result<bool> {
    const SQL: &str = "SELECT order_id FROM simulator_purchases
         WHERE customer_id = $1 AND environment = $2 AND store_app_id = $3 AND store = $4 LIMIT 1";
    let found: Option<String> = on!(tx, c => {
        sqlx::query_scalar(SQL).bind(customer_id).bind(app.environment.as_str()).bind(app.store_app_id)
            .bind(app.store.as_str()).fetch_optional(c).await?
    });
    Ok(found.is_some())
}

/// A customer's purchases, the least lately changed first, at most `limit`.
pub async fn list_of_customer(tx: &mut Tx, app: AppScope<'_>, customer_id: &str, limit: i64) -> Result<Vec<SimulatedPurchase>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM simulator_purchases WHERE customer_id = $1 AND environment = $2 AND store_app_id = $3 AND store = $4
         ORDER BY changed, order_id LIMIT $5"
    );
    let rows: Vec<Row> = on!(tx, c => {
        sqlx::query_as(SQL).bind(customer_id).bind(app.environment.as_str()).bind(app.store_app_id).bind(app.store.as_str())
            .bind(limit).fetch_all(c).await?
    });
    rows.into_iter().map(SimulatedPurchase::try_from).collect()
}

/// What is on one receipt.
pub async fn find_by_receipt(tx: &mut Tx, app: AppScope<'_>, receipt_id: &str) -> Result<Option<SimulatedPurchase>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM simulator_purchases WHERE receipt_id = $1 AND environment = $2 AND store_app_id = $3 AND store = $4"
    );
    let row: Option<Row> = on!(tx, c => {
        sqlx::query_as(SQL).bind(receipt_id).bind(app.environment.as_str()).bind(app.store_app_id).bind(app.store.as_str())
            .fetch_optional(c).await?
    });
    row.map(SimulatedPurchase::try_from).transpose()
}

/// The newest sales, at most `limit`.
pub async fn list_purchases(tx: &mut Tx, limit: u32) -> Result<Vec<SimulatedPurchase>> {
    const SQL: &str =
        concat!("SELECT ", columns!(), " FROM simulator_purchases ORDER BY purchased_at DESC, order_id DESC LIMIT $1");
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(SQL).bind(i64::from(limit)).fetch_all(c).await?);
    rows.into_iter().map(SimulatedPurchase::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct SaleRow {
    #[sqlx(flatten)]
    purchase: Row,
    payment_seq: Option<String>,
    payment_status: Option<String>,
}

/// The newest sales for a project's SIMULATOR apps with the payments they became, at most `limit`. Where another project was
/// the first to simulate an app, only those that arrived here.
pub async fn list_sales(tx: &mut Tx, project: &ProjectId, limit: u32) -> Result<Vec<SimulatedSale>> {
    const SQL: &str = "SELECT s.order_id, s.store, s.store_app_id, s.product_id, s.player, s.account_token, s.quantity,
             s.price_micros, s.currency, s.purchased_at, s.revoked_at, s.environment, s.customer_id, s.chain_id, s.receipt_id,
             s.changed, s.due_at, s.details, p.payment_seq, p.status AS payment_status
         FROM simulator_purchases s
         JOIN apps a ON a.project_id = $1 AND a.environment = 'SIMULATOR' AND a.store = s.store
             AND a.store_app_id = s.store_app_id
         LEFT JOIN payments p ON p.project_id = $1 AND p.app_seq = a.app_seq AND p.store_order_id = s.order_id
         WHERE p.payment_seq IS NOT NULL OR a.app_seq = (SELECT MIN(b.app_seq) FROM apps b WHERE b.store = s.store
             AND b.store_app_id = s.store_app_id AND b.environment = 'SIMULATOR')
         ORDER BY s.purchased_at DESC, s.order_id DESC LIMIT $2";
    let rows: Vec<SaleRow> = on!(tx, c => sqlx::query_as(SQL).bind(project.as_str()).bind(i64::from(limit)).fetch_all(c).await?);
    let sale = |row: SaleRow| {
        let status = row.payment_status.map(|status| status.parse().map_err(Error::internal)).transpose()?;
        Ok(SimulatedSale { purchase: row.purchase.try_into()?, payment: row.payment_seq.map(PaymentSeq).zip(status) })
    };
    rows.into_iter().map(sale).collect()
}

impl TryFrom<Row> for SimulatedPurchase {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            order_id: row.order_id,
            store: row.store.parse().map_err(Error::internal)?,
            store_app_id: row.store_app_id,
            product_id: row.product_id,
            player: row.player,
            account_token: row.account_token,
            quantity: row.quantity,
            price: row.price_micros.zip(row.currency).map(|(price_micros, currency)| Money { price_micros, currency }),
            purchased_at: Timestamp(row.purchased_at),
            revoked_at: row.revoked_at.map(Timestamp),
            environment: row.environment.parse().map_err(Error::internal)?,
            customer_id: row.customer_id,
            chain_id: row.chain_id,
            receipt_id: row.receipt_id,
            changed: row.changed,
            due_at: row.due_at.map(Timestamp),
            details: serde_json::from_str(&row.details).map_err(Error::internal)?,
        })
    }
}
