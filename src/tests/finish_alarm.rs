//! A purchase whose store could not be told of it: who is told, and what staff do about it.

use axum::http::StatusCode;
use purser::audit::{self, By};
use purser::error::Error;
use purser::jobs::{FinishPurchases, WatchDeadlines};
use purser::model::{Attention, AuditQuery, PaymentQuery, PaymentSeq, ZoneOffset};
use purser::payments;
use purser::statistics::get_overview;
use serde_json::json;

use crate::google_payments::Play;
use crate::shop::text;
use crate::support::{TestState, on_both, run};

const BY: By = By::System("test");

/// A payment whose purchase Google took back, which nobody told us of: it can't be finished.
async fn fail_to_finish(play: &Play) -> PaymentSeq {
    let sold = play.buy(json!({ "world": "Production" })).await;
    let (status, paid) = play.verify_for("user-1", &sold["proof"]).await;
    assert_eq!((status, &paid["finish"]), (StatusCode::OK, &json!("DUE")), "{paid}");
    play.lose().await;
    play.control(&format!("transactions/{}/refund", text(&sold, "orderId")), json!({ "world": "Production" })).await;
    run(&play.state, FinishPurchases).await;
    let failed = play.payment_of("user-1").await;
    assert_eq!((&failed["finish"], &failed["status"]), (&json!("FAILED"), &json!("SUCCESS")), "{failed}");
    PaymentSeq(text(&paid, "paymentSeq"))
}

/// How many failed finishes the overview and the list show.
async fn shown(play: &Play) -> (i64, usize) {
    let overview = get_overview(&play.state, &play.shop.project, ZoneOffset::UTC).await.expect("numbers");
    let count = overview.attention.iter().find(|one| one.attention == Attention::FinishFailed).map_or(0, |one| one.count);
    let query = PaymentQuery { attention: Some(Attention::FinishFailed), ..PaymentQuery::default() };
    let listed = payments::list(&play.state, &play.shop.project, &query).await.expect("a list").items;
    assert!(listed.iter().all(|payment| payment.attention() == Some(Attention::FinishFailed)), "{listed:?}");
    (count, listed.len())
}

on_both! {
    async fn it_is_shown_and_counted_until_it_is_dealt_with(state: TestState) {
        let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
        let counted = recorder.handle();
        let _recording = metrics::set_default_local_recorder(&recorder);
        let play = Play::open(state).await;
        assert_eq!(shown(&play).await, (0, 0));
        let seq = fail_to_finish(&play).await;
        assert_eq!(shown(&play).await, (1, 1));
        run(&play.state, WatchDeadlines).await;
        let line = "purser_payments_needing_attention{reason=\"FINISH_FAILED\"} ";
        assert!(counted.render().contains(&format!("{line}1")), "{}", counted.render());
        payments::mark_handled(&play.state, &BY, &play.shop.project, &seq, "the player was asked").await.expect("is marked");
        assert_eq!(shown(&play).await, (0, 0));
        run(&play.state, WatchDeadlines).await;
        assert!(counted.render().contains(&format!("{line}0")), "{}", counted.render());
        let again = payments::mark_handled(&play.state, &BY, &play.shop.project, &seq, "again").await;
        assert!(matches!(again, Err(Error::Conflict { code: "NOTHING_TO_HANDLE", .. })), "{again:?}");
    }

    async fn staff_have_it_tried_again(state: TestState) {
        let play = Play::open(state).await;
        let seq = fail_to_finish(&play).await;
        payments::mark_handled(&play.state, &BY, &play.shop.project, &seq, "looked at").await.expect("is marked");
        payments::finish_again(&play.state, &BY, &play.shop.project, &seq).await.expect("is planned");
        assert_eq!(play.payment_of("user-1").await["finish"], "DUE");
        let twice = payments::finish_again(&play.state, &BY, &play.shop.project, &seq).await;
        assert!(matches!(twice, Err(Error::Conflict { code: "NOT_FINISHABLE", .. })), "{twice:?}");
        run(&play.state, FinishPurchases).await;
        assert_eq!(play.payment_of("user-1").await["finish"], "FAILED");
        assert_eq!(shown(&play).await, (1, 1), "it failed anew, whoever dealt with it before");
        let rows = audit::list(&play.state, &AuditQuery { project: Some(play.shop.project.clone()), ..AuditQuery::default() }).await;
        let actions: Vec<String> = rows.expect("a list").items.into_iter().map(|row| row.action).collect();
        assert!(actions.iter().any(|action| action == "payment.finish_again"), "{actions:?}");
    }
}
