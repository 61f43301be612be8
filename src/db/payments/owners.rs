//! Who a purchase belongs to, and the reservation it was made for.

use super::columns::columns;
use super::hold::hold_purchase;
use crate::db::store_snapshots::AppScope;
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{AccessSalt, AppSeq, Attribution, Payment, PaymentSeq, ProductSeq, ProjectId, Purchase, Timestamp};

/// A user, and what led to them.
#[derive(Debug, Clone, Copy)]
pub struct NewOwner<'a> {
    pub user_channel: &'a str,
    pub user_key: &'a str,
    pub attribution: Attribution,
    /// Whether it may be taken from whom staff gave it to.
    pub from_staff: bool,
    /// The payment's, where somebody else had its access token.
    pub access_salt: AccessSalt,
}

/// Gives an unconsumed payment without a sure user to one; `None` when it has one or was consumed. What the user before sent with it
/// stays theirs.
pub async fn mark_owned(
    tx: &mut Tx,
    project: &ProjectId,
    seq: &PaymentSeq,
    owner: NewOwner<'_>,
    at: Timestamp,
) -> Result<Option<Payment>> {
    const SQL: &str = concat!(
        "UPDATE payments SET user_channel = $3, user_key = $4, attribution = $5, updated_at = $6,
             access_salt = CASE WHEN user_key = '' THEN access_salt ELSE $7 END,
             payload = CASE WHEN user_key = '' OR (user_channel = $3 AND user_key = $4) THEN payload END
         WHERE payment_seq = $2 AND project_id || '' = $1 AND consumed_at IS NULL AND reopened_at IS NULL
           AND (attribution IN ('NONE', 'STORE_ACCOUNT') OR ($8 AND attribution = 'STAFF'))
         RETURNING ",
        columns!()
    );
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(seq).bind(owner.user_channel).bind(owner.user_key)
            .bind(owner.attribution).bind(at).bind(owner.access_salt.0).bind(owner.from_staff).fetch_optional(c).await?)
    })
}

/// The payments of a chain that have no sure user, or (`from_staff`) the one staff gave them to, and were not consumed.
pub async fn list_unsure_of_chain(
    tx: &mut Tx,
    project: &ProjectId,
    app: AppSeq,
    chain_id: &str,
    from_staff: bool,
    limit: u32,
) -> Result<Vec<Payment>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM payments WHERE project_id = $1 AND app_seq = $2 AND original_order_id = $3
           AND consumed_at IS NULL AND reopened_at IS NULL
           AND (attribution IN ('NONE', 'STORE_ACCOUNT') OR ($5 AND attribution = 'STAFF')) ORDER BY payment_seq LIMIT $4"
    );
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(app).bind(chain_id).bind(i64::from(limit)).bind(from_staff).fetch_all(c).await?)
    })
}

/// The purchases of a store account that nobody is known for; none where the project demands tokens, for the account is a guess.
pub async fn list_without_user_of_account(
    tx: &mut Tx,
    project: &ProjectId,
    app: AppSeq,
    store_account: &str,
    limit: u32,
) -> Result<Vec<Payment>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM payments WHERE project_id = $1 AND app_seq = $2 AND store_account = $3 AND user_key = ''
           AND NOT (SELECT account_token_required FROM projects WHERE id = $1)
         ORDER BY payment_seq LIMIT $4"
    );
    list_by_text(tx, SQL, project, app, store_account, limit).await
}

/// The payments of one chain, newest period first.
pub async fn list_of_chain(tx: &mut Tx, project: &ProjectId, app: AppSeq, chain_id: &str, limit: u32) -> Result<Vec<Payment>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM payments WHERE project_id = $1 AND app_seq = $2 AND original_order_id = $3
         ORDER BY COALESCE(purchased_at, 0) DESC, payment_seq DESC LIMIT $4"
    );
    list_by_text(tx, SQL, project, app, chain_id, limit).await
}

