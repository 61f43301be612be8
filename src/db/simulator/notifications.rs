//! The notifications of the simulated stores, worked by lease.

use super::AppScope;
use crate::db::queue::{Lease, LeasedTable, leased_table};
use crate::db::{Tx, on};
use crate::error::{Error, Result};
use crate::model::{ProjectId, SimulatedNotification, Timestamp};

macro_rules! columns {
    () => {
        "notification_id, store, environment, store_app_id, customer_id, order_id, product_id, kind, subtype, payload, as_of, \
         made_at, due_at, attempts, is_delivered"
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    notification_id: String,
    store: String,
    environment: String,
    store_app_id: String,
    customer_id: String,
    order_id: Option<String>,
    product_id: Option<String>,
    kind: String,
    subtype: Option<String>,
    payload: String,
    as_of: i64,
    made_at: i64,
    due_at: Option<i64>,
    attempts: String,
    is_delivered: bool,
}

/// Puts a notification on its way.
pub async fn insert_notification(tx: &mut Tx, notification: &SimulatedNotification) -> Result<()> {
    const SQL: &str = concat!(
        "INSERT INTO simulator_notifications (",
        columns!(),
        ", leased_until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '[]', FALSE, 0)"
    );
    on!(tx, c => {
        sqlx::query(SQL).bind(&notification.notification_id).bind(notification.store.as_str())
            .bind(notification.environment.as_str()).bind(&notification.store_app_id).bind(&notification.customer_id)
            .bind(notification.order_id.as_deref()).bind(notification.product_id.as_deref()).bind(&notification.kind)
            .bind(notification.subtype.as_deref()).bind(notification.payload.to_string()).bind(notification.as_of.0)
            .bind(notification.made_at.0).bind(notification.due_at.map(|at| at.0)).execute(c).await?;
    });
    Ok(())
}

const TABLE: LeasedTable = leased_table! {
    table: "simulator_notifications",
    key: "notification_id",
    kind: "$6 = ''",
    set: "",
    written: "made_at",
    returning: "notification_id, store, environment, store_app_id, customer_id, order_id, product_id, kind, subtype, payload, as_of, made_at, due_at, attempts, is_delivered",
    picked: first,
    wait_millis_max: None
};

/// Takes notifications that are due by the simulated clock (`due_by` of the lease) and in no sender's hands, at most `limit`.
pub async fn claim_notifications(tx: &mut Tx, lease: &Lease, limit: i64) -> Result<Vec<SimulatedNotification>> {
    let rows: Vec<Row> = TABLE.claim(tx, "", lease, limit).await?;
    let notifications: Result<Vec<SimulatedNotification>> = rows.into_iter().map(SimulatedNotification::try_from).collect();
    let mut notifications = notifications?;
    notifications.sort_by_key(|notification| (notification.due_at, notification.as_of));
    Ok(notifications)
}

/// Keeps how a sending went: the notification's attempts, and when it is sent next. False when the lease is no longer ours.
pub async fn mark_notification_sent(tx: &mut Tx, notification: &SimulatedNotification, lease: &str) -> Result<bool> {
    const SQL: &str =
        "UPDATE simulator_notifications SET attempts = $2, due_at = $3, is_delivered = $4, lease = NULL, leased_until = 0
         WHERE notification_id = $1 AND lease = $5";
    let attempts = serde_json::to_string(&notification.attempts).map_err(Error::internal)?;
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(&notification.notification_id).bind(attempts).bind(notification.due_at.map(|at| at.0))
            .bind(notification.is_delivered).bind(lease).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Has a notification sent once more, whoever has it in hand.
pub async fn mark_notification_due(tx: &mut Tx, notification_id: &str, due_at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE simulator_notifications SET due_at = $2, lease = NULL, leased_until = 0 WHERE notification_id = $1";
    on!(tx, c => Ok(sqlx::query(SQL).bind(notification_id).bind(due_at.0).execute(c).await.map(drop)?))
}

/// When the next notification is due by the simulated clock, if any is on its way.
pub async fn next_notification_due(tx: &mut Tx) -> Result<Option<Timestamp>> {
    const SQL: &str =
        "SELECT due_at FROM simulator_notifications WHERE due_at IS NOT NULL ORDER BY due_at, notification_id LIMIT 1";
    let due: Option<i64> = on!(tx, c => sqlx::query_scalar(SQL).fetch_optional(c).await?);
    Ok(due.map(Timestamp))
}

/// One notification.
pub async fn find_notification(tx: &mut Tx, notification_id: &str) -> Result<Option<SimulatedNotification>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM simulator_notifications WHERE notification_id = $1");
    let row: Option<Row> = on!(tx, c => sqlx::query_as(SQL).bind(notification_id).fetch_optional(c).await?);
    row.map(SimulatedNotification::try_from).transpose()
}

/// Which notifications that were sent are listed.
pub struct SentWindow<'a> {
    /// Made or dated from then on.
    pub start: Timestamp,
    /// Made or dated before.
    pub end: Timestamp,
    /// After this one: when it was made, and its id.
    pub after_made_at: Timestamp,
    pub after_id: &'a str,
}

