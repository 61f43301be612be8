use crate::db::queue::{Lease, LeasedTable, leased_table};
use crate::db::{Tx, on};
use crate::error::{Error, Result};
use crate::model::{ProjectId, SimulatedNotification, StoreEnvironment, Timestamp};

#[derive(sqlx::FromRow)]
struct Row {
    notice_id: String,
    world: String,
    store_app_id: String,
    customer_id: String,
    kind: String,
    subtype: Option<String>,
    payload: String,
    signed_at: i64,
    made_at: i64,
    due_at: Option<i64>,
    attempts: String,
    is_delivered: bool,
}

/// Puts a notification on its way.
pub async fn insert_notification(tx: &mut Tx, notification: &SimulatedNotification) -> Result<()> {
    const SQL: &str =
        "INSERT INTO simulator_notices (notice_id, world, store_app_id, customer_id, kind, subtype, payload, signed_at,
             made_at, due_at, leased_until, attempts, is_delivered)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, '[]', FALSE)";
    on!(tx, c => {
        sqlx::query(SQL).bind(&notification.notice_id).bind(notification.world.as_str()).bind(&notification.store_app_id).bind(&notification.customer_id)
            .bind(&notification.kind).bind(notification.subtype.as_deref()).bind(notification.payload.to_string()).bind(notification.signed_at.0)
            .bind(notification.made_at.0).bind(notification.due_at.map(|at| at.0)).execute(c).await?;
    });
    Ok(())
}

const TABLE: LeasedTable = leased_table! {
    table: "simulator_notices",
    key: "notice_id",
    kind: "$6 = ''",
    set: "",
    written: "made_at",
    returning: "notice_id, world, store_app_id, customer_id, kind, subtype, payload, signed_at, made_at, due_at, attempts, is_delivered",
    picked: first,
    wait_millis_max: None
};

/// Takes notifications that are due by the simulated clock (`due_by` of the lease) and in no sender's hands, at most `limit`.
pub async fn claim_notifications(tx: &mut Tx, lease: &Lease, limit: i64) -> Result<Vec<SimulatedNotification>> {
    let rows: Vec<Row> = TABLE.claim(tx, "", lease, limit).await?;
    let notifications: Result<Vec<SimulatedNotification>> = rows.into_iter().map(SimulatedNotification::try_from).collect();
    let mut notifications = notifications?;
    notifications.sort_by_key(|notification| (notification.due_at, notification.signed_at));
    Ok(notifications)
}

/// How a notification's sending ended.
pub struct Sent<'a> {
    pub notification: &'a SimulatedNotification,
    pub due_at: Option<Timestamp>,
    pub is_delivered: bool,
}

