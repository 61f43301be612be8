//! What a user bought once and keeps.

use super::columns::columns;
use crate::db::{PageRequest, Tx, on};
use crate::error::Result;
use crate::model::{Payment, PaymentSeq, ProjectId, StoreCode};

/// Whose owned payments to list: of these stores (none means all).
#[derive(Debug)]
pub struct Owned<'a> {
    pub user_channel: &'a str,
    pub user_key: &'a str,
    pub stores: &'a [StoreCode],
}

/// `Payment::is_owned`, in the words of the index `payments_owned`.
pub(super) const SQL: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM payments WHERE project_id = $1 AND user_key = $2 AND user_channel = $3
           AND status = 'SUCCESS' AND product_type = 'NON_CONSUMABLE' AND ($4 = '' OR $4 LIKE '%,' || store || ',%')
           AND (created_at, payment_seq) < ($5, $6)
         ORDER BY created_at DESC, payment_seq DESC LIMIT $7"
);

/// The paid payments of what a user owns, newest first.
pub async fn list_owned(
    tx: &mut Tx,
    project: &ProjectId,
    owned: &Owned<'_>,
    page: &PageRequest<PaymentSeq>,
) -> Result<Vec<Payment>> {
    let stores: String = owned.stores.iter().map(|store| format!(",{store},")).collect();
    let (before, seq) = page.after.as_ref().map_or((i64::MAX, ""), |after| (after.at.0, after.key.as_str()));
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(owned.user_key).bind(owned.user_channel).bind(&stores).bind(before)
            .bind(seq).bind(i64::from(page.rows())).fetch_all(c).await?)
    })
}
