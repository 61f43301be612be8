use super::unconsumed::UNCONSUMED;
use super::*;
use crate::db::{Db, payments::owned, tx::Conn};
use crate::model::DiscountType;

/// How SQLite would find what is looked for.
async fn explain(db: &Db, sql: &str) -> String {
    let mut tx = db.read().await.unwrap();
    let Conn::Sqlite(c) = tx.conn() else { panic!("not SQLite") };
    let explained = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
    let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(explained).fetch_all(c).await.unwrap();
    steps.into_iter().map(|(.., step)| step).collect::<Vec<_>>().join("; ")
}

#[tokio::test]
async fn every_search_takes_the_index_made_for_it() {
    let path = std::env::temp_dir().join(format!("purser-plans-{}.db", std::process::id()));
    let db = Db::open(&format!("sqlite:{}", path.display())).await.unwrap();
    let id = || Some("x".to_owned());
    let any = |kind| (PaymentQuery { any_id: id(), ..PaymentQuery::default() }, Some(kind));
    let status = Some(crate::model::PaymentStatus::Success);
    for ((query, kind), index) in [
        (any(Keys::PaymentSeq), "sqlite_autoindex_payments_1 (payment_seq=?)"),
        (any(Keys::StoreOrderId), "payments_by_order (app_seq=? AND store_order_id=?)"),
        (any(Keys::OriginalOrderId), "payments_by_original_order (app_seq=? AND original_order_id=?)"),
        (any(Keys::PurchaseToken), "payments_by_purchase_token (app_seq=? AND purchase_token=?)"),
        (any(Keys::UserKey), "payments_by_user (project_id=? AND user_key=?)"),
        (
            (PaymentQuery { store_order_id: id(), ..Default::default() }, None),
            "payments_by_order (app_seq=? AND store_order_id=?)",
        ),
        ((PaymentQuery { user_key: id(), status, ..Default::default() }, None), "payments_by_user (project_id=? AND user_key=?)"),
        ((PaymentQuery { status, ..Default::default() }, None), "payments_by_status (project_id=? AND status=?)"),
        (
            (PaymentQuery { discount_type: Some(DiscountType::Rewarded), ..Default::default() }, None),
            "payments_by_discount (project_id=? AND offer_discount=?)",
        ),
        ((PaymentQuery::default(), None), "payments_by_time (project_id=?)"),
    ] {
        let plan = explain(&db, &statement(&query, kind, &PageRequest::parse(None, 0).unwrap()).0).await;
        assert!(plan.contains(index), "{query:?}: {plan}");
    }
    for (sql, index) in [
        (UNCONSUMED, "payments_unconsumed (project_id=? AND user_key=? AND payment_seq>?)"),
        (owned::SQL, "payments_owned (project_id=? AND user_key=? AND "),
    ] {
        let plan = explain(&db, sql).await;
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{plan}");
    }
    db.close().await;
    std::fs::remove_file(path).unwrap();
}
