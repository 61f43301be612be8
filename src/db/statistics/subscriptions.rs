//! Subscriptions as they are counted: a project's whole list, page by page, and what was counted last.

use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{
    AppSeq, Environment, ExpirationReason, Ownership, ProjectId, SubscriptionId, SubscriptionState, SubscriptionTerms, Timestamp,
};

/// What is counted of a subscription.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CountedSubscription {
    pub subscription_id: SubscriptionId,
    pub app_seq: AppSeq,
    pub chain_id: String,
    pub environment: Environment,
    pub ownership: Ownership,
    pub started_at: Timestamp,
    pub period_start: Timestamp,
    pub period_end: Timestamp,
    pub grace_end: Option<Timestamp>,
    pub auto_renew: bool,
    pub in_retry: bool,
    pub is_paused: bool,
    pub expiration_reason: Option<ExpirationReason>,
    pub revoked_at: Option<Timestamp>,
    pub offer_discount: Option<String>,
    pub purchase_as_of: Timestamp,
    pub renewal_as_of: Option<Timestamp>,
    pub next_price_micros: Option<i64>,
    pub next_currency: Option<String>,
    /// Of the present period's payment.
    pub price_micros: Option<i64>,
    pub currency: Option<String>,
    /// Whether its first period here was a free trial.
    pub began_with_trial: bool,
}

impl CountedSubscription {
    fn terms(&self) -> SubscriptionTerms {
        SubscriptionTerms {
            period_end: self.period_end,
            grace_end: self.grace_end,
            auto_renew: self.auto_renew,
            in_retry: self.in_retry,
            is_paused: self.is_paused,
            is_over: self.expiration_reason.is_some() && !self.in_retry,
            revoked_at: self.revoked_at,
            as_of: self.renewal_as_of.map_or(self.purchase_as_of, |at| at.max(self.purchase_as_of)),
        }
    }

    pub fn state_at(&self, now: Timestamp) -> SubscriptionState {
        self.terms().state_at(now)
    }
}

/// The next of a project's subscriptions after a place among them, in the order of their beginning; those that moved to another
/// of the store's ids are counted there.
pub async fn list(tx: &mut Tx, project: &ProjectId, after: (Timestamp, &str), limit: i64) -> Result<Vec<CountedSubscription>> {
    const SQL: &str = "SELECT s.subscription_id, s.app_seq, s.chain_id, s.environment, s.ownership, s.started_at, s.period_start,
             s.period_end, s.grace_end, s.auto_renew, s.in_retry, s.is_paused, s.expiration_reason, s.revoked_at,
             s.offer_discount, s.purchase_as_of, s.renewal_as_of, s.next_price_micros, s.next_currency,
             p.price_micros, p.currency,
             EXISTS (SELECT 1 FROM payments AS t WHERE t.app_seq = s.app_seq AND t.original_order_id = s.chain_id
                 AND t.offer_discount || '' = 'FREE_TRIAL' AND t.status || '' IN ('SUCCESS', 'REFUND')) AS began_with_trial
         FROM subscriptions AS s LEFT JOIN payments AS p ON p.app_seq = s.app_seq AND p.store_order_id = s.order_id
         WHERE s.project_id = $1 AND (s.started_at, s.subscription_id) > ($2, $3) AND s.moved_to IS NULL
         ORDER BY s.started_at, s.subscription_id LIMIT $4";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(after.0).bind(after.1).bind(limit).fetch_all(c).await?))
}

/// What was counted last: when, how long it took, and what.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Counted {
    pub counted_at: Timestamp,
    pub took_millis: i64,
    pub content: String,
}

pub async fn find(tx: &mut Tx, project: &ProjectId) -> Result<Option<Counted>> {
    const SQL: &str = "SELECT counted_at, took_millis, content FROM statistics_subscriptions WHERE project_id = $1";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).fetch_optional(c).await?))
}

pub async fn save(tx: &mut Tx, project: &ProjectId, counted: &Counted) -> Result<()> {
    const SQL: &str =
        "INSERT INTO statistics_subscriptions (project_id, counted_at, took_millis, content) VALUES ($1, $2, $3, $4)
         ON CONFLICT (project_id) DO UPDATE SET counted_at = excluded.counted_at, took_millis = excluded.took_millis,
             content = excluded.content";
    on!(tx, c => {
        sqlx::query(SQL).bind(project).bind(counted.counted_at).bind(counted.took_millis).bind(&counted.content).execute(c).await?;
    });
    Ok(())
}
