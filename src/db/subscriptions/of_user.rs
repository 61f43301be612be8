//! A user's subscriptions: filtered before they are limited, by the index `subscriptions_by_user`.

use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, Cursor, ProjectId, StoreCode, Subscription, SubscriptionId, SubscriptionState};

/// Which states to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum States {
    #[default]
    All,
    /// Those that give access.
    WithAccess,
    /// Those that give access, and those on hold in this store.
    WithAccessOrOnHold(StoreCode),
}

impl States {
    /// Whether a subscription is to be listed, by its present state.
    pub fn has(self, found: &Subscription) -> bool {
        match self {
            Self::All => true,
            Self::WithAccess => found.state.gives_access(),
            Self::WithAccessOrOnHold(store) => {
                found.state.gives_access() || (found.store == store && found.state == SubscriptionState::OnHold)
            }
        }
    }
}

/// Which of a user's subscriptions to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct OfUser<'a> {
    /// None means all.
    pub stores: &'a [StoreCode],
    /// Of the apps with this package name or bundle id.
    pub store_app_id: Option<&'a str>,
    /// LIVE ones only, and of these apps the others too; none means all.
    pub test_of: Option<&'a [AppSeq]>,
    pub states: States,
}

const SQL: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM subscriptions WHERE project_id = $1 AND user_key = $2 AND user_channel = $3
       AND ($4 = '' OR $4 LIKE '%,' || store || ',%') AND ($5 = '' OR store_app_id = $5)
       AND ($6 = '*' OR environment = 'LIVE' OR $6 LIKE '%,' || app_seq || ',%')
       AND ($7 OR state || '' IN ('ACTIVE', 'CANCELED', 'IN_GRACE_PERIOD') OR (state || '' = 'ON_HOLD' AND store = $8))
       AND (started_at, subscription_id) < ($9, $10)
     ORDER BY started_at DESC, subscription_id DESC LIMIT $11"
);

/// One page, newest first. The stored state may be a little behind the clock: time alone ends access and never gives it, so all
/// that give access now are among these, and the caller leaves the others out (`States::has`).
pub async fn list_of_user(
    tx: &mut Tx,
    project: &ProjectId,
    (user_channel, user_key): (&str, &str),
    wanted: &OfUser<'_>,
    after: Option<&Cursor<SubscriptionId>>,
    limit: usize,
) -> Result<Vec<Subscription>> {
    let stores: String = wanted.stores.iter().map(|store| format!(",{store},")).collect();
    let list = |apps: &[AppSeq]| apps.iter().map(|app| format!(",{app},")).collect::<String>();
    let test_of = wanted.test_of.map_or_else(|| "*".to_owned(), list);
    let on_hold = match wanted.states {
        States::WithAccessOrOnHold(store) => store.as_str(),
        States::All | States::WithAccess => "",
    };
    let (at, id) = after.map_or((i64::MAX, ""), |after| (after.at.0, after.key.as_str()));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(user_key).bind(user_channel).bind(&stores)
            .bind(wanted.store_app_id.unwrap_or_default()).bind(&test_of).bind(wanted.states == States::All).bind(on_hold)
            .bind(at).bind(id).bind(limit).fetch_all(c).await?)
    })
}

/// The chains of a user's subscriptions in an app whose billing is tried again, the newest first.
pub async fn list_in_retry(
    tx: &mut Tx,
    project: &ProjectId,
    app: AppSeq,
    (user_channel, user_key): (&str, &str),
    limit: i64,
) -> Result<Vec<String>> {
    const SQL: &str = "SELECT chain_id FROM subscriptions WHERE project_id = $1 AND user_key = $2 AND user_channel = $3
         AND app_seq + 0 = $4 AND state || '' IN ('ON_HOLD', 'IN_GRACE_PERIOD') AND moved_to IS NULL
         ORDER BY started_at DESC, subscription_id DESC LIMIT $5";
    on!(tx, c => {
        Ok(sqlx::query_scalar(SQL).bind(project).bind(user_key).bind(user_channel).bind(app).bind(limit).fetch_all(c).await?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::tx::Conn;

    #[tokio::test]
    async fn a_users_index_serves_the_list_in_its_order() {
        let path = std::env::temp_dir().join(format!("purser-of-user-{}.db", std::process::id()));
        let db = Db::open(&format!("sqlite:{}", path.display())).await.unwrap();
        let mut tx = db.read().await.unwrap();
        let Conn::Sqlite(c) = tx.conn() else { panic!("not SQLite") };
        let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {SQL}"));
        let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(explained).fetch_all(c).await.unwrap();
        let steps: Vec<_> = steps.into_iter().map(|(.., step)| step).collect();
        assert!(steps.len() == 1 && steps[0].contains("subscriptions_by_user (project_id=? AND user_key=?"), "{steps:?}");
        drop(tx);
        db.close().await;
        std::fs::remove_file(path).unwrap();
    }
}
