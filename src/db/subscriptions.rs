//! Subscriptions: one row per store chain, derived from the chain's facts. `project_id || ''` is as in `payments`.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, Attribution, ProjectId, Subscription, SubscriptionId, SubscriptionState, Timestamp};

pub use list::list;
pub use not_asked::{NotAsked, list_not_asked};
pub use of_user::{OfUser, States, list_in_retry, list_of_user};

/// The columns but those of the next price, which a `Subscription` reads by the names that all prices have.
macro_rules! shared_columns {
    () => {
        "subscription_id, app_seq, store, store_app_id, environment, chain_id, group_id, product_seq, store_product_id, \
         product_name, product_type, next_product_id, user_channel, user_key, attribution, state, order_id, started_at, \
         period_start, period_end, grace_end, auto_renew, in_retry, is_paused, expiration_reason, price_consent, offer_type, \
         offer_id, offer_discount, ownership, revoked_at, purchase_as_of, renewal_as_of, created_at, updated_at"
    };
}

/// The columns a `Subscription` is read from.
macro_rules! columns {
    () => {
        concat!(shared_columns!(), ", next_price_micros AS price_micros, next_currency AS currency")
    };
}

mod list;
mod not_asked;
mod of_user;

/// A subscription as it is to be written.
pub struct SavedSubscription<'a> {
    pub subscription: &'a Subscription,
    /// When time alone changes its state next.
    pub due_at: Option<Timestamp>,
    /// The chain its last period moved to.
    pub moved_to: Option<&'a str>,
}

/// Writes a subscription, new or known, as a whole.
pub async fn save(tx: &mut Tx, project: &ProjectId, saved: SavedSubscription<'_>) -> Result<()> {
    const SQL: &str = concat!(
        "INSERT INTO subscriptions (project_id, state_due_at, moved_to, ",
        shared_columns!(),
        ", next_price_micros, next_currency) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
             $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40)
         ON CONFLICT (app_seq, chain_id) DO UPDATE SET state_due_at = excluded.state_due_at, moved_to = excluded.moved_to,
             environment = excluded.environment, group_id = excluded.group_id, product_seq = excluded.product_seq,
             store_product_id = excluded.store_product_id, product_name = excluded.product_name,
             product_type = excluded.product_type, next_product_id = excluded.next_product_id,
             user_channel = excluded.user_channel, user_key = excluded.user_key, attribution = excluded.attribution,
             state = excluded.state, order_id = excluded.order_id, started_at = excluded.started_at,
             period_start = excluded.period_start, period_end = excluded.period_end, grace_end = excluded.grace_end,
             auto_renew = excluded.auto_renew, in_retry = excluded.in_retry, is_paused = excluded.is_paused,
             next_price_micros = excluded.next_price_micros, next_currency = excluded.next_currency,
             expiration_reason = excluded.expiration_reason, price_consent = excluded.price_consent,
             offer_type = excluded.offer_type, offer_id = excluded.offer_id, offer_discount = excluded.offer_discount,
             ownership = excluded.ownership, revoked_at = excluded.revoked_at,
             purchase_as_of = excluded.purchase_as_of, renewal_as_of = excluded.renewal_as_of,
             updated_at = excluded.updated_at"
    );
    let one = saved.subscription;
    let (price, offer) = (one.next_price.as_ref(), one.offer.as_ref());
    on!(tx, c => {
        sqlx::query(SQL).bind(project).bind(saved.due_at).bind(saved.moved_to).bind(&one.subscription_id).bind(one.app_seq)
            .bind(one.store).bind(&one.store_app_id).bind(one.environment).bind(&one.chain_id).bind(one.group_id.as_deref())
            .bind(one.product_seq).bind(&one.product_id).bind(&one.product_name).bind(one.product_type)
            .bind(one.next_product_id.as_deref()).bind(&one.user_channel).bind(&one.user_key).bind(one.attribution)
            .bind(one.state).bind(&one.order_id).bind(one.started_at).bind(one.period_start).bind(one.period_end)
            .bind(one.grace_end).bind(one.auto_renew).bind(one.in_retry).bind(one.is_paused).bind(one.expiration_reason)
            .bind(one.price_consent).bind(offer.map(|offer| offer.offer_type))
            .bind(offer.and_then(|offer| offer.offer_id.as_deref()))
            .bind(offer.and_then(|offer| offer.discount_type.as_deref())).bind(one.ownership).bind(one.revoked_at)
            .bind(one.purchase_as_of).bind(one.renewal_as_of).bind(one.created_at).bind(one.updated_at)
            .bind(price.map(|price| price.price_micros)).bind(price.map(|price| price.currency.as_str())).execute(c).await?;
    });
    Ok(())
}

/// Writes where a subscription stands now, and when time alone will change that.
pub async fn set_state(
    tx: &mut Tx,
    project: &ProjectId,
    id: &SubscriptionId,
    state: SubscriptionState,
    due_at: Option<Timestamp>,
) -> Result<()> {
    const SQL: &str =
        "UPDATE subscriptions SET state = $3, state_due_at = $4 WHERE subscription_id = $2 AND project_id || '' = $1";
    on!(tx, c => {
        sqlx::query(SQL).bind(project).bind(id).bind(state).bind(due_at)
            .execute(c).await?;
    });
    Ok(())
}

/// Gives a chain without a sure user, or with the one staff gave it to, to one; false when it has another.
pub async fn set_owner(
    tx: &mut Tx,
    project: &ProjectId,
    id: &SubscriptionId,
    user: (&str, &str),
    attribution: Attribution,
) -> Result<bool> {
    const SQL: &str = "UPDATE subscriptions SET user_channel = $3, user_key = $4, attribution = $5
         WHERE subscription_id = $2 AND project_id || '' = $1 AND attribution IN ('NONE', 'STORE_ACCOUNT', 'STAFF')";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(id).bind(user.0).bind(user.1)
            .bind(attribution).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

pub async fn find(tx: &mut Tx, project: &ProjectId, id: &SubscriptionId) -> Result<Option<Subscription>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM subscriptions WHERE subscription_id = $2 AND project_id || '' = $1");
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(id).fetch_optional(c).await?))
}

pub async fn find_by_chain(tx: &mut Tx, project: &ProjectId, app: AppSeq, chain_id: &str) -> Result<Option<Subscription>> {
    const SQL: &str =
        concat!("SELECT ", columns!(), " FROM subscriptions WHERE app_seq = $2 AND chain_id = $3 AND project_id = $1");
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(app).bind(chain_id).fetch_optional(c).await?)
    })
}

/// The subscriptions of all projects whose state time has changed; at most `limit`. A worker's query.
pub async fn list_due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<(ProjectId, Subscription)>> {
    #[derive(sqlx::FromRow)]
    struct Due {
        project_id: ProjectId,
        #[sqlx(flatten)]
        subscription: Subscription,
    }
    const SQL: &str =
        concat!("SELECT project_id, ", columns!(), " FROM subscriptions WHERE state_due_at <= $1 ORDER BY state_due_at LIMIT $2");
    let rows: Vec<Due> = on!(tx, c => sqlx::query_as(SQL).bind(now).bind(limit).fetch_all(c).await?);
    Ok(rows.into_iter().map(|due| (due.project_id, due.subscription)).collect())
}
