//! Lists of payments: by an index, by key, never by offset.

use super::row::{Row, columns};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{Payment, PaymentQuery, PaymentSeq, ProjectId, StoreCode, Timestamp};

/// Where a page starts: after this payment, newest first.
pub type After = Option<(Timestamp, PaymentSeq)>;

/// Which column an id of unknown kind was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    PaymentSeq,
    StoreOrderId,
    OriginalOrderId,
    PurchaseToken,
    UserKey,
}

const APPS_OF_PROJECT: &str = "app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)";

/// Finds out what kind of id a text is, by one index probe each; a user key when it is nothing else.
pub async fn resolve(tx: &mut Tx, project: &ProjectId, id: &str) -> Result<Keys> {
    const SQL: &str = "SELECT CASE
        WHEN EXISTS (SELECT 1 FROM payments WHERE payment_seq = $2 AND project_id = $1) THEN 1
        WHEN EXISTS (SELECT 1 FROM payments WHERE store_order_id = $2
            AND app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)) THEN 2
        WHEN EXISTS (SELECT 1 FROM payments WHERE original_order_id = $2
            AND app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)) THEN 3
        WHEN EXISTS (SELECT 1 FROM payments WHERE purchase_token = $2
            AND app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)) THEN 4
        ELSE 5 END";
    let kind: i32 = on!(tx, c => sqlx::query_scalar(SQL).bind(project.as_str()).bind(id).fetch_one(c).await?);
    Ok(match kind {
        1 => Keys::PaymentSeq,
        2 => Keys::StoreOrderId,
        3 => Keys::OriginalOrderId,
        4 => Keys::PurchaseToken,
        _ => Keys::UserKey,
    })
}

enum Arg {
    Text(String),
    Number(i64),
}

/// Conditions and their arguments; `$1` is the project.
struct Conditions {
    sql: String,
    args: Vec<Arg>,
}

impl Conditions {
    fn add(&mut self, before: &str, arg: Arg) {
        self.args.push(arg);
        self.sql.push_str(&format!(" AND {before} ${}", self.args.len() + 1));
    }

    fn text(&mut self, before: &str, value: Option<impl Into<String>>) {
        if let Some(value) = value {
            self.add(before, Arg::Text(value.into()));
        }
    }
}

/// One page, newest first. `id_kind` says what `query.any_id` was resolved to.
pub async fn list(
    tx: &mut Tx,
    project: &ProjectId,
    query: &PaymentQuery,
    id_kind: Option<Keys>,
    after: After,
    limit: u32,
) -> Result<Vec<Payment>> {
    let conditions = conditions(query, id_kind, after);
    let sql = format!(
        "SELECT {} FROM payments WHERE project_id = $1{} ORDER BY created_at DESC, payment_seq DESC LIMIT {limit}",
        columns!(),
        conditions.sql
    );
    // Only our own fragments are in the text; every value is bound.
    let rows: Vec<Row> = on!(tx, c => {
        let mut rows = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(project.as_str());
        for arg in &conditions.args {
            rows = match arg {
                Arg::Text(text) => rows.bind(text),
                Arg::Number(number) => rows.bind(number),
            };
        }
        rows.fetch_all(c).await?
    });
    rows.into_iter().map(Payment::try_from).collect()
}

