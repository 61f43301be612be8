//! One payment by a key of its own.

use super::columns::columns;
use super::corrected::find_by_other_id;
use crate::db::store_snapshots::AppScope;
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{AppSeq, Payment, PaymentSeq, ProjectId};

/// A payment of the project.
pub async fn find(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq) -> Result<Option<Payment>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM payments WHERE payment_seq = $2 AND project_id || '' = $1");
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(seq).fetch_optional(c).await?))
}

/// The one payment a store's purchase was granted to, by any of its numbers.
pub async fn find_by_order(tx: &mut Tx, project: &ProjectId, app: AppSeq, order_id: &str) -> Result<Option<Payment>> {
    const SQL: &str =
        concat!("SELECT ", columns!(), " FROM payments WHERE project_id = $1 AND app_seq = $2 AND store_order_id = $3");
    let found: Option<Payment> =
        on!(tx, c => sqlx::query_as(SQL).bind(project).bind(app).bind(order_id).fetch_optional(c).await?);
    if found.is_some() {
        return Ok(found);
    }
    match find_by_other_id(tx, AppScope { project, app }, order_id).await? {
        Some(seq) => find(tx, project, &seq).await,
        None => Ok(None),
    }
}

/// The key a payment was consumed with, if its caller gave one.
pub async fn find_consume_key(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq) -> Result<Option<String>> {
    const SQL: &str = "SELECT consume_key FROM payments WHERE payment_seq = $2 AND project_id || '' = $1";
    let key: Option<Option<String>> = on!(tx, c => sqlx::query_scalar(SQL).bind(project).bind(seq).fetch_optional(c).await?);
    Ok(key.flatten())
}
