//! The simulated subscriptions. How each goes on is kept as JSON.

use super::AppScope;
use crate::db::{Tx, on};
use crate::error::{Error, Result};
use crate::model::{ProjectId, SimulatedSubscriber, SimulatedSubscription, StoreCode, SubscriptionId, Timestamp};

macro_rules! columns {
    () => {
        "chain_id, store, environment, store_app_id, customer_id, player, group_id, next_at, version, lifecycle"
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    chain_id: String,
    store: String,
    environment: String,
    store_app_id: String,
    customer_id: String,
    player: String,
    group_id: String,
    next_at: Option<i64>,
    version: i64,
    lifecycle: String,
}

/// Notes a new chain.
pub async fn insert_subscription(tx: &mut Tx, subscription: &SimulatedSubscription) -> Result<()> {
    const SQL: &str = concat!(
        "INSERT INTO simulator_subscriptions (",
        columns!(),
        ", product_id, started_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    );
    let lifecycle = serde_json::to_string(&subscription.lifecycle).map_err(Error::internal)?;
    on!(tx, c => {
        sqlx::query(SQL).bind(&subscription.chain_id).bind(subscription.store.as_str())
            .bind(subscription.environment.as_str()).bind(&subscription.store_app_id).bind(&subscription.customer_id)
            .bind(&subscription.player).bind(&subscription.group_id).bind(subscription.next_at.map(|at| at.0))
            .bind(subscription.version).bind(lifecycle).bind(&subscription.lifecycle.plan.product_id)
            .bind(subscription.lifecycle.first_at.0).execute(c).await?;
    });
    Ok(())
}

/// Keeps how a chain goes on from the version that was read; false when another was first.
pub async fn update_subscription(tx: &mut Tx, subscription: &SimulatedSubscription) -> Result<bool> {
    const SQL: &str = "UPDATE simulator_subscriptions SET product_id = $3, next_at = $4, lifecycle = $5, version = version + 1
         WHERE chain_id = $1 AND version = $2";
    let lifecycle = serde_json::to_string(&subscription.lifecycle).map_err(Error::internal)?;
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(&subscription.chain_id).bind(subscription.version)
            .bind(&subscription.lifecycle.plan.product_id).bind(subscription.next_at.map(|at| at.0)).bind(lifecycle).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// One chain.
pub async fn find_subscription(tx: &mut Tx, chain_id: &str) -> Result<Option<SimulatedSubscription>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM simulator_subscriptions WHERE chain_id = $1");
    let row: Option<Row> = on!(tx, c => sqlx::query_as(SQL).bind(chain_id).fetch_optional(c).await?);
    row.map(SimulatedSubscription::try_from).transpose()
}

/// A customer's chain of a store in a group of plans; there is one at most.
pub async fn find_of_group(
    tx: &mut Tx,
    store: StoreCode,
    customer_id: &str,
    group_id: &str,
) -> Result<Option<SimulatedSubscription>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM simulator_subscriptions WHERE customer_id = $1 AND group_id = $2 AND store = $3 ORDER BY chain_id LIMIT 1"
    );
    let row: Option<Row> =
        on!(tx, c => sqlx::query_as(SQL).bind(customer_id).bind(group_id).bind(store.as_str()).fetch_optional(c).await?);
    row.map(SimulatedSubscription::try_from).transpose()
}

/// A customer's chains, at most `limit`.
pub async fn list_subscriptions_of_customer(
    tx: &mut Tx,
    app: AppScope<'_>,
    customer_id: &str,
    limit: i64,
) -> Result<Vec<SimulatedSubscription>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM simulator_subscriptions WHERE customer_id = $1 AND environment = $2 AND store_app_id = $3 AND store = $4
         ORDER BY group_id, chain_id LIMIT $5"
    );
    let rows: Vec<Row> = on!(tx, c => {
        sqlx::query_as(SQL).bind(customer_id).bind(app.environment.as_str()).bind(app.store_app_id).bind(app.store.as_str())
            .bind(limit).fetch_all(c).await?
    });
    rows.into_iter().map(SimulatedSubscription::try_from).collect()
}

