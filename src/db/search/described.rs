//! Payments by what people say of them: when, what, how much.

use crate::db::filters::{Arg, Filters, bind_all};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{PaymentSeq, ProductSeq, ProjectId, Timestamp};

/// What payments must be like; what is none does not matter.
#[derive(Debug, Clone, Copy, Default)]
pub struct Described<'a> {
    /// Made at or after, and before.
    pub made: Option<(Timestamp, Timestamp)>,
    /// One of these prices, in millionths of whichever currency.
    pub micros: &'a [i64],
    pub product: Option<ProductSeq>,
    /// Channel and key.
    pub user: Option<(&'a str, &'a str)>,
}

const SHORT_MILLIS: i64 = 10 * Timestamp::DAY;

/// The newest payments of one of the prices, among the newest `scanned` of the time, the product and the user. Without product and
/// user the index of payments by time answers it alone.
pub async fn list_described(
    tx: &mut Tx,
    project: &ProjectId,
    like: Described<'_>,
    scanned: u32,
    limit: u32,
) -> Result<Vec<PaymentSeq>> {
    let mut all = Filters::new();
    all.number("product_seq =", like.product.map(|product| product.0));
    all.text("user_key =", like.user.map(|(_, key)| key));
    all.text("user_channel =", like.user.map(|(channel, _)| channel));
    all.number("created_at >=", like.made.map(|(from, _)| from.0));
    all.number("created_at <", like.made.map(|(_, to)| to.0));
    let mut inner = std::mem::take(&mut all.sql);
    let mut places = Vec::with_capacity(like.micros.len());
    for micros in like.micros {
        all.args.push(Arg::Number(*micros));
        places.push(format!("${}", all.args.len() + 1));
    }
    let mut of_price = if places.is_empty() { String::new() } else { format!("price_micros IN ({})", places.join(", ")) };
    // Of some days the index passes over other prices by itself, faster than it gives them.
    let is_short = like.made.is_some_and(|(from, to)| to.0 - from.0 <= SHORT_MILLIS);
    if is_short && !of_price.is_empty() && like.product.is_none() && like.user.is_none() {
        inner.push_str(&format!(" AND {of_price}"));
        of_price.clear();
    }
    let of_price = if of_price.is_empty() { of_price } else { format!("WHERE {of_price}") };
    let sql = format!(
        "SELECT payment_seq FROM (
             SELECT payment_seq, created_at, price_micros FROM payments
             WHERE project_id = $1{inner} ORDER BY created_at DESC, payment_seq DESC LIMIT {scanned}) AS newest
         {of_price} ORDER BY created_at DESC, payment_seq DESC LIMIT {limit}"
    );
    // Only our own fragments are in the text; every value is bound.
    on!(tx, c => Ok(bind_all!(sqlx::query_scalar(sqlx::AssertSqlSafe(sql)), project, all).fetch_all(c).await?))
}