/// Keeps how a sending went: the notification's attempts, and when it is sent next. False when the lease is no longer ours.
pub async fn mark_notification_sent(tx: &mut Tx, sent: &Sent<'_>, lease: &str) -> Result<bool> {
    const SQL: &str = "UPDATE simulator_notices SET attempts = $2, due_at = $3, is_delivered = $4, lease = NULL, leased_until = 0
         WHERE notice_id = $1 AND lease = $5";
    let attempts = serde_json::to_string(&sent.notification.attempts).map_err(Error::internal)?;
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(&sent.notification.notice_id).bind(attempts).bind(sent.due_at.map(|at| at.0))
            .bind(sent.is_delivered).bind(lease).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Has a notification sent once more, whoever has it in hand.
pub async fn mark_notification_due(tx: &mut Tx, notice_id: &str, due_at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE simulator_notices SET due_at = $2, lease = NULL, leased_until = 0 WHERE notice_id = $1";
    on!(tx, c => Ok(sqlx::query(SQL).bind(notice_id).bind(due_at.0).execute(c).await.map(drop)?))
}

/// When the next notification is due by the simulated clock, if any is on its way.
pub async fn next_notification_due(tx: &mut Tx) -> Result<Option<Timestamp>> {
    const SQL: &str = "SELECT due_at FROM simulator_notices WHERE due_at IS NOT NULL ORDER BY due_at, notice_id LIMIT 1";
    let due: Option<i64> = on!(tx, c => sqlx::query_scalar(SQL).fetch_optional(c).await?);
    Ok(due.map(Timestamp))
}

/// One notification.
pub async fn find_notification(tx: &mut Tx, notice_id: &str) -> Result<Option<SimulatedNotification>> {
    const SQL: &str =
        "SELECT notice_id, world, store_app_id, customer_id, kind, subtype, payload, signed_at, made_at, due_at, attempts,
             is_delivered
         FROM simulator_notices WHERE notice_id = $1";
    let row: Option<Row> = on!(tx, c => sqlx::query_as(SQL).bind(notice_id).fetch_optional(c).await?);
    row.map(SimulatedNotification::try_from).transpose()
}

/// An app's notifications that were made or signed from `start` to before `end` and were sent at least once, after the key of the
/// last one had, the oldest first, at most `limit`.
pub async fn list_told(
    tx: &mut Tx,
    (world, store_app_id): (StoreEnvironment, &str),
    (start, end): (Timestamp, Timestamp),
    after: (Timestamp, &str),
    limit: i64,
) -> Result<Vec<SimulatedNotification>> {
    const SQL: &str =
        "SELECT notice_id, world, store_app_id, customer_id, kind, subtype, payload, signed_at, made_at, due_at, attempts,
             is_delivered
         FROM simulator_notices
         WHERE store_app_id = $1 AND world = $2 AND attempts <> '[]'
             AND ((made_at >= $3 AND made_at < $4) OR (signed_at >= $3 AND signed_at < $4))
             AND (made_at > $5 OR (made_at = $5 AND notice_id > $6))
         ORDER BY made_at, notice_id LIMIT $7";
    let rows: Vec<Row> = on!(tx, c => {
        sqlx::query_as(SQL).bind(store_app_id).bind(world.as_str()).bind(start.0).bind(end.0).bind(after.0.0).bind(after.1)
            .bind(limit).fetch_all(c).await?
    });
    rows.into_iter().map(SimulatedNotification::try_from).collect()
}

/// The newest notifications, at most `limit`; when a project is given, those of the bundle ids it was the first to simulate.
pub async fn list_notifications(tx: &mut Tx, project: Option<&ProjectId>, limit: u32) -> Result<Vec<SimulatedNotification>> {
    const SQL: &str =
        "SELECT notice_id, world, store_app_id, customer_id, kind, subtype, payload, signed_at, made_at, due_at, attempts,
             is_delivered
         FROM simulator_notices n
         WHERE $1 = '' OR $1 = (SELECT a.project_id FROM apps a WHERE a.store = 'AS' AND a.store_app_id = n.store_app_id
             AND a.environment = 'SIMULATOR' ORDER BY a.app_seq LIMIT 1)
         ORDER BY made_at DESC, signed_at DESC, notice_id DESC LIMIT $2";
    let project = project.map_or("", ProjectId::as_str);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(SQL).bind(project).bind(i64::from(limit)).fetch_all(c).await?);
    rows.into_iter().map(SimulatedNotification::try_from).collect()
}

impl TryFrom<Row> for SimulatedNotification {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            notice_id: row.notice_id,
            world: row.world.parse().map_err(Error::internal)?,
            store_app_id: row.store_app_id,
            customer_id: row.customer_id,
            kind: row.kind,
            subtype: row.subtype,
            payload: serde_json::from_str(&row.payload).map_err(Error::internal)?,
            signed_at: Timestamp(row.signed_at),
            made_at: Timestamp(row.made_at),
            due_at: row.due_at.map(Timestamp),
            attempts: serde_json::from_str(&row.attempts).map_err(Error::internal)?,
            is_delivered: row.is_delivered,
        })
    }
}