fn conditions(query: &PaymentQuery, id_kind: Option<Keys>, after: After) -> Conditions {
    let mut all = Conditions { sql: String::new(), args: Vec::new() };
    let mut by_order = query.store_order_id.is_some();
    if let (Some(id), Some(kind)) = (&query.any_id, id_kind) {
        let column = match kind {
            Keys::PaymentSeq => "payment_seq =",
            Keys::StoreOrderId => "store_order_id =",
            Keys::OriginalOrderId => "original_order_id =",
            Keys::PurchaseToken => "purchase_token =",
            Keys::UserKey => "user_key =",
        };
        by_order |= matches!(kind, Keys::StoreOrderId | Keys::OriginalOrderId | Keys::PurchaseToken);
        all.text(column, Some(id.as_str()));
    }
    all.text("user_key =", query.user_key.as_deref());
    all.text("store_order_id =", query.store_order_id.as_deref());
    if by_order {
        all.sql.push_str(&format!(" AND {APPS_OF_PROJECT}"));
    }
    // With a user or an order at hand, `|| ''` keeps the planner from walking all payments of a status or product.
    let has_key = query.user_key.is_some() || query.any_id.is_some() || by_order;
    let (status, product) =
        if has_key { ("status || '' =", "store_product_id || '' =") } else { ("status =", "store_product_id =") };
    all.text(status, query.status.map(|status| status.as_str()));
    if query.product_id.is_some() && !has_key {
        all.text(
            "product_seq IN (SELECT product_seq FROM products WHERE project_id = $1 AND store_product_id =",
            query.product_id.as_deref(),
        );
        all.sql.push(')');
    } else {
        all.text(product, query.product_id.as_deref());
    }
    all.text("user_channel =", query.user_channel.as_deref());
    all.text("store =", query.store.map(StoreCode::as_str));
    all.text("environment =", query.environment.map(|environment| environment.as_str()));
    if query.unconsumed {
        all.sql.push_str(" AND status = 'SUCCESS' AND consumed_at IS NULL AND product_type <> 'AUTO_SUBSCRIPTION'");
    }
    if let Some(from) = query.from {
        all.add("created_at >=", Arg::Number(from.0));
    }
    if let Some(to) = query.to {
        all.add("created_at <", Arg::Number(to.0));
    }
    if let Some((at, seq)) = after {
        all.add("(created_at, payment_seq) < (", Arg::Number(at.0));
        all.args.push(Arg::Text(seq.0));
        all.sql.push_str(&format!(", ${})", all.args.len() + 1));
    }
    all
}

/// What waits to be consumed for a user, oldest first; at most `limit`.
pub async fn list_unconsumed(
    tx: &mut Tx,
    project: &ProjectId,
    user_channel: &str,
    user_key: &str,
    after: Option<&PaymentSeq>,
    limit: u32,
) -> Result<Vec<Payment>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM payments WHERE project_id = $1 AND user_key = $2 AND user_channel = $3 AND payment_seq > $4
           AND status = 'SUCCESS' AND consumed_at IS NULL AND product_type <> 'AUTO_SUBSCRIPTION'
         ORDER BY payment_seq LIMIT $5"
    );
    let after = after.map_or("", PaymentSeq::as_str);
    let rows: Vec<Row> = on!(tx, c => {
        sqlx::query_as(SQL).bind(project.as_str()).bind(user_key).bind(user_channel).bind(after).bind(i64::from(limit))
            .fetch_all(c).await?
    });
    rows.into_iter().map(Payment::try_from).collect()
}

/// The newest paid or refunded period of each of a user's subscriptions; at most `limit`.
pub async fn latest_of_subscriptions(
    tx: &mut Tx,
    project: &ProjectId,
    user_channel: &str,
    user_key: &str,
    limit: u32,
) -> Result<Vec<Payment>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM payments p WHERE project_id = $1 AND user_key = $2 AND user_channel = $3
           AND product_type <> 'CONSUMABLE' AND status IN ('SUCCESS', 'REFUND') AND original_order_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM payments q WHERE q.app_seq = p.app_seq
               AND q.original_order_id = p.original_order_id AND q.status IN ('SUCCESS', 'REFUND')
               AND (q.purchased_at > p.purchased_at OR (q.purchased_at = p.purchased_at AND q.payment_seq > p.payment_seq)))
         ORDER BY created_at DESC, payment_seq DESC LIMIT $4"
    );
    let rows: Vec<Row> = on!(tx, c => {
        sqlx::query_as(SQL).bind(project.as_str()).bind(user_key).bind(user_channel).bind(i64::from(limit)).fetch_all(c).await?
    });
    rows.into_iter().map(Payment::try_from).collect()
}
