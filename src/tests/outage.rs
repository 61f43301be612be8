//! Outage mode: what is granted while Google Play is down by what its client library signed, and what becomes of it.

use axum::http::StatusCode;
use purser::audit::By;
use purser::jobs::{FinishPurchases, VerifyProvisional};
use purser::model::{AppSeq, Attention, PaymentSeq, Timestamp, ZoneOffset};
use purser::payments;
use purser::projects::{self, AppInput, OutageChange};
use purser::statistics::get_overview;
use serde_json::{Value, json};

use crate::google_payments::{PACKAGE, Play};
use crate::shop::{Key, text};
use crate::support::{TestState, on_both, run};

const BY: By = By::System("test");

/// What is wrong with each call of Google's API; nothing when empty.
async fn set_faults(play: &Play, api: Value) {
    let (status, answer) = play.shop.call(Key::None, "PUT", "/simulator/control/faults", json!({ "api": api })).await;
    assert!(status.is_success(), "{answer}");
}

async fn take_down(play: &Play) {
    set_faults(play, json!({ "status": 503, "path": "/androidpublisher/" })).await;
}

async fn bring_back(play: &Play) {
    set_faults(play, json!({})).await;
}

async fn begin(play: &Play, hours: u32) {
    let apps = projects::list_apps(&play.state, &play.shop.project).await.expect("a list");
    let app = apps.iter().find(|app| app.store_app_id == PACKAGE).expect("the app").app_seq;
    change(play, app, OutageChange::Begin { hours }).await;
}

async fn change(play: &Play, app: AppSeq, outage: OutageChange) {
    let input = AppInput { outage: Some(outage), ..AppInput::default() };
    projects::update_app(&play.state, &BY, &play.shop.project, app, &input).await.expect("is changed");
}

/// A purchase of the user by Google's word; a real one, which Google keeps for three days.
async fn buy_for(play: &Play, user: &str) -> Value {
    let token = play.token_of(user).await;
    play.buy(json!({ "accountToken": token, "player": user, "world": "Production" })).await
}

/// How many payments need a person for a reason.
async fn count(play: &Play, attention: Attention) -> i64 {
    let overview = get_overview(&play.state, &play.shop.project, ZoneOffset::UTC).await.expect("numbers");
    overview.attention.iter().find(|one| one.attention == attention).map_or(0, |one| one.count)
}

async fn verify_provisional(play: &Play) -> u64 {
    play.state.clock.advance(Timestamp::HOUR);
    run(&play.state, VerifyProvisional).await.items
}

