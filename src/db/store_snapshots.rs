//! What a store last said of each purchase and each renewal. Whatever order the snapshots come in, the same stay.

mod order;

use serde::de::DeserializeOwned;

use super::bulk::{self, Value};
use super::{Tx, on};
use crate::error::{Error, Result};
use crate::model::{AppSeq, JsonText, ProjectId, Purchase, Renewal, Timestamp};
use order::{purchase_tie_break, renewal_tie_break};

pub use order::{is_newer, is_newer_renewal};

const PURCHASE: &str = "PURCHASE";
const RENEWAL: &str = "RENEWAL";
/// More periods of a chain than its present state could depend on.
const PERIODS_MAX: i64 = 200;

macro_rules! insert_snapshot {
    () => {
        "INSERT INTO store_snapshots
             (app_seq, kind, snapshot_id, project_id, chain_id, happened_at, as_of, tie_break, snapshot)
         SELECT * FROM {rows}"
    };
}

/// One app of a project, whose snapshots these are.
#[derive(Debug, Clone, Copy)]
pub struct AppScope<'a> {
    pub project: &'a ProjectId,
    pub app: AppSeq,
}

/// A snapshot as it is kept.
#[derive(Debug, Clone)]
pub struct StoredSnapshot {
    pub(super) kind: &'static str,
    /// The purchase's identity, or the renewal's chain.
    pub(super) id: String,
    pub(super) chain_id: String,
    pub(super) happened_at: Timestamp,
    pub(super) as_of: Timestamp,
    pub(super) tie_break: String,
    pub(super) snapshot: String,
}

impl StoredSnapshot {
    /// What is kept of a purchase.
    pub fn of_purchase(purchase: &Purchase) -> Result<Self> {
        let snapshot = serde_json::to_string(purchase).map_err(Error::internal)?;
        Ok(Self {
            kind: PURCHASE,
            id: purchase.identity(),
            chain_id: purchase.original_order_id.clone(),
            happened_at: purchase.purchased_at,
            as_of: purchase.as_of,
            tie_break: purchase_tie_break(purchase, &snapshot),
            snapshot,
        })
    }

    /// What is kept of a renewal.
    pub fn of_renewal(renewal: &Renewal) -> Result<Self> {
        let snapshot = serde_json::to_string(renewal).map_err(Error::internal)?;
        Ok(Self {
            kind: RENEWAL,
            id: renewal.chain_id.clone(),
            chain_id: renewal.chain_id.clone(),
            happened_at: renewal.as_of,
            as_of: renewal.as_of,
            tie_break: renewal_tie_break(renewal, &snapshot),
            snapshot,
        })
    }
}

/// Keeps a snapshot if it is newer than what is kept of the same.
pub async fn keep(tx: &mut Tx, scope: AppScope<'_>, stored: &StoredSnapshot) -> Result<()> {
    const SQL: &str = concat!(
        insert_snapshot!(),
        " WHERE TRUE ON CONFLICT (app_seq, kind, snapshot_id) DO UPDATE SET chain_id = excluded.chain_id,
             happened_at = excluded.happened_at, as_of = excluded.as_of, tie_break = excluded.tie_break,
             snapshot = excluded.snapshot
         WHERE excluded.as_of > store_snapshots.as_of
             OR (excluded.as_of = store_snapshots.as_of AND excluded.tie_break > store_snapshots.tie_break)"
    );
    bulk::execute(tx, &[(SQL, [values(scope, stored)].into_iter().collect())]).await
}

/// Forgets a snapshot that was kept under a purchase's own number before its period's id was known.
pub async fn delete(tx: &mut Tx, scope: AppScope<'_>, id: &str) -> Result<()> {
    const SQL: &str =
        "DELETE FROM store_snapshots WHERE app_seq = $1 AND kind = 'PURCHASE' AND snapshot_id = $2 AND project_id = $3";
    on!(tx, c => {
        sqlx::query(SQL).bind(scope.app).bind(id).bind(scope.project).execute(c).await?;
    });
    Ok(())
}

/// The newest snapshot of a purchase, by its identity.
pub async fn find_purchase(tx: &mut Tx, scope: AppScope<'_>, identity: &str) -> Result<Option<Purchase>> {
    find(tx, scope, PURCHASE, identity).await
}

/// What is known of a chain: its newest periods, and how it goes on.
pub async fn list_of_chain(tx: &mut Tx, scope: AppScope<'_>, chain_id: &str) -> Result<(Vec<Purchase>, Option<Renewal>)> {
    const SQL: &str = "SELECT snapshot FROM store_snapshots
         WHERE app_seq = $1 AND chain_id = $2 AND kind = 'PURCHASE' AND project_id = $3 ORDER BY happened_at DESC LIMIT $4";
    let found: Vec<JsonText<Purchase>> = on!(tx, c => {
        sqlx::query_scalar(SQL).bind(scope.app).bind(chain_id).bind(scope.project).bind(PERIODS_MAX)
            .fetch_all(c).await?
    });
    let purchases = found.into_iter().map(|snapshot| snapshot.0).collect();
    Ok((purchases, find(tx, scope, RENEWAL, chain_id).await?))
}

/// The periods of one chain go on in another, as the store migrated it.
pub async fn move_chain(tx: &mut Tx, scope: AppScope<'_>, from: &str, to: &str) -> Result<()> {
    const SQL: &str = "UPDATE store_snapshots SET chain_id = $4
         WHERE app_seq = $1 AND chain_id = $2 AND kind = 'PURCHASE' AND project_id = $3";
    on!(tx, c => {
        sqlx::query(SQL).bind(scope.app).bind(from).bind(scope.project).bind(to).execute(c).await?;
    });
    Ok(())
}

/// When an app's store said its newest: where its clock stands at least.
pub async fn find_latest(tx: &mut Tx, scope: AppScope<'_>) -> Result<Option<Timestamp>> {
    const SQL: &str = "SELECT MAX(as_of) FROM store_snapshots WHERE app_seq = $1";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(scope.app).fetch_one(c).await?))
}

/// Keeps snapshots of what nobody has one of; of `values`.
pub(super) const INSERT: &str = insert_snapshot!();

pub(super) fn values<'a>(scope: AppScope<'a>, stored: &'a StoredSnapshot) -> [Value<'a>; 9] {
    [
        scope.app.0.into(),
        stored.kind.into(),
        stored.id.as_str().into(),
        scope.project.as_str().into(),
        stored.chain_id.as_str().into(),
        stored.happened_at.0.into(),
        stored.as_of.0.into(),
        stored.tie_break.as_str().into(),
        stored.snapshot.as_str().into(),
    ]
}

async fn find<T>(tx: &mut Tx, scope: AppScope<'_>, kind: &str, id: &str) -> Result<Option<T>>
where
    T: DeserializeOwned + Send + Unpin,
{
    const SQL: &str =
        "SELECT snapshot FROM store_snapshots WHERE app_seq = $1 AND kind = $2 AND snapshot_id = $3 AND project_id = $4";
    let found: Option<JsonText<T>> = on!(tx, c => {
        sqlx::query_scalar(SQL).bind(scope.app).bind(kind).bind(id).bind(scope.project).fetch_optional(c).await?
    });
    Ok(found.map(|snapshot| snapshot.0))
}
