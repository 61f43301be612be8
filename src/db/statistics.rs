//! Numbers over a project's payments: bounded spans of time, each answered by an index. What the statistics add up in the
//! background, and read beside it, is in the files below.

pub mod payers;
pub mod payments;
pub mod progress;
pub mod rates;
pub mod subscriptions;
pub mod sums;

use super::payments::gives_goods;
use super::{Tx, on};
use crate::error::Result;
use crate::model::{Environment, MoneySum, ProjectId, SetupProgress, Timestamp, UserTotal};

/// The payments of one environment and currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    pub environment: Environment,
    /// None for payments without a price.
    pub currency: Option<String>,
    pub made: i64,
    pub verified: i64,
    pub refused: i64,
    pub refunded: i64,
    /// Standing at SUCCESS.
    pub paid: i64,
    /// What was paid and not given back.
    pub revenue_micros: i128,
}

type SumRow = (Environment, Option<String>, i64, i64, i64, i64, i64, i64, i64);

/// A sum of prices comes in two parts, billionths and what is left of each: neither can grow beyond a BIGINT, which SQLite
/// makes an error and PostgreSQL a type of its own, and the whole is exact.
const PART: i128 = 1_000_000_000;

pub(super) const fn whole(parts: i64, rest: i64) -> i128 {
    parts as i128 * PART + rest as i128
}

/// What the store gave back of a payment: an amount, or all of its price.
macro_rules! given_back {
    () => {
        "(CASE status WHEN 'REFUND' THEN COALESCE(refunded_micros, price_micros, 0) WHEN 'SUCCESS' THEN COALESCE(refunded_micros, 0)
             ELSE 0 END)"
    };
}

/// What is left of a payment's price.
macro_rules! kept {
    () => {
        concat!(
            "(CASE WHEN status IN ('SUCCESS', 'REFUND') THEN COALESCE(price_micros, 0) ELSE 0 END - ",
            $crate::db::statistics::given_back!(),
            ")"
        )
    };
}

macro_rules! sum_of {
    ($money:expr) => {
        concat!("CAST(SUM(", $money, " / 1000000000) AS BIGINT), CAST(SUM(", $money, " % 1000000000) AS BIGINT)")
    };
}

pub(super) use {given_back, kept, sum_of};

/// Adds up the payments made at or after `from` and before `to`.
pub async fn sum_by_status(tx: &mut Tx, project: &ProjectId, from: Timestamp, to: Timestamp) -> Result<Vec<Sum>> {
    const SQL: &str = concat!(
        "SELECT environment, currency,
             CAST(COUNT(*) AS BIGINT),
             CAST(SUM(CASE WHEN verified_at IS NULL THEN 0 ELSE 1 END) AS BIGINT),
             CAST(SUM(CASE WHEN status = 'FAILURE' THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN status = 'REFUND' THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN status = 'SUCCESS' THEN 1 ELSE 0 END) AS BIGINT), ",
        sum_of!(kept!()),
        " FROM payments WHERE project_id = $1 AND created_at >= $2 AND created_at < $3
         GROUP BY environment, currency ORDER BY environment, COALESCE(currency, '')"
    );
    let rows: Vec<SumRow> = on!(tx, c => sqlx::query_as(SQL).bind(project).bind(from).bind(to).fetch_all(c).await?);
    let read = |(environment, currency, made, verified, refused, refunded, paid, parts, rest): SumRow| Sum {
        environment,
        currency,
        made,
        verified,
        refused,
        refunded,
        paid,
        revenue_micros: whole(parts, rest),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Adds up all payments of one user.
pub async fn sum_of_user(tx: &mut Tx, project: &ProjectId, user_channel: &str, user_key: &str) -> Result<Vec<UserTotal>> {
    const SQL: &str = concat!(
        "SELECT environment, currency,
             CAST(SUM(CASE WHEN status = 'SUCCESS' THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN status = 'REFUND' AND ownership = 'PURCHASED' THEN 1 ELSE 0 END) AS BIGINT), ",
        sum_of!(kept!()),
        ", ",
        sum_of!(given_back!()),
        " FROM payments WHERE project_id = $1 AND user_key = $2 AND user_channel = $3 AND status IN ('SUCCESS', 'REFUND')
         GROUP BY environment, currency ORDER BY environment, COALESCE(currency, '')"
    );
    type Row = (Environment, Option<String>, i64, i64, i64, i64, i64, i64);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(SQL).bind(project).bind(user_key).bind(user_channel).fetch_all(c).await?);
    let read = |(environment, currency, paid, refunded, paid_parts, paid_rest, refunded_parts, refunded_rest): Row| {
        let money = |parts, rest| currency.clone().map(|currency| MoneySum { micros: whole(parts, rest), currency });
        let (paid_sum, refunded_sum) = (money(paid_parts, paid_rest), money(refunded_parts, refunded_rest));
        UserTotal { environment, paid, paid_sum, refunded, refunded_sum }
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Payments verified before `before` that are still not consumed, by environment; at most `limit` are looked at.
pub async fn count_waiting(tx: &mut Tx, project: &ProjectId, before: Timestamp, limit: i64) -> Result<Vec<(Environment, i64)>> {
    // By user, so that SQLite reads `payments_unconsumed`, and not all that was ever paid.
    const SQL: &str = concat!(
        "SELECT environment, CAST(COUNT(*) AS BIGINT) FROM (
             SELECT environment FROM payments WHERE project_id = $1 AND status = 'SUCCESS' AND consumed_at IS NULL
                 AND ",
        gives_goods!(),
        " AND verified_at < $2 AND user_key >= '' ORDER BY user_key, payment_seq LIMIT $3) AS waiting
         GROUP BY environment"
    );
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(before).bind(limit).fetch_all(c).await?))
}

/// Which steps of the set-up are done.
pub async fn find_progress(tx: &mut Tx, project: &ProjectId) -> Result<SetupProgress> {
    const SQL: &str = "SELECT
         CASE WHEN EXISTS (SELECT 1 FROM apps WHERE project_id = $1) THEN 1 ELSE 0 END,
         CASE WHEN EXISTS (SELECT 1 FROM products WHERE project_id = $1) THEN 1 ELSE 0 END,
         CASE WHEN EXISTS (SELECT 1 FROM secret_keys WHERE project_id = $1 AND revoked_at IS NULL) THEN 1 ELSE 0 END,
         CASE WHEN EXISTS (SELECT 1 FROM payments WHERE project_id = $1 AND status = 'SUCCESS') THEN 1 ELSE 0 END,
         CASE WHEN EXISTS (SELECT 1 FROM payments WHERE project_id = $1 AND status = 'SUCCESS'
             AND consumed_at IS NOT NULL) THEN 1 ELSE 0 END,
         CASE WHEN EXISTS (SELECT 1 FROM app_health WHERE project_id = $1 AND status = 'OK') THEN 1 ELSE 0 END";
    let row: (i32, i32, i32, i32, i32, i32) = on!(tx, c => sqlx::query_as(SQL).bind(project).fetch_one(c).await?);
    Ok(SetupProgress {
        has_app: row.0 == 1,
        has_product: row.1 == 1,
        has_secret_key: row.2 == 1,
        has_verified: row.3 == 1,
        has_consumed: row.4 == 1,
        has_connection: row.5 == 1,
    })
}
