//! What the App Store asks before a refund, and what it is told.

use axum::http::{Method, StatusCode};
use purser::audit::By;
use purser::catalog::{NewProduct, ProductInput, create_product};
use purser::jobs::{AnswerRefundRequests, WatchDeadlines, list_alarms};
use purser::model::{ConsumptionPolicy, JobAlarm, ProductType, ProjectId, Timestamp, ZoneOffset};
use purser::projects::update_policy;
use purser::statistics::get_overview;
use serde_json::{Value, json};

use crate::apple_life::{self, account_token, gem, payment_of, period, renewal, tell, told};
use crate::apple_store::FakeStore;
use crate::shop::{Key, Shop, text};
use crate::support::{START, TestState, on_both, run};

const SEND: &str = "v2/transactions/consumption/7";
const HOUR: i64 = Timestamp::HOUR;

/// A shop whose player bought `gem_100` as order 7, and its store, which takes answers.
async fn start(state: &TestState) -> (Shop, FakeStore) {
    let shop = apple_life::open(state).await;
    let bought = gem("7", json!({ "appAccountToken": account_token(&shop, "player-1").await }));
    tell(state, &shop, &told("ONE_TIME_CHARGE", None, bought)).await;
    let store = FakeStore::open(state).await;
    store.says(SEND, StatusCode::ACCEPTED, Value::Null);
    (shop, store)
}

async fn agree(state: &TestState, shop: &Shop) {
    let by = By::System("test");
    update_policy(state, &by, &shop.project, ConsumptionPolicy::ConsumeState, true, None).await.expect("is set");
}

async fn ask(state: &TestState, shop: &Shop) {
    let question =
        told("CONSUMPTION_REQUEST", None, gem("7", json!({}))).with_data(json!({ "consumptionRequestReason": "OTHER" }));
    tell(state, shop, &question).await;
}

/// The last line of the payment's timeline.
async fn last_line(shop: &Shop, order: &str) -> Value {
    let seq = text(&payment_of(shop, order).await, "paymentSeq");
    let detail = shop.payment(&seq).await;
    detail["events"].as_array().and_then(|events| events.last()).expect("a line").clone()
}