/// The chains of a product after one of them, at most `limit`.
pub async fn list_subscriptions_of_product(
    tx: &mut Tx,
    app: AppScope<'_>,
    product_id: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<SimulatedSubscription>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM simulator_subscriptions WHERE store_app_id = $1 AND product_id = $2 AND environment = $3 AND store = $4
             AND chain_id > $5
         ORDER BY chain_id LIMIT $6"
    );
    let rows: Vec<Row> = on!(tx, c => {
        sqlx::query_as(SQL).bind(app.store_app_id).bind(product_id).bind(app.environment.as_str()).bind(app.store.as_str())
            .bind(after).bind(limit).fetch_all(c).await?
    });
    rows.into_iter().map(SimulatedSubscription::try_from).collect()
}

/// The chains something happens to by a moment of the simulated clock, the earliest first, at most `limit`.
pub async fn list_due_subscriptions(tx: &mut Tx, until: Timestamp, limit: i64) -> Result<Vec<SimulatedSubscription>> {
    const SQL: &str =
        concat!("SELECT ", columns!(), " FROM simulator_subscriptions WHERE next_at <= $1 ORDER BY next_at, chain_id LIMIT $2");
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(SQL).bind(until.0).bind(limit).fetch_all(c).await?);
    rows.into_iter().map(SimulatedSubscription::try_from).collect()
}

/// The newest chains, at most `limit`.
pub async fn list_subscriptions(tx: &mut Tx, limit: u32) -> Result<Vec<SimulatedSubscription>> {
    const SQL: &str =
        concat!("SELECT ", columns!(), " FROM simulator_subscriptions ORDER BY started_at DESC, chain_id DESC LIMIT $1");
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(SQL).bind(i64::from(limit)).fetch_all(c).await?);
    rows.into_iter().map(SimulatedSubscription::try_from).collect()
}

#[derive(sqlx::FromRow)]
struct SubscriberRow {
    #[sqlx(flatten)]
    chain: Row,
    subscription_id: Option<String>,
}

/// The newest chains of the apps a project was the first to simulate, with what they became here; at most `limit`.
pub async fn list_subscribers(tx: &mut Tx, project: &ProjectId, limit: u32) -> Result<Vec<SimulatedSubscriber>> {
    const SQL: &str = "SELECT s.chain_id, s.store, s.environment, s.store_app_id, s.customer_id, s.player, s.group_id, s.next_at,
             s.version, s.lifecycle, o.subscription_id
         FROM simulator_subscriptions s
         JOIN apps a ON a.project_id = $1 AND a.store = s.store AND a.store_app_id = s.store_app_id
             AND a.app_seq = (SELECT MIN(b.app_seq) FROM apps b WHERE b.store = s.store AND b.store_app_id = s.store_app_id
                 AND b.environment = 'SIMULATOR')
         LEFT JOIN subscriptions o ON o.app_seq = a.app_seq AND o.chain_id = s.chain_id
         ORDER BY s.started_at DESC, s.chain_id DESC LIMIT $2";
    let rows: Vec<SubscriberRow> =
        on!(tx, c => sqlx::query_as(SQL).bind(project.as_str()).bind(i64::from(limit)).fetch_all(c).await?);
    let subscriber = |row: SubscriberRow| {
        Ok(SimulatedSubscriber { simulated: row.chain.try_into()?, subscription: row.subscription_id.map(SubscriptionId) })
    };
    rows.into_iter().map(subscriber).collect()
}

impl TryFrom<Row> for SimulatedSubscription {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            chain_id: row.chain_id,
            store: row.store.parse().map_err(Error::internal)?,
            environment: row.environment.parse().map_err(Error::internal)?,
            store_app_id: row.store_app_id,
            customer_id: row.customer_id,
            player: row.player,
            group_id: row.group_id,
            next_at: row.next_at.map(Timestamp),
            version: row.version,
            lifecycle: serde_json::from_str(&row.lifecycle).map_err(Error::internal)?,
        })
    }
}
