//! A project's subscriptions by filters, newest first.

use crate::db::filters::{Arg, Filters, bind_all};
use crate::db::{PageRequest, Tx, on};
use crate::error::Result;
use crate::model::{
    Cursor, Environment, ProjectId, StoreCode, Subscription, SubscriptionId, SubscriptionQuery, SubscriptionState,
};

/// One page, newest first.
pub async fn list(
    tx: &mut Tx,
    project: &ProjectId,
    query: &SubscriptionQuery,
    page: &PageRequest<SubscriptionId>,
) -> Result<Vec<Subscription>> {
    let kind = match &query.any_id {
        Some(id) => Some(resolve(tx, project, id).await?),
        None => None,
    };
    let filters = filters(query, kind, page.after.as_ref());
    let sql = format!(
        "SELECT {} FROM subscriptions WHERE project_id = $1{} ORDER BY started_at DESC, subscription_id DESC LIMIT {}",
        columns!(),
        filters.sql,
        page.rows()
    );
    on!(tx, c => {
        Ok(bind_all!(sqlx::query_as(sqlx::AssertSqlSafe(sql)), project, filters).fetch_all(c).await?)
    })
}

/// What an id of unknown kind is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Keys {
    Id,
    /// One of the store's ids: of the chain, which is given, or of one of its periods.
    Chain(String),
    User,
}

async fn resolve(tx: &mut Tx, project: &ProjectId, id: &str) -> Result<Keys> {
    const IS_ID: &str = "SELECT 1 FROM subscriptions WHERE subscription_id = $2 AND project_id || '' = $1";
    const CHAIN: &str = "SELECT chain_id FROM (
            SELECT COALESCE(moved_to, chain_id) AS chain_id FROM subscriptions WHERE chain_id = $2
                AND app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)
            UNION ALL SELECT original_order_id FROM payments WHERE store_order_id = $2
                AND app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)
            UNION ALL SELECT p.original_order_id FROM payment_ids i JOIN payments p ON p.payment_seq = i.payment_seq
                WHERE i.other_id = $2 AND i.app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)
        ) AS found LIMIT 1";
    let is_id: Option<i32> = on!(tx, c => sqlx::query_scalar(IS_ID).bind(project).bind(id).fetch_optional(c).await?);
    if is_id.is_some() {
        return Ok(Keys::Id);
    }
    let chain: Option<Option<String>> = on!(tx, c => sqlx::query_scalar(CHAIN).bind(project).bind(id).fetch_optional(c).await?);
    Ok(chain.flatten().map_or(Keys::User, Keys::Chain))
}

fn filters(query: &SubscriptionQuery, kind: Option<Keys>, after: Option<&Cursor<SubscriptionId>>) -> Filters {
    let mut all = Filters::new();
    match (&kind, query.any_id.as_deref()) {
        (Some(Keys::Id), id) => all.text("subscription_id =", id),
        (Some(Keys::Chain(chain_id)), _) => {
            all.text("chain_id =", Some(chain_id.as_str()));
            all.fixed("app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)");
        }
        (Some(Keys::User), id) => all.text("user_key =", id),
        (None, _) => {}
    }
    all.text("user_key =", query.user_key.as_deref());
    all.text("user_channel =", query.user_channel.as_deref());
    // With a user or an order at hand, `|| ''` keeps the planner from walking all subscriptions of a state.
    let has_key = query.user_key.is_some() || query.any_id.is_some();
    all.text(if has_key { "state || '' =" } else { "state =" }, query.state.map(SubscriptionState::as_str));
    all.text(if has_key { "store_product_id || '' =" } else { "store_product_id =" }, query.product_id.as_deref());
    all.text("store =", query.store.map(StoreCode::as_str));
    all.text("environment =", query.environment.map(Environment::as_str));
    if query.without_user {
        all.fixed("user_key = ''");
    }
    all.number("started_at >=", query.from.map(|from| from.0));
    all.number("started_at <", query.to.map(|to| to.0));
    if let Some(Cursor { at, key }) = after {
        all.after("started_at, subscription_id", at.0, Arg::Text(key.0.clone()));
    }
    all
}