on_both! {
    async fn the_consume_state_is_told_once(state: TestState) {
        let (shop, store) = start(&state).await;
        agree(&state, &shop).await;
        ask(&state, &shop).await;
        assert_eq!(run(&state, AnswerRefundRequests).await.done, 1);
        assert_eq!(run(&state, AnswerRefundRequests).await.done, 0);
        let unused = json!({ "customerConsented": true, "sampleContentProvided": false,
            "deliveryStatus": "UNDELIVERED_OTHER", "consumptionPercentage": 0 });
        assert_eq!(store.asked(), [(Method::PUT, SEND.to_owned(), unused)]);
        let line = last_line(&shop, "7").await;
        assert_eq!((&line["kind"], &line["actor"], &line["reason"]),
            (&json!("ANSWER"), &json!("SYSTEM"), &json!("answered: UNDELIVERED_OTHER, 0 % used")));

        let (_, list) = shop.call(Key::Secret, "GET", "/api/v1/users/player-1/consumables", Value::Null).await;
        let waiting = &list["items"][0];
        assert_eq!(shop.consume(&text(waiting, "paymentSeq"), &text(waiting, "accessToken")).await.0, StatusCode::OK);
        ask(&state, &shop).await;
        assert_eq!(run(&state, AnswerRefundRequests).await.done, 1, "it asks again in a notification of its own");
        let (_, _, body) = store.asked().remove(0);
        assert_eq!((&body["deliveryStatus"], &body["consumptionPercentage"]), (&json!("DELIVERED"), &json!(100_000)));
        crate::support_desk::expect_understood(&state, &shop).await;
    }

    async fn what_is_bought_once_is_delivered_by_being_owned(state: TestState) {
        let shop = apple_life::open(&state).await;
        let (app, details) = (apple_life::apple_app(&state, &shop.project).await, ProductInput::default());
        let new = NewProduct { app, store_product_id: "no_ads", product_type: ProductType::NonConsumable, details: &details };
        create_product(&state, &By::System("test"), &shop.project, &new).await.expect("a product");
        let bought = gem("7", json!({ "productId": "no_ads", "type": "Non-Consumable" }));
        tell(&state, &shop, &told("ONE_TIME_CHARGE", None, bought.clone())).await;
        let store = FakeStore::open(&state).await;
        store.says(SEND, StatusCode::ACCEPTED, Value::Null);
        agree(&state, &shop).await;
        let question = told("CONSUMPTION_REQUEST", None, bought).with_data(json!({ "consumptionRequestReason": "OTHER" }));
        tell(&state, &shop, &question).await;
        assert_eq!(run(&state, AnswerRefundRequests).await.done, 1);
        let (_, _, body) = store.asked().remove(0);
        assert_eq!((&body["deliveryStatus"], &body["consumptionPercentage"]), (&json!("DELIVERED"), &json!(100_000)));
    }

    async fn nothing_is_told_without_the_projects_word(state: TestState) {
        let (shop, store) = start(&state).await;
        ask(&state, &shop).await;
        assert_eq!(run(&state, AnswerRefundRequests).await.done, 1);
        assert!(store.asked().is_empty());
        assert_eq!(last_line(&shop, "7").await["reason"], "not answered: the project's policy is to say nothing");
        agree(&state, &shop).await;
        update_policy(&state, &By::System("test"), &shop.project, ConsumptionPolicy::ConsumeState, false, None).await
            .expect_err("consent can't be missing");
        let taken = gem("7", json!({ "revocationDate": crate::support::START.0 + 1, "signedDate": crate::support::START.0 + 1 }));
        tell(&state, &shop, &told("REFUND", None, taken.clone())).await;
        tell(&state, &shop, &told("CONSUMPTION_REQUEST", None, taken)).await;
        assert_eq!(run(&state, AnswerRefundRequests).await.done, 1);
        assert!(store.asked().is_empty());
        assert_eq!(last_line(&shop, "7").await["reason"], "not answered: the payment is not a paid one");
    }

    async fn nothing_is_told_of_what_somebody_else_paid_for(state: TestState) {
        let (shop, store) = start(&state).await;
        agree(&state, &shop).await;
        for (id, ownership) in [("8", "FAMILY_SHARED"), ("9", "ASSIGNED")] {
            let shared = gem(id, json!({ "inAppOwnershipType": ownership }));
            tell(&state, &shop, &told("CONSUMPTION_REQUEST", None, shared)).await;
            assert_eq!(run(&state, AnswerRefundRequests).await.done, 1);
            assert_eq!(last_line(&shop, id).await["reason"], "not answered: somebody else paid for it", "{ownership}");
        }
        assert!(store.asked().is_empty());
    }

    async fn a_store_that_is_away_is_tried_until_its_time_is_over(state: TestState) {
        let (shop, store) = start(&state).await;
        agree(&state, &shop).await;
        store.says(SEND, StatusCode::UNAUTHORIZED, Value::Null);
        ask(&state, &shop).await;
        assert_eq!(run(&state, AnswerRefundRequests).await.done, 0);
        assert_eq!(run(&state, AnswerRefundRequests).await.done, 0, "not at once");
        let asked = store.asked().len();
        state.clock.advance(2 * Timestamp::MINUTE);
        store.says(SEND, StatusCode::ACCEPTED, Value::Null);
        assert_eq!(run(&state, AnswerRefundRequests).await.done, 1);
        assert_eq!(store.asked().len(), 1, "after {asked}");

        store.says(SEND, StatusCode::UNAUTHORIZED, Value::Null);
        state.clock.advance(HOUR);
        let late = gem("7", json!({ "signedDate": state.clock.now().0 }));
        tell(&state, &shop, &told("CONSUMPTION_REQUEST", None, late)).await;
        let mut done = 0;
        for _ in 0..14 {
            done += run(&state, AnswerRefundRequests).await.done;
            state.clock.advance(HOUR);
        }
        assert_eq!(done, 1);
        let reason = text(&last_line(&shop, "7").await, "reason");
        assert!(reason.starts_with("not answered: the App Store refuses this app's key"), "{reason}");
        store.asked();
        assert_eq!(run(&state, AnswerRefundRequests).await.done, 0);
        assert!(store.asked().is_empty());
    }

    async fn people_are_told_before_it_is_too_late(state: TestState) {
        let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
        let counted = recorder.handle();
        let _recording = metrics::set_default_local_recorder(&recorder);
        let (shop, store) = start(&state).await;
        agree(&state, &shop).await;
        store.says(SEND, StatusCode::UNAUTHORIZED, Value::Null);
        ask(&state, &shop).await;
        let alarms = async || {
            assert_eq!(run(&state, AnswerRefundRequests).await.done, 0);
            run(&state, WatchDeadlines).await;
            get_overview(&state, &shop.project, ZoneOffset::UTC).await.expect("numbers").alarms
        };
        assert_eq!(alarms().await, [], "there is time");
        state.clock.advance(8 * HOUR);
        let deadline_at = START.plus_millis(12 * HOUR);
        assert_eq!(alarms().await, [JobAlarm { kind: "answer_refund_requests".into(), count: 1, deadline_at }]);
        assert!(counted.render().contains("purser_job_alarms{job=\"answer_refund_requests\"} 1"), "{}", counted.render());
        assert_eq!(list_alarms(&state, &ProjectId("other".into())).await.expect("lists"), []);

        store.says(SEND, StatusCode::ACCEPTED, Value::Null);
        state.clock.advance(HOUR);
        assert_eq!(run(&state, AnswerRefundRequests).await.done, 1);
        assert_eq!(alarms().await, []);
        assert!(counted.render().contains("purser_job_alarms{job=\"answer_refund_requests\"} 0"), "{}", counted.render());
    }

    async fn a_late_question_and_a_refused_answer_end_it(state: TestState) {
        let (shop, store) = start(&state).await;
        agree(&state, &shop).await;
        store.refuses(SEND, 4_000_185);
        ask(&state, &shop).await;
        assert_eq!(run(&state, AnswerRefundRequests).await.done, 1);
        assert!(text(&last_line(&shop, "7").await, "reason").contains("4000185"));
        store.asked();
        state.clock.advance(13 * HOUR);
        ask(&state, &shop).await;
        assert_eq!(run(&state, AnswerRefundRequests).await.done, 1);
        assert!(store.asked().is_empty());
        assert_eq!(last_line(&shop, "7").await["reason"], "not answered: the store waits no longer");
    }

    async fn of_a_subscription_no_percentage_is_told(state: TestState) {
        let (shop, store) = start(&state).await;
        agree(&state, &shop).await;
        store.says("v2/transactions/consumption/1", StatusCode::ACCEPTED, Value::Null);
        let question = told("CONSUMPTION_REQUEST", None, period("1", 0, json!({}))).renewing(renewal(0, json!({})));
        tell(&state, &shop, &question).await;
        assert_eq!(run(&state, AnswerRefundRequests).await.done, 1);
        let told = json!({ "customerConsented": true, "sampleContentProvided": false, "deliveryStatus": "DELIVERED" });
        assert_eq!(store.asked(), [(Method::PUT, "v2/transactions/consumption/1".to_owned(), told)]);
    }
}