on_both! {
    async fn it_is_granted_by_its_signature_and_confirmed_once_google_answers(state: TestState) {
        let play = Play::open(state).await;
        let sold = buy_for(&play, "user-1").await;
        take_down(&play).await;
        let (status, answer) = play.verify_for("user-1", &sold["proof"]).await;
        assert_eq!((status, &answer["code"]), (StatusCode::SERVICE_UNAVAILABLE, &json!("STORE_UNAVAILABLE")), "off: {answer}");

        begin(&play, 24).await;
        let (status, paid) = play.verify_for("user-1", &sold["proof"]).await;
        assert_eq!((status, &paid["status"], &paid["isProvisional"]), (StatusCode::OK, &json!("SUCCESS"), &json!(true)), "{paid}");
        assert_eq!((&paid["finish"], &paid["price"], &paid["consumable"]), (&json!("NONE"), &Value::Null, &json!(true)), "{paid}");
        assert_eq!(paid["storeOrderId"], sold["orderId"]);
        assert_eq!(count(&play, Attention::Provisional).await, 1);
        let (status, _) = play.shop.consume(&text(&paid, "paymentSeq"), &text(&paid, "accessToken")).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(verify_provisional(&play).await, 0, "Google is still down");
        run(&play.state, FinishPurchases).await;
        let waiting = play.payment_of("user-1").await;
        assert_eq!((&waiting["isProvisional"], &waiting["finish"]), (&json!(true), &json!("NONE")), "{waiting}");

        bring_back(&play).await;
        assert_eq!(verify_provisional(&play).await, 1);
        let confirmed = play.payment_of("user-1").await;
        assert_eq!((&confirmed["isProvisional"], &confirmed["finish"]), (&json!(false), &json!("DUE")), "{confirmed}");
        assert_eq!((&confirmed["price"], &confirmed["paymentSeq"]), (&json!("4400.00"), &paid["paymentSeq"]), "{confirmed}");
        assert_eq!(run(&play.state, FinishPurchases).await.done, 1);
        assert_eq!(play.payment_of("user-1").await["finish"], "DONE");
        assert_eq!((run(&play.state, FinishPurchases).await.runs, verify_provisional(&play).await), (0, 0), "once");
        assert_eq!(count(&play, Attention::Provisional).await, 0);
        let (_, answer) = play.verify_for("user-1", &sold["proof"]).await;
        assert_eq!(answer["code"], "ALREADY_CONSUMED", "{answer}");
    }

    async fn only_what_the_signature_proves_is_granted(state: TestState) {
        let play = Play::open(state).await;
        begin(&play, 24).await;
        let mut forged = buy_for(&play, "forger").await["proof"].clone();
        forged["data"] = json!(text(&forged, "data").replace("\"quantity\":1", "\"quantity\":9"));
        let mut unsigned = buy_for(&play, "bare").await["proof"].clone();
        unsigned.as_object_mut().expect("an object").remove("signature");
        let mut other = buy_for(&play, "swapper").await["proof"].clone();
        other["productId"] = json!("remove_ads");
        let pending = play.buy(json!({ "pending": true })).await["proof"].clone();
        let subscribed = play.subscribe(json!({})).await["proof"].clone();
        let owned = buy_for(&play, "owner").await["proof"].clone();
        let old = buy_for(&play, "sleeper").await["proof"].clone();
        take_down(&play).await;
        for (what, proof, code) in [
            ("forged", &forged, "PROOF_INVALID"),
            ("unsigned", &unsigned, "STORE_UNAVAILABLE"),
            ("of another product", &other, "PRODUCT_MISMATCH"),
            ("pending", &pending, "STORE_UNAVAILABLE"),
            ("a subscription", &subscribed, "STORE_UNAVAILABLE"),
            ("another user's", &owned, "OWNED_BY_ANOTHER_USER"),
        ] {
            let (_, answer) = play.verify_for("user-1", proof).await;
            assert_eq!(answer["code"], code, "{what}: {answer}");
        }
        assert_eq!(play.list("/api/v1/payments?userKey=user-1").await, Vec::<Value>::new());
        // Its owner's payment says who brought what nobody but they vouched for: the store said nothing.
        let recorded = play.payment_of("owner").await;
        let recorded = play.shop.payment(&text(&recorded, "paymentSeq")).await;
        assert_eq!(recorded["events"][0]["actor"], "SERVER", "{recorded}");
        play.state.clock.advance(3 * Timestamp::DAY + Timestamp::HOUR);
        begin(&play, 24).await;
        let (_, answer) = play.verify_for("sleeper", &old).await;
        assert_eq!(answer["code"], "STORE_UNAVAILABLE", "older than three days: {answer}");
    }

    async fn what_google_answers_counts_as_always(state: TestState) {
        let play = Play::open(state).await;
        begin(&play, 24).await;
        let (unknown, refunded) = (buy_for(&play, "user-1").await, buy_for(&play, "user-2").await);
        play.lose().await;
        play.control(&format!("transactions/{}/refund", text(&refunded, "orderId")), json!({ "world": "Production" })).await;
        for (faults, sold, user, code) in [
            (json!({ "status": 404, "reason": "purchaseTokenNotFound" }), &unknown, "user-1", "PROOF_INVALID"),
            (json!({ "status": 403, "reason": "permissionDenied" }), &unknown, "user-1", "STORE_CREDENTIALS"),
            (json!({ "status": 503, "path": "/productsv2/" }), &refunded, "user-2", "STORE_UNAVAILABLE"),
            (json!({ "status": 503, "path": "/purchases/products/" }), &refunded, "user-2", "STORE_UNAVAILABLE"),
            (json!({ "status": 503, "path": "/orders/" }), &refunded, "user-2", "STORE_UNAVAILABLE"),
        ] {
            set_faults(&play, faults.clone()).await;
            let (_, answer) = play.verify_for(user, &sold["proof"]).await;
            assert_eq!(answer["code"], code, "{faults}: {answer}");
        }
    }

    async fn a_quota_that_is_used_up_is_an_outage_too(state: TestState) {
        let play = Play::open(state).await;
        begin(&play, 24).await;
        let sold = buy_for(&play, "user-1").await;
        set_faults(&play, json!({ "status": 429, "retryAfterMillis": 60_000, "path": "/androidpublisher/" })).await;
        let (_, paid) = play.verify_for("user-1", &sold["proof"]).await;
        assert_eq!(paid["isProvisional"], true, "{paid}");
    }

    async fn it_ends_by_itself_and_by_hand(state: TestState) {
        let play = Play::open(state).await;
        let (late, later) = (buy_for(&play, "user-1").await, buy_for(&play, "user-2").await);
        take_down(&play).await;
        begin(&play, 1).await;
        play.state.clock.advance(Timestamp::HOUR);
        let (_, answer) = play.verify_for("user-1", &late["proof"]).await;
        assert_eq!(answer["code"], "STORE_UNAVAILABLE", "over: {answer}");
        begin(&play, 1).await;
        let apps = projects::list_apps(&play.state, &play.shop.project).await.expect("a list");
        let app = apps.iter().find(|app| app.store_app_id == PACKAGE).expect("the app");
        assert!(app.is_in_outage(play.state.clock.now()));
        change(&play, app.app_seq, OutageChange::End).await;
        let (_, answer) = play.verify_for("user-2", &later["proof"]).await;
        assert_eq!(answer["code"], "STORE_UNAVAILABLE", "ended: {answer}");
    }

    async fn what_google_took_back_meanwhile_is_taken_back(state: TestState) {
        let play = Play::open(state).await;
        begin(&play, 24).await;
        let sold = buy_for(&play, "user-1").await;
        take_down(&play).await;
        let (_, paid) = play.verify_for("user-1", &sold["proof"]).await;
        play.lose().await;
        play.control(&format!("transactions/{}/refund", text(&sold, "orderId")), json!({ "world": "Production" })).await;
        assert_eq!(verify_provisional(&play).await, 1);
        let taken_back = play.shop.payment(&text(&paid, "paymentSeq")).await;
        assert_eq!((&taken_back["status"], &taken_back["isProvisional"]), (&json!("REFUND"), &json!(false)), "{taken_back}");
        assert_eq!(taken_back["finish"], "NONE");
        assert_eq!(run(&play.state, FinishPurchases).await.runs, 0);
    }

    async fn what_google_does_not_know_is_taken_back_for_a_person_to_see(state: TestState) {
        let play = Play::open(state).await;
        begin(&play, 24).await;
        let sold = buy_for(&play, "user-1").await;
        take_down(&play).await;
        let (_, paid) = play.verify_for("user-1", &sold["proof"]).await;
        let seq = text(&paid, "paymentSeq");
        play.shop.consume(&seq, &text(&paid, "accessToken")).await;
        set_faults(&play, json!({ "status": 404, "reason": "purchaseTokenNotFound", "path": "/androidpublisher/" })).await;
        assert_eq!(verify_provisional(&play).await, 0);
        assert_eq!(play.shop.payment(&seq).await["status"], "SUCCESS", "a store that has just come back may not know it yet");
        verify_provisional(&play).await;
        let taken_back = play.shop.payment(&seq).await;
        assert_eq!((&taken_back["status"], &taken_back["isProvisional"]), (&json!("REFUND"), &json!(false)), "{taken_back}");
        let line = taken_back["events"].as_array().and_then(|lines| lines.last()).expect("a line").clone();
        assert!(text(&line, "reason").starts_with("granted in outage mode, and the store does not stand behind it"), "{line}");
        assert_eq!(count(&play, Attention::Unconfirmed).await, 1, "its goods were given");

        take_down(&play).await;
        let (_, answer) = play.verify_for("user-1", &sold["proof"]).await;
        assert_eq!(answer["code"], "REFUNDED", "what was signed does not give it again: {answer}");
        let payment = PaymentSeq(seq.clone());
        payments::mark_handled(&play.state, &BY, &play.shop.project, &payment, "goods taken back").await.expect("is marked");
        assert_eq!(count(&play, Attention::Unconfirmed).await, 0);

        bring_back(&play).await;
        play.verify_for("user-1", &sold["proof"]).await;
        let reversed = play.shop.payment(&seq).await;
        assert_eq!((&reversed["status"], &reversed["isProvisional"]), (&json!("SUCCESS"), &json!(false)), "Google knows it: {reversed}");
        crate::support_desk::expect_understood(&play.state, &play.shop).await;
    }

    async fn a_notification_confirms_it_too(state: TestState) {
        let play = Play::open(state).await;
        begin(&play, 24).await;
        let sold = buy_for(&play, "user-1").await;
        take_down(&play).await;
        play.verify_for("user-1", &sold["proof"]).await;
        bring_back(&play).await;
        play.deliver().await;
        let confirmed = play.payment_of("user-1").await;
        assert_eq!((&confirmed["isProvisional"], &confirmed["finish"]), (&json!(false), &json!("DUE")), "{confirmed}");
        assert_eq!(verify_provisional(&play).await, 0, "nothing is left to ask");
    }

    async fn one_purchase_is_one_payment_however_often_it_is_brought(state: TestState) {
        let play = Play::open(state).await;
        begin(&play, 24).await;
        let sold = buy_for(&play, "user-1").await;
        take_down(&play).await;
        let proof = &sold["proof"];
        let answers = futures::future::join_all((0..4).map(|_| play.verify_for("user-1", proof))).await;
        let (_, again) = play.verify_for("user-1", proof).await;
        for (status, paid) in &answers {
            assert_eq!((*status, &paid["paymentSeq"]), (StatusCode::OK, &again["paymentSeq"]), "{paid}");
        }
        play.payment_of("user-1").await;
        // The process that granted it is gone: what has to be asked was written with the payment.
        bring_back(&play).await;
        let other = play.state.another_process().await;
        other.stores.set_own_address(play.address);
        play.state.clock.advance(Timestamp::HOUR);
        assert_eq!(run(&other, VerifyProvisional).await.items, 1);
        assert_eq!(play.payment_of("user-1").await["isProvisional"], false);
        let (_, answer) = play.verify_for("user-2", proof).await;
        assert_eq!(answer["code"], "OWNED_BY_ANOTHER_USER", "{answer}");
    }

    async fn a_reservation_is_settled_and_people_are_told_when_google_stays_away(state: TestState) {
        let play = Play::open(state).await;
        begin(&play, 72).await;
        let (payment, token) = play.shop.reserve("GG", "user-1", "gem_100").await;
        let sold = play.buy(json!({ "accountToken": token, "player": "user-1", "world": "Production" })).await;
        take_down(&play).await;
        let (status, paid) = play.shop.verify(&payment, &sold["proof"]).await;
        assert_eq!((status, &paid["paymentSeq"], &paid["isProvisional"]), (StatusCode::OK, &json!(payment), &json!(true)), "{paid}");
        let alarms = async || get_overview(&play.state, &play.shop.project, ZoneOffset::UTC).await.expect("numbers").alarms;
        assert_eq!(alarms().await, []);
        play.state.clock.advance(36 * Timestamp::HOUR + Timestamp::MINUTE);
        let told = alarms().await;
        assert_eq!(told.iter().map(|alarm| (alarm.kind.as_str(), alarm.count)).collect::<Vec<_>>(), [("verify_provisional", 1)]);
    }
}