async fn list_by_text(
    tx: &mut Tx,
    sql: &'static str,
    project: &ProjectId,
    app: AppSeq,
    text: &str,
    limit: u32,
) -> Result<Vec<Payment>> {
    on!(tx, c => {
        Ok(sqlx::query_as(sql).bind(project).bind(app).bind(text).bind(i64::from(limit)).fetch_all(c).await?)
    })
}

/// The users `(channel, key)` a store account has bought for; at most two, which is enough to know that it is not one. None where the
/// project demands tokens, for the account is a guess.
pub async fn list_users_of_account(
    tx: &mut Tx,
    project: &ProjectId,
    app: AppSeq,
    store_account: &str,
) -> Result<Vec<(String, String)>> {
    const SQL: &str = "SELECT DISTINCT user_channel, user_key FROM payments
         WHERE project_id = $1 AND app_seq = $2 AND store_account = $3 AND user_key <> ''
           AND NOT (SELECT account_token_required FROM projects WHERE id = $1) LIMIT 2";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(app).bind(store_account).fetch_all(c).await?))
}

/// Which reservations a purchase may have been made for: this user's, of this product, made in this time.
pub struct OpenReservations<'a> {
    pub product: ProductSeq,
    pub user_channel: &'a str,
    pub user_key: &'a str,
    pub since: Timestamp,
    pub until: Timestamp,
    /// The purchase's: a reservation that waits for another purchase is not this one's.
    pub purchase_token: Option<&'a str>,
}

/// The newest reservation a purchase may have been made for: open, or closed or failed since.
pub async fn find_open(tx: &mut Tx, project: &ProjectId, of: &OpenReservations<'_>) -> Result<Option<Payment>> {
    // The statuses are those of the index `payments_to_settle`, in its words.
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM payments
         WHERE project_id = $1 AND user_key = $2 AND product_seq = $5 AND created_at >= $3 AND created_at <= $6
           AND user_channel = $4 AND status IN ('RESERVED', 'PENDING', 'FAILURE', 'USER_CLOSE')
           AND (purchase_token IS NULL OR purchase_token = $7)
           AND (status || '' IN ('RESERVED', 'PENDING') OR updated_at >= $3)
         ORDER BY created_at DESC, payment_seq DESC LIMIT 1"
    );
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(of.user_key).bind(of.since).bind(of.user_channel)
            .bind(of.product).bind(of.until).bind(of.purchase_token).fetch_optional(c).await?)
    })
}

/// The payments of a product that wait for the purchase with this token to be paid for, and those that were given up waiting; those
/// that wait come first, each the oldest first.
pub async fn list_pending(tx: &mut Tx, scope: AppScope<'_>, token: &str, product: ProductSeq) -> Result<Vec<Payment>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM payments WHERE app_seq = $1 AND purchase_token = $2 AND product_seq = $3 AND project_id || '' = $4
           AND status IN ('RESERVED', 'PENDING', 'FAILURE', 'USER_CLOSE') AND store_order_id IS NULL
         ORDER BY CASE WHEN status = 'PENDING' THEN 0 ELSE 1 END, created_at, payment_seq LIMIT 50"
    );
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(scope.app).bind(token).bind(product).bind(scope.project).fetch_all(c).await?)
    })
}

/// Whether what was bought with a purchase token is recorded, so that its PENDING came late. Held, for one purchase or subscription,
/// against reports that it is paid for.
pub async fn is_paid_of_token(tx: &mut Tx, scope: AppScope<'_>, purchase: &Purchase, product: ProductSeq) -> Result<bool> {
    const SQL: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT 1 FROM payments WHERE app_seq = $1 AND purchase_token = $2
         AND product_seq = $3 AND project_id || '' = $4 AND status IN ('SUCCESS', 'REFUND') LIMIT 1) AS paid";
    let Some(token) = &purchase.purchase_token else { return Ok(false) };
    hold_purchase(tx, scope.app, &purchase.identity()).await?;
    if purchase.is_subscription() {
        hold_purchase(tx, scope.app, &format!("chain:{token}")).await?;
    }
    let count: i64 = on!(tx, c => {
        sqlx::query_scalar(SQL).bind(scope.app).bind(token).bind(product).bind(scope.project).fetch_one(c).await?
    });
    Ok(count > 0)
}
