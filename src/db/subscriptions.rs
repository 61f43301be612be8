//! Subscriptions: one row per store chain, derived from the chain's facts. `project_id || ''` is as in `payments`.

use super::filters::{Arg, Filters, bind_all};
use super::{Tx, on};
use crate::error::{Error, Result};
use crate::model::{
    AppSeq, Attribution, Environment, ExpirationReason, Money, Offer, Ownership, PriceConsent, Product, ProductSeq, ProjectId,
    StoreCode, Subscription, SubscriptionId, SubscriptionQuery, SubscriptionState, Timestamp,
};

macro_rules! columns {
    () => {
        "subscription_id, app_seq, store, store_app_id, environment, chain_id, group_id, product_seq, store_product_id, \
         product_name, product_type, next_product_id, user_channel, user_key, attribution, state, order_id, started_at, \
         period_start, period_end, grace_end, auto_renew, in_retry, is_paused, next_price_micros, next_currency, \
         expiration_reason, price_consent, offer_type, offer_id, offer_discount, ownership, revoked_at, purchase_signed_at, \
         renewal_signed_at, created_at, updated_at"
    };
}

mod of_user;

pub use of_user::{OfUser, States, list_of_user};

#[derive(sqlx::FromRow)]
struct Row {
    subscription_id: String,
    app_seq: i64,
    store: String,
    store_app_id: String,
    environment: String,
    chain_id: String,
    group_id: Option<String>,
    product_seq: i64,
    store_product_id: String,
    product_name: String,
    product_type: String,
    next_product_id: Option<String>,
    user_channel: String,
    user_key: String,
    attribution: String,
    state: String,
    order_id: String,
    started_at: i64,
    period_start: i64,
    period_end: i64,
    grace_end: Option<i64>,
    auto_renew: bool,
    in_retry: bool,
    is_paused: bool,
    next_price_micros: Option<i64>,
    next_currency: Option<String>,
    expiration_reason: Option<String>,
    price_consent: Option<String>,
    offer_type: Option<String>,
    offer_id: Option<String>,
    offer_discount: Option<String>,
    ownership: String,
    revoked_at: Option<i64>,
    purchase_signed_at: i64,
    renewal_signed_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

fn parse_enum<T: std::str::FromStr<Err = crate::model::UnknownVariant>>(text: &str) -> Result<T> {
    text.parse().map_err(|error| Error::internal(format!("a stored subscription has an {error}")))
}

impl TryFrom<Row> for Subscription {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let optional = |text: &Option<String>| text.as_deref().map(parse_enum).transpose();
        let offer_type = row.offer_type.as_deref().map(parse_enum).transpose()?;
        let offer = offer_type.map(|offer_type| Offer { offer_type, offer_id: row.offer_id, discount_type: row.offer_discount });
        let next_price = row.next_price_micros.zip(row.next_currency);
        Ok(Self {
            subscription_id: SubscriptionId(row.subscription_id),
            app_seq: AppSeq(row.app_seq),
            store: parse_enum(&row.store)?,
            store_app_id: row.store_app_id,
            environment: parse_enum(&row.environment)?,
            chain_id: row.chain_id,
            group_id: row.group_id,
            product_seq: ProductSeq(row.product_seq),
            product_id: row.store_product_id,
            product_name: row.product_name,
            product_type: parse_enum(&row.product_type)?,
            next_product_id: row.next_product_id,
            user_channel: row.user_channel,
            user_key: row.user_key,
            attribution: parse_enum(&row.attribution)?,
            state: parse_enum(&row.state)?,
            order_id: row.order_id,
            started_at: Timestamp(row.started_at),
            period_start: Timestamp(row.period_start),
            period_end: Timestamp(row.period_end),
            grace_end: row.grace_end.map(Timestamp),
            auto_renew: row.auto_renew,
            in_retry: row.in_retry,
            is_paused: row.is_paused,
            next_price: next_price.map(|(price_micros, currency)| Money { price_micros, currency }),
            expiration_reason: optional(&row.expiration_reason)?,
            price_consent: row.price_consent.as_deref().map(parse_enum).transpose()?,
            offer,
            ownership: parse_enum(&row.ownership)?,
            revoked_at: row.revoked_at.map(Timestamp),
            purchase_signed_at: Timestamp(row.purchase_signed_at),
            renewal_signed_at: row.renewal_signed_at.map(Timestamp),
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
        })
    }
}

/// A chain that may be new to us; everything else of its row is derived.
pub struct NewChain<'a> {
    pub id: &'a SubscriptionId,
    pub project: &'a ProjectId,
    pub app: AppSeq,
    pub store: StoreCode,
    pub store_app_id: &'a str,
    pub environment: Environment,
    pub chain_id: &'a str,
    pub order_id: &'a str,
    pub product: &'a Product,
    pub started_at: Timestamp,
    pub at: Timestamp,
}

