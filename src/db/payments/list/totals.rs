//! What a list's payments add up to.

use super::{Keys, filters, project_column};
use crate::db::filters::bind_all;
use crate::db::statistics::{kept, sum_of, whole};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{Environment, MoneySum, PaymentQuery, ProjectId};

/// The payments of one environment and currency that a list has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    pub environment: Environment,
    pub payments: i64,
    /// What was paid and not given back; none for payments without a price.
    pub kept: Option<MoneySum>,
}

/// Adds up the payments a query finds, whatever its page; at most `limit` of those found are added up.
pub async fn sum(
    tx: &mut Tx,
    project: &ProjectId,
    query: &PaymentQuery,
    id_kind: Option<Keys>,
    limit: i64,
) -> Result<Vec<Total>> {
    let filters = filters(query, id_kind, None);
    let sql = format!(
        "SELECT environment, currency, CAST(COUNT(*) AS BIGINT), {} FROM (
             SELECT environment, currency, status, price_micros, refunded_micros FROM payments
             WHERE {} = $1{} LIMIT {limit}) AS found
         GROUP BY environment, currency ORDER BY environment, COALESCE(currency, '')",
        sum_of!(kept!()),
        project_column(query, id_kind),
        filters.sql,
    );
    type Row = (Environment, Option<String>, i64, i64, i64);
    // Only our own fragments are in the text; every value is bound.
    let rows: Vec<Row> = on!(tx, c => bind_all!(sqlx::query_as(sqlx::AssertSqlSafe(sql)), project, filters).fetch_all(c).await?);
    let read = |(environment, currency, payments, parts, rest): Row| {
        let kept = currency.map(|currency| MoneySum { micros: whole(parts, rest), currency });
        Total { environment, payments, kept }
    };
    Ok(rows.into_iter().map(read).collect())
}