/// An app's notifications of a window that were sent at least once, the oldest first, at most `limit`.
pub async fn list_sent(tx: &mut Tx, app: AppScope<'_>, window: SentWindow<'_>, limit: i64) -> Result<Vec<SimulatedNotification>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM simulator_notifications
         WHERE store_app_id = $1 AND environment = $2 AND store = $3 AND attempts <> '[]'
             AND ((made_at >= $4 AND made_at < $5) OR (as_of >= $4 AND as_of < $5))
             AND (made_at > $6 OR (made_at = $6 AND notification_id > $7))
         ORDER BY made_at, notification_id LIMIT $8"
    );
    let rows: Vec<Row> = on!(tx, c => {
        sqlx::query_as(SQL).bind(app.store_app_id).bind(app.environment.as_str()).bind(app.store.as_str())
            .bind(window.start.0).bind(window.end.0).bind(window.after_made_at.0).bind(window.after_id).bind(limit)
            .fetch_all(c).await?
    });
    rows.into_iter().map(SimulatedNotification::try_from).collect()
}

/// The newest notifications, at most `limit`; when a project is given, those of the apps it was the first to simulate.
pub async fn list_notifications(tx: &mut Tx, project: Option<&ProjectId>, limit: u32) -> Result<Vec<SimulatedNotification>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM simulator_notifications n
         WHERE $1 = '' OR $1 = (SELECT a.project_id FROM apps a WHERE a.store = n.store AND a.store_app_id = n.store_app_id
             AND a.environment = 'SIMULATOR' ORDER BY a.app_seq LIMIT 1)
         ORDER BY made_at DESC, as_of DESC, notification_id DESC LIMIT $2"
    );
    let project = project.map_or("", ProjectId::as_str);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(SQL).bind(project).bind(i64::from(limit)).fetch_all(c).await?);
    rows.into_iter().map(SimulatedNotification::try_from).collect()
}

impl TryFrom<Row> for SimulatedNotification {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            notification_id: row.notification_id,
            store: row.store.parse().map_err(Error::internal)?,
            environment: row.environment.parse().map_err(Error::internal)?,
            store_app_id: row.store_app_id,
            customer_id: row.customer_id,
            order_id: row.order_id,
            product_id: row.product_id,
            kind: row.kind,
            subtype: row.subtype,
            payload: serde_json::from_str(&row.payload).map_err(Error::internal)?,
            as_of: Timestamp(row.as_of),
            made_at: Timestamp(row.made_at),
            due_at: row.due_at.map(Timestamp),
            attempts: serde_json::from_str(&row.attempts).map_err(Error::internal)?,
            is_delivered: row.is_delivered,
        })
    }
}
