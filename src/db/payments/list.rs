//! Lists of payments: by an index, by key, never by offset.

mod totals;
mod unconsumed;

use super::attention::condition;
use super::columns::{columns, gives_goods, is_of_consumable_type};
use crate::db::filters::{Arg, Filters, bind_all};
use crate::db::{PageRequest, Tx, on};
use crate::error::Result;
use crate::model::{Cursor, Payment, PaymentQuery, PaymentSeq, ProjectId, StoreCode};

pub use totals::{Total, sum};
pub use unconsumed::{Waiting, list_unconsumed};

/// Which column an id of unknown kind was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    PaymentSeq,
    StoreOrderId,
    OriginalOrderId,
    PurchaseToken,
    /// Another number of the purchase: `payment_ids`.
    OtherId,
    UserKey,
}

const APPS_OF_PROJECT: &str = "app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)";

/// Finds out what kind of id a text is, by one index probe each; a user key when it is nothing else.
pub async fn resolve(tx: &mut Tx, project: &ProjectId, id: &str) -> Result<Keys> {
    const SQL: &str = "SELECT CASE
        WHEN EXISTS (SELECT 1 FROM payments WHERE payment_seq = $2 AND project_id || '' = $1) THEN 1
        WHEN EXISTS (SELECT 1 FROM payments WHERE store_order_id = $2
            AND app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)) THEN 2
        WHEN EXISTS (SELECT 1 FROM payments WHERE original_order_id = $2
            AND app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)) THEN 3
        WHEN EXISTS (SELECT 1 FROM payments WHERE purchase_token = $2
            AND app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)) THEN 4
        WHEN EXISTS (SELECT 1 FROM payment_ids WHERE other_id = $2
            AND app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)) THEN 5
        ELSE 6 END";
    let kind: i32 = on!(tx, c => sqlx::query_scalar(SQL).bind(project).bind(id).fetch_one(c).await?);
    Ok(match kind {
        1 => Keys::PaymentSeq,
        2 => Keys::StoreOrderId,
        3 => Keys::OriginalOrderId,
        4 => Keys::PurchaseToken,
        5 => Keys::OtherId,
        _ => Keys::UserKey,
    })
}

/// One page, newest first unless asked otherwise. `id_kind` says what `query.any_id` was resolved to.
pub async fn list(
    tx: &mut Tx,
    project: &ProjectId,
    query: &PaymentQuery,
    id_kind: Option<Keys>,
    page: &PageRequest<PaymentSeq>,
) -> Result<Vec<Payment>> {
    let (sql, filters) = statement(query, id_kind, page);
    // Only our own fragments are in the text; every value is bound.
    on!(tx, c => {
        Ok(bind_all!(sqlx::query_as(sqlx::AssertSqlSafe(sql)), project, filters).fetch_all(c).await?)
    })
}

fn statement(query: &PaymentQuery, id_kind: Option<Keys>, page: &PageRequest<PaymentSeq>) -> (String, Filters) {
    let filters = filters(query, id_kind, page.after.as_ref());
    let order = if query.oldest_first { "ASC" } else { "DESC" };
    let sql = format!(
        "SELECT {} FROM payments WHERE {} = $1{} ORDER BY created_at {order}, payment_seq {order} LIMIT {}",
        columns!(),
        project_column(query, id_kind),
        filters.sql,
        page.rows()
    );
    (sql, filters)
}

/// With a key that few payments have, `|| ''` keeps the planner from walking all payments of the project by time.
fn project_column(query: &PaymentQuery, id_kind: Option<Keys>) -> &'static str {
    let has_rare_key =
        query.store_order_id.is_some() || (query.any_id.is_some() && id_kind.is_some_and(|kind| kind != Keys::UserKey));
    if has_rare_key { "project_id || ''" } else { "project_id" }
}

fn filters(query: &PaymentQuery, id_kind: Option<Keys>, after: Option<&Cursor<PaymentSeq>>) -> Filters {
    let mut all = Filters::new();
    let mut by_order = query.store_order_id.is_some();
    if let (Some(id), Some(kind)) = (&query.any_id, id_kind) {
        let column = match kind {
            Keys::PaymentSeq => "payment_seq =",
            Keys::StoreOrderId => "store_order_id =",
            Keys::OriginalOrderId => "original_order_id =",
            Keys::PurchaseToken => "purchase_token =",
            Keys::UserKey => "user_key =",
            Keys::OtherId => "payment_seq IN (SELECT payment_seq FROM payment_ids WHERE project_id = $1 AND other_id =",
        };
        by_order |= matches!(kind, Keys::StoreOrderId | Keys::OriginalOrderId | Keys::PurchaseToken);
        all.text(column, Some(id.as_str()));
        if kind == Keys::OtherId {
            all.sql.push(')');
        }
    }
    all.text("user_key =", query.user_key.as_deref());
    all.text("store_order_id =", query.store_order_id.as_deref());
    if by_order {
        all.fixed(APPS_OF_PROJECT);
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
    add_goods(&mut all, query);
    all.text("user_channel =", query.user_channel.as_deref());
    all.text("store =", query.store.map(StoreCode::as_str));
    all.text("environment =", query.environment.map(|environment| environment.as_str()));
    if query.unconsumed {
        all.fixed(concat!("status = 'SUCCESS' AND consumed_at IS NULL AND ", gives_goods!()));
    }
    if query.withheld {
        const DUE: &str = concat!("status = 'SUCCESS' AND consumed_at IS NULL AND ", is_of_consumable_type!());
        all.fixed(&[DUE, " AND NOT (", gives_goods!(), ")"].concat());
    }
    if let Some(attention) = query.attention {
        all.fixed(condition(attention));
    }
    if query.without_user {
        all.fixed("user_key = ''");
    }
    all.text("refusal =", query.refusal.map(|refusal| refusal.as_str()));
    all.text("offer_type =", query.offer_type.map(|offer_type| offer_type.as_str()));
    all.text("offer_discount =", query.discount_type.map(|discount_type| discount_type.as_str()));
    all.text("source =", query.source.map(|source| source.as_str()));
    all.number("created_at >=", query.from.map(|from| from.0));
    all.number("created_at <", query.to.map(|to| to.0));
    if let Some(Cursor { at, key }) = after {
        match query.oldest_first {
            true => all.after_oldest("created_at, payment_seq", at.0, Arg::Text(key.0.clone())),
            false => all.after("created_at, payment_seq", at.0, Arg::Text(key.0.clone())),
        }
    }
    all
}

/// What was bought, and for how much.
fn add_goods(all: &mut Filters, query: &PaymentQuery) {
    if let Some(product) = &query.product {
        // `+ 0` for the same reason as `|| ''` in `filters`.
        let column = if query.user_key.is_some() || query.any_id.is_some() { "product_seq + 0" } else { "product_seq" };
        all.text(
            &format!("{column} IN (SELECT product_seq FROM products WHERE project_id = $1 AND (store_product_id ="),
            Some(product.as_str()),
        );
        all.sql.push_str(&format!(" OR LOWER(name) = LOWER(${0})))", all.args.len() + 1));
    }
    all.number("app_seq =", query.app.map(|app| app.0));
    all.number("price_micros >=", query.price_from_micros);
    all.number("price_micros <=", query.price_to_micros);
    all.text("currency =", query.currency.as_deref());
}

#[cfg(test)]
mod tests;
