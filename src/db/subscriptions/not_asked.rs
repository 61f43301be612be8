//! Subscriptions whose store has not been asked for long: what stores without a list of their notifications did not tell.

use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, ProjectId, Subscription, SubscriptionId, Timestamp};

/// Which of an app's subscriptions to list.
#[derive(Debug, Clone, Copy)]
pub struct NotAsked<'a> {
    /// Those that run, unless their store said something since.
    pub since: Timestamp,
    /// Those that ended by time alone, of which the store said nothing since their end, if that is not longer ago.
    pub ended_since: Timestamp,
    /// In the order of their ids, after this one.
    pub after: Option<&'a SubscriptionId>,
}

/// One page of an app's subscriptions that nothing was heard of.
pub async fn list_not_asked(
    tx: &mut Tx,
    project: &ProjectId,
    app: AppSeq,
    wanted: NotAsked<'_>,
    limit: i64,
) -> Result<Vec<Subscription>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM subscriptions WHERE subscription_id IN (
             SELECT subscription_id FROM subscriptions WHERE project_id = $1 AND app_seq = $2
                 AND state IN ('ACTIVE', 'CANCELED', 'IN_GRACE_PERIOD', 'ON_HOLD', 'PAUSED')
                 AND COALESCE(renewal_as_of, purchase_as_of) < $3
             UNION ALL SELECT subscription_id FROM subscriptions WHERE app_seq = $2 AND state = 'EXPIRED' AND period_end >= $4
                 AND COALESCE(renewal_as_of, purchase_as_of) < period_end)
           AND project_id || '' = $1 AND moved_to IS NULL AND subscription_id > $5
         ORDER BY subscription_id LIMIT $6"
    );
    let after = wanted.after.map_or("", |after| after.0.as_str());
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(app).bind(wanted.since).bind(wanted.ended_since).bind(after).bind(limit)
            .fetch_all(c).await?)
    })
}
