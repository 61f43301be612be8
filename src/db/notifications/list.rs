use crate::db::filters::{Arg, Filters, bind_all};
use crate::db::{PageRequest, Tx, on};
use crate::error::Result;
use crate::model::{
    AppSeq, Cursor, Environment, NotificationNo, NotificationQuery, NotificationSource, NotificationStatus, Payment, ProjectId,
    StoreCode, StoreNotification,
};

/// What a store told of one chain, newest first.
pub async fn list_of_chain(
    tx: &mut Tx,
    project: &ProjectId,
    app: AppSeq,
    chain_id: &str,
    limit: u32,
) -> Result<Vec<StoreNotification>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM store_notifications WHERE app_seq = $2 AND chain_id = $3 AND project_id = $1
         ORDER BY received_at DESC, notice_no DESC LIMIT $4"
    );
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(app).bind(chain_id).bind(i64::from(limit)).fetch_all(c).await?)
    })
}

/// What a store told of a payment's purchase, by its order or its token, or of its chain, newest first.
pub async fn list_of_payment(tx: &mut Tx, project: &ProjectId, payment: &Payment, limit: u32) -> Result<Vec<StoreNotification>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM store_notifications WHERE app_seq = $2 AND (order_id = $3 OR order_id = $4 OR chain_id = $5) AND project_id || '' = $1
         ORDER BY received_at DESC, notice_no DESC LIMIT $6"
    );
    let (order_id, token) = (payment.store_order_id.as_deref(), payment.purchase_token.as_deref());
    let chain_id = payment.original_order_id.as_deref();
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(payment.app_seq).bind(order_id).bind(token).bind(chain_id)
            .bind(i64::from(limit)).fetch_all(c).await?)
    })
}

const OF_PROJECT: &str = "app_seq IN (SELECT app_seq FROM apps WHERE project_id = $1)";

/// One page, newest first.
pub async fn list(
    tx: &mut Tx,
    project: &ProjectId,
    query: &NotificationQuery,
    page: &PageRequest<NotificationNo>,
) -> Result<Vec<StoreNotification>> {
    let filters = filters(query, page.after.as_ref());
    let sql = format!(
        "SELECT {} FROM store_notifications WHERE project_id = $1{} ORDER BY received_at DESC, notice_no DESC LIMIT {}",
        columns!(),
        filters.sql,
        page.rows()
    );
    on!(tx, c => {
        Ok(bind_all!(sqlx::query_as(sqlx::AssertSqlSafe(sql)), project, filters).fetch_all(c).await?)
    })
}

fn filters(query: &NotificationQuery, after: Option<&Cursor<NotificationNo>>) -> Filters {
    let mut all = Filters::new();
    if let Some(id) = &query.any_id {
        all.fixed(OF_PROJECT);
        all.add("(dedupe_key =", Arg::Text(id.clone()));
        let number = all.args.len() + 1;
        // Apple's UUIDs are kept in lower case.
        all.args.push(Arg::Text(id.to_lowercase()));
        all.sql.push_str(&format!(" OR dedupe_key = ${} OR order_id = ${number} OR chain_id = ${number})", number + 1));
    }
    all.text("status =", query.status.map(NotificationStatus::as_str));
    all.text("store =", query.store.map(StoreCode::as_str));
    all.text("environment =", query.environment.map(Environment::as_str));
    all.text("source =", query.source.map(NotificationSource::as_str));
    all.text("kind =", query.kind.as_deref());
    all.number("received_at >=", query.from.map(|from| from.0));
    all.number("received_at <", query.to.map(|to| to.0));
    if let Some(Cursor { at, key }) = after {
        all.after("received_at, notice_no", at.0, Arg::Number(key.0));
    }
    all
}