/// Makes a chain known, and holds it: until the write ends, nobody else derives it. Gives the row as it was.
pub async fn hold(tx: &mut Tx, new: &NewChain<'_>) -> Result<Subscription> {
    const SQL: &str = concat!(
        "INSERT INTO subscriptions (subscription_id, project_id, app_seq, store, store_app_id, environment, chain_id,
             product_seq, store_product_id, product_name, product_type, user_channel, user_key, attribution, state, order_id,
             started_at, period_start, period_end, auto_renew, in_retry, is_paused, ownership, purchase_signed_at,
             created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', 'NONE', 'EXPIRED', $12, $13, $13, $13, FALSE, FALSE,
             FALSE, 'PURCHASED', 0, $14, $14)
         ON CONFLICT (app_seq, chain_id) DO UPDATE SET app_seq = excluded.app_seq RETURNING ",
        columns!()
    );
    let row: Row = on!(tx, c => {
        sqlx::query_as(SQL).bind(new.id.as_str()).bind(new.project.as_str()).bind(new.app.0).bind(new.store.as_str())
            .bind(new.store_app_id).bind(new.environment.as_str()).bind(new.chain_id).bind(new.product.product_seq.0)
            .bind(&new.product.store_product_id).bind(&new.product.name).bind(new.product.product_type.as_str())
            .bind(new.order_id).bind(new.started_at.0).bind(new.at.0).fetch_one(c).await?
    });
    row.try_into()
}

/// What is derived of a chain.
pub struct Derived<'a> {
    pub product: &'a Product,
    pub environment: Environment,
    pub group_id: Option<&'a str>,
    pub next_product_id: Option<&'a str>,
    pub order_id: &'a str,
    pub started_at: Timestamp,
    pub period_start: Timestamp,
    pub period_end: Timestamp,
    pub grace_end: Option<Timestamp>,
    pub auto_renew: bool,
    pub in_retry: bool,
    pub is_paused: bool,
    pub next_price: Option<&'a Money>,
    pub expiration_reason: Option<ExpirationReason>,
    pub price_consent: Option<PriceConsent>,
    pub offer: Option<&'a Offer>,
    pub ownership: Ownership,
    pub revoked_at: Option<Timestamp>,
    pub purchase_signed_at: Timestamp,
    pub renewal_signed_at: Option<Timestamp>,
}

/// Writes what was derived, without the state.
pub async fn update_derived(
    tx: &mut Tx,
    project: &ProjectId,
    id: &SubscriptionId,
    derived: &Derived<'_>,
    at: Timestamp,
) -> Result<()> {
    const SQL: &str = "UPDATE subscriptions SET product_seq = $3, store_product_id = $4, product_name = $5, product_type = $6,
             environment = $7, group_id = $8, next_product_id = $9, order_id = $10, started_at = $11, period_start = $12,
             period_end = $13, grace_end = $14, auto_renew = $15, in_retry = $16, is_paused = $17, next_price_micros = $18,
             next_currency = $19, expiration_reason = $20, price_consent = $21, offer_type = $22, offer_id = $23,
             offer_discount = $24, ownership = $25, revoked_at = $26, purchase_signed_at = $27, renewal_signed_at = $28,
             updated_at = $29
         WHERE subscription_id = $2 AND project_id || '' = $1";
    let product = derived.product;
    on!(tx, c => {
        sqlx::query(SQL).bind(project.as_str()).bind(id.as_str()).bind(product.product_seq.0)
            .bind(&product.store_product_id).bind(&product.name).bind(product.product_type.as_str())
            .bind(derived.environment.as_str()).bind(derived.group_id).bind(derived.next_product_id).bind(derived.order_id)
            .bind(derived.started_at.0).bind(derived.period_start.0).bind(derived.period_end.0)
            .bind(derived.grace_end.map(|at| at.0)).bind(derived.auto_renew).bind(derived.in_retry).bind(derived.is_paused)
            .bind(derived.next_price.map(|price| price.price_micros))
            .bind(derived.next_price.map(|price| price.currency.as_str()))
            .bind(derived.expiration_reason.map(|reason| reason.as_str()))
            .bind(derived.price_consent.map(|consent| consent.as_str()))
            .bind(derived.offer.map(|offer| offer.offer_type.as_str()))
            .bind(derived.offer.and_then(|offer| offer.offer_id.as_deref()))
            .bind(derived.offer.and_then(|offer| offer.discount_type.as_deref()))
            .bind(derived.ownership.as_str()).bind(derived.revoked_at.map(|at| at.0)).bind(derived.purchase_signed_at.0)
            .bind(derived.renewal_signed_at.map(|at| at.0)).bind(at.0).execute(c).await?;
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
        sqlx::query(SQL).bind(project.as_str()).bind(id.as_str()).bind(state.as_str()).bind(due_at.map(|at| at.0))
            .execute(c).await?;
    });
    Ok(())
}

/// Gives a chain without a sure user to one; false when it has one.
pub async fn set_owner(
    tx: &mut Tx,
    project: &ProjectId,
    id: &SubscriptionId,
    user: (&str, &str),
    attribution: Attribution,
) -> Result<bool> {
    const SQL: &str = "UPDATE subscriptions SET user_channel = $3, user_key = $4, attribution = $5
         WHERE subscription_id = $2 AND project_id || '' = $1 AND attribution IN ('NONE', 'STORE_ACCOUNT')";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project.as_str()).bind(id.as_str()).bind(user.0).bind(user.1)
            .bind(attribution.as_str()).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

pub async fn find(tx: &mut Tx, project: &ProjectId, id: &SubscriptionId) -> Result<Option<Subscription>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM subscriptions WHERE subscription_id = $2 AND project_id || '' = $1");
    let row: Option<Row> = on!(tx, c => sqlx::query_as(SQL).bind(project.as_str()).bind(id.as_str()).fetch_optional(c).await?);
    row.map(Subscription::try_from).transpose()
}

pub async fn find_by_chain(tx: &mut Tx, project: &ProjectId, app: AppSeq, chain_id: &str) -> Result<Option<Subscription>> {
    const SQL: &str =
        concat!("SELECT ", columns!(), " FROM subscriptions WHERE app_seq = $2 AND chain_id = $3 AND project_id = $1");
    let row: Option<Row> = on!(tx, c => {
        sqlx::query_as(SQL).bind(project.as_str()).bind(app.0).bind(chain_id).fetch_optional(c).await?
    });
    row.map(Subscription::try_from).transpose()
}

/// The subscriptions of all projects whose state time has changed; at most `limit`. A worker's query.
pub async fn list_due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<(ProjectId, Subscription)>> {
    #[derive(sqlx::FromRow)]
    struct Due {
        project_id: String,
        #[sqlx(flatten)]
        row: Row,
    }
    const SQL: &str =
        concat!("SELECT project_id, ", columns!(), " FROM subscriptions WHERE state_due_at <= $1 ORDER BY state_due_at LIMIT $2");
    let rows: Vec<Due> = on!(tx, c => sqlx::query_as(SQL).bind(now.0).bind(limit).fetch_all(c).await?);
    rows.into_iter().map(|due| Ok((ProjectId(due.project_id), due.row.try_into()?))).collect()
}

/// Where a page starts: after this subscription, newest first.
pub type After = Option<(Timestamp, SubscriptionId)>;

const OF_ORDER: &str = "(app_seq, chain_id) IN (SELECT app_seq, chain_id FROM store_facts WHERE kind = 'PURCHASE'
    AND app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1) AND fact_id =";

/// One page, newest first.
pub async fn list(
    tx: &mut Tx,
    project: &ProjectId,
    query: &SubscriptionQuery,
    after: After,
    limit: u32,
) -> Result<Vec<Subscription>> {
    let kind = match &query.any_id {
        Some(id) => Some(resolve(tx, project, id).await?),
        None => None,
    };
    let filters = filters(query, kind, after);
    let sql = format!(
        "SELECT {} FROM subscriptions WHERE project_id = $1{} ORDER BY started_at DESC, subscription_id DESC LIMIT {limit}",
        columns!(),
        filters.sql
    );
    let rows: Vec<Row> = on!(tx, c => {
        bind_all!(sqlx::query_as(sqlx::AssertSqlSafe(sql)), project, filters).fetch_all(c).await?
    });
    rows.into_iter().map(Subscription::try_from).collect()
}

/// Which column an id of unknown kind was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keys {
    Id,
    Order,
    User,
}

async fn resolve(tx: &mut Tx, project: &ProjectId, id: &str) -> Result<Keys> {
    const SQL: &str = "SELECT CASE
        WHEN EXISTS (SELECT 1 FROM subscriptions WHERE subscription_id = $2 AND project_id || '' = $1) THEN 1
        WHEN EXISTS (SELECT 1 FROM store_facts WHERE kind = 'PURCHASE' AND fact_id = $2
            AND app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)) THEN 2
        ELSE 3 END";
    let kind: i32 = on!(tx, c => sqlx::query_scalar(SQL).bind(project.as_str()).bind(id).fetch_one(c).await?);
    Ok(match kind {
        1 => Keys::Id,
        2 => Keys::Order,
        _ => Keys::User,
    })
}

fn filters(query: &SubscriptionQuery, kind: Option<Keys>, after: After) -> Filters {
    let mut all = Filters::new();
    match (kind, query.any_id.as_deref()) {
        (Some(Keys::Id), id) => all.text("subscription_id =", id),
        (Some(Keys::Order), id) => {
            all.text(OF_ORDER, id);
            all.sql.push(')');
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
    if let Some((at, id)) = after {
        all.after("started_at, subscription_id", at.0, Arg::Text(id.0));
    }
    all
}
