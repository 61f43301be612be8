//! `/v1/service/*` as NHN documents it.

use axum::http::header;
use purser::model::{ProductType, StoreCode};
use purser::nhn::{self, NhnInput};
use purser::projects;
use serde_json::{Value, json};

use crate::nhn_shop::{NhnShop, named};
use crate::shop::APP_KEY;
use crate::support::{START, TestState, on_both};

const JSON: (&str, &str) = ("content-type", "application/json");
const KEY: (&str, &str) = ("x-nhn-tciap-appkey", APP_KEY);
const CALLS: [&str; 3] = ["consume", "consumable", "activeSubscriptionList"];
const BY: purser::audit::By = purser::audit::By::System("test");

on_both! {
    async fn the_documented_consume_to_the_byte(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let (payment, token) = shop.pay("player-1", "o-1", "1500", "KRW").await;
        let product = shop.product(StoreCode::Test, "gem_100").await.1.to_string();
        let answer = shop.service("consume", json!({ "paymentSeq": payment, "accessToken": token })).await;
        assert_eq!(named(&answer.text, &[(&product, "12345")]), r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"result":{"price":1500,"currency":"KRW","productSeq":12345}}"#);
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json;charset=UTF-8");
        let again = shop.service("consume", json!({ "paymentSeq": payment, "accessToken": token })).await;
        assert_eq!(again.text, r#"{"header":{"isSuccessful":false,"resultCode":5018,"resultMessage":"ALREADY_CONSUMED: the payment was consumed before"}}"#);
        let detail = shop.shop.payment(&payment).await;
        let last = detail["events"].as_array().expect("events").last().expect("one");
        let signed = ["kind", "actor", "actorName"].map(|name| last[name].as_str());
        assert_eq!(signed, [Some("CONSUME"), Some("CLIENT"), Some("NHN IAP v1")], "no secret stands behind the call");
    }

    async fn the_documented_consumable_to_the_byte(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let empty = shop.service("consumable", json!({ "marketId": "TEST", "userChannel": "GF", "userKey": "nobody" })).await;
        assert_eq!(empty.text, r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"success"},"result":[]}"#);
        let (first, first_token) = shop.pay("player-1", "o-1", "1000", "KRW").await;
        let (second, second_token) = shop.pay("player-1", "o-2", "7.99", "USD").await;
        let product = shop.product(StoreCode::Test, "gem_100").await.1.to_string();
        let answer = shop.service("consumable", json!({ "marketId": "TEST", "userKey": "player-1" })).await;
        let names = [(first.as_str(), "FIRST"), (&second, "SECOND"), (&first_token, "TOKEN-1"), (&second_token, "TOKEN-2"), (&product, "1000292")];
        assert_eq!(named(&answer.text, &names), r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"success"},"result":[{"paymentSeq":"FIRST","productSeq":1000292,"currency":"KRW","price":1000,"accessToken":"TOKEN-1"},{"paymentSeq":"SECOND","productSeq":1000292,"currency":"USD","price":7.99,"accessToken":"TOKEN-2"}]}"#);
        for (market, user, channel) in [("AS", "player-1", Value::Null), ("AMAZON", "player-1", Value::Null), ("TEST", "player-1", json!("KR"))] {
            let other = shop.service("consumable", json!({ "marketId": market, "userKey": user, "userChannel": channel })).await;
            assert_eq!(other.json()["result"], json!([]), "{market}");
        }
    }

    async fn the_documented_subscriptions_to_the_byte(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let expires_at = START.plus_millis(611_996_259);
        let payment = shop.subscribe("default_testUserx", "20002", "20001", expires_at, ProductType::AutoSubscription).await;
        let body = json!({ "marketId": "AS", "packageName": "com.example.game", "userChannel": "GF", "userKey": "default_testUserx" });
        let answer = shop.service("activeSubscriptionList", body.clone()).await;
        let product = shop.product(StoreCode::AppStore, "pass_auto_subscription").await.1.to_string();
        let names = [(payment.as_str(), "PAYMENT"), (&product, "1002904")];
        assert_eq!(named(&answer.text, &names), r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"result":[{"channel":"GF","userId":"default_testUserx","paymentSeq":"PAYMENT","appId":"com.example.game","productId":"pass_auto_subscription","productType":"AUTO_RENEWABLE","productSeq":1002904,"currency":"KRW","price":1000,"paymentId":"20002","originalPaymentId":"20001","purchaseTimeMillis":1795392000000,"expiryTimeMillis":1796003996259,"renewTimeMillis":1795392000000}]}"#);
        for (name, value) in [("packageName", "com.example.other"), ("userKey", "nobody"), ("marketId", "GG"), ("userChannel", "KR")] {
            let mut other = body.clone();
            other[name] = value.into();
            let answer = shop.service("activeSubscriptionList", other).await;
            assert_eq!(answer.text, r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"result":[]}"#);
        }
        // A renewal on its way is waited for, two minutes.
        state.clock.advance(611_996_259 + 120_000);
        let over = shop.service("activeSubscriptionList", body).await;
        assert_eq!(over.json()["result"], json!([]), "what has expired is not listed");
    }

    async fn a_subscription_that_grants_goods_is_in_both_lists(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let expires_at = START.plus_millis(86_400_000);
        let payment = shop.subscribe("p", "1", "1", expires_at, ProductType::ConsumableAutoSubscription).await;
        let plain = shop.subscribe("p", "2", "2", expires_at, ProductType::AutoSubscription).await;
        let body = json!({ "marketId": "AS", "packageName": "com.example.game", "userKey": "p" });
        let subscriptions = shop.service("activeSubscriptionList", body.clone()).await.json();
        assert_eq!(subscriptions["result"][0]["productType"], "CONSUMABLE_AUTO_RENEWABLE");
        assert_eq!(subscriptions["result"][1]["paymentSeq"], plain.as_str());
        let list = shop.service("consumable", body).await.json();
        assert_eq!(list["result"].as_array().map(Vec::len), Some(1));
        assert_eq!(list["result"][0]["paymentSeq"], payment.as_str());
        let consume = json!({ "paymentSeq": payment, "accessToken": list["result"][0]["accessToken"] });
        assert_eq!(shop.service("consume", consume).await.code(), 0);
        let token = shop.shop.access_token(&state, &plain).await;
        assert_eq!(shop.service("consume", json!({ "paymentSeq": plain, "accessToken": token })).await.code(), 5000);
    }

    async fn each_error_has_its_number_and_no_result(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let (paid, token) = shop.pay("p", "o-1", "1", "KRW").await;
        let (reserved, _) = shop.shop.reserve("TEST", "p", "gem_100").await;
        let reserved_token = shop.shop.access_token(&state, &reserved).await;
        let other = projects::create_project(&state, &BY, "Other", Some("other-app-key")).await.expect("a project").id;
        let open = NhnInput { compatible: Some(true), ..NhnInput::default() };
        nhn::update_nhn_settings(&state, &BY, &other, &open).await.expect("changed");
        let long = "x".repeat(600);
        let cases: Vec<(&str, i64, Value)> = vec![
            ("consume", 5000, json!({ "paymentSeq": paid, "accessToken": "x".repeat(86) })),
            ("consume", 5000, json!({ "paymentSeq": paid, "accessToken": reserved_token })),
            ("consume", 5000, json!({ "paymentSeq": reserved, "accessToken": reserved_token })),
            ("consume", 5000, json!({ "paymentSeq": "2000010110000000", "accessToken": token })),
            ("consume", 5000, json!({ "paymentSeq": paid, "accessToken": "" })),
            ("consume", 5000, json!({ "accessToken": token })),
            ("consume", 5000, json!({ "paymentSeq": paid, "accessToken": null })),
            ("consume", 5000, json!({ "paymentSeq": paid, "accessToken": long })),
            ("consume", 1100, json!({ "paymentSeq": {}, "accessToken": token })),
            ("consume", 1100, json!([paid, token])),
            ("consumable", 1100, json!({ "userKey": "p" })),
            ("consumable", 1100, json!({ "marketId": "XX", "userKey": "p" })),
            ("consumable", 1100, json!({ "marketId": "TS", "userKey": "p" })),
            ("consumable", 1100, json!({ "marketId": "GG" })),
            ("consumable", 1100, json!({ "marketId": "GG", "userKey": "" })),
            ("consumable", 1100, json!({ "marketId": ["GG"], "userKey": "p" })),
            ("consumable", 1100, Value::Null),
            ("activeSubscriptionList", 1100, json!({ "marketId": "GG", "userKey": "p" })),
            ("activeSubscriptionList", 1100, json!({ "packageName": "a", "userKey": "p" })),
            ("activeSubscriptionList", 1100, json!({ "marketId": "?", "packageName": "a", "userKey": "p" })),
        ];
        for (call, code, body) in cases {
            let answer = shop.service(call, body.clone()).await;
            let header = &answer.json()["header"];
            assert_eq!((answer.code(), header["isSuccessful"].as_bool()), (code, Some(false)), "{call} {body}: {}", answer.text);
            assert!(answer.json().get("result").is_none(), "{}", answer.text);
            assert!(!answer.text.contains(&token), "a token is not echoed");
        }
        let other = [("x-nhn-tciap-appkey", "other-app-key"), JSON];
        let body = json!({ "paymentSeq": paid, "accessToken": token }).to_string();
        assert_eq!(shop.send("POST", "/v1/service/consume", &other, &body).await.code(), 5000, "another project's key");
        assert_eq!(shop.service("consume", json!({ "paymentSeq": paid, "accessToken": token })).await.code(), 0, "nothing was changed");
    }

    async fn what_comes_before_the_body_is_checked_in_order(state: TestState) {
        let shop = NhnShop::open(&state).await;
        for call in CALLS {
            let path = format!("/v1/service/{call}");
            for method in ["GET", "PUT", "DELETE", "PATCH"] {
                assert_eq!(shop.send(method, &path, &[], "").await.code(), 2112, "{method} {call}");
            }
            for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
                assert_eq!(shop.send("POST", &path, &[KEY, ("content-type", content_type)], "{}").await.code(), 2111);
            }
            assert_eq!(shop.send("POST", &path, &[KEY], "{}").await.code(), 2111, "no content type");
            for key in ["", "no-such-key", &"k".repeat(300)] {
                assert_eq!(shop.send("POST", &path, &[JSON, ("x-nhn-tciap-appkey", key)], "{}").await.code(), 1100);
            }
            assert_eq!(shop.send("POST", &path, &[JSON], "{}").await.code(), 1100, "no AppKey");
            for body in ["", "{", "null", "\"x\"", "{}x"] {
                assert_eq!(shop.send("POST", &path, &[JSON, KEY], body).await.code(), 1100, "{call} {body}");
            }
        }
        let lenient = [KEY, ("content-type", "application/json; charset=euc-kr")];
        let body = r#"{"marketId": "TEST", "userKey": 77, "somethingNew": {"a": [1]}}"#;
        assert_eq!(shop.send("POST", "/v1/service/consumable", &lenient, body).await.code(), 0);
        let (status, _) = shop.send_any("POST", "/v1/service/other", &[KEY, JSON], "{}").await;
        assert_eq!(status, 404);
    }

    async fn what_the_server_itself_refuses_stays_in_the_envelope(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let huge = format!(r#"{{"marketId": "{}"}}"#, "x".repeat(600 * 1024));
        let length = huge.len().to_string();
        for headers in [vec![KEY, JSON], vec![KEY, JSON, ("content-length", length.as_str())]] {
            let answer = shop.send("POST", "/v1/service/consumable", &headers, &huge).await;
            assert_eq!(answer.code(), 1100, "{}", answer.text);
            assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        }
        state.db.close().await;
        let answer = shop.service("consumable", json!({ "marketId": "TEST", "userKey": "p" })).await;
        assert_eq!(answer.text, r#"{"header":{"isSuccessful":false,"resultCode":9999,"resultMessage":"UNKNOWN_ERROR: The database can't be reached at present."}}"#);
    }

    async fn a_key_taken_over_works_and_the_old_one_too_until_its_end(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let taken = "NbWU7hbGqLmHfLrU";
        projects::rotate_app_key(&state, &BY, &shop.shop.project, Some(taken), 1).await.expect("taken over");
        let body = json!({ "marketId": "TEST", "userKey": "p" }).to_string();
        let call = async |key: &str| shop.send("POST", "/v1/service/consumable", &[JSON, ("x-nhn-tciap-appkey", key)], &body).await.code();
        assert_eq!((call(taken).await, call(APP_KEY).await), (0, 0));
        state.clock.advance(3_600_000);
        assert_eq!((call(taken).await, call(APP_KEY).await), (0, 1100));
        let other = projects::create_project(&state, &BY, "Other", None).await.expect("a project").id;
        assert!(projects::rotate_app_key(&state, &BY, &other, Some(taken), 1).await.is_err(), "a key has one project");
    }

    async fn fifty_consumes_at_once_are_one_0_and_the_rest_5018(state: TestState) {
        let shop = std::sync::Arc::new(NhnShop::open(&state).await);
        let (payment, token) = shop.pay("p", "o-1", "1500", "KRW").await;
        let tasks: Vec<_> = (0..50).map(|_| {
            let (shop, body) = (shop.clone(), json!({ "paymentSeq": payment, "accessToken": token }));
            tokio::spawn(async move { shop.service("consume", body).await.code() })
        }).collect();
        let mut codes = Vec::new();
        for task in tasks {
            codes.push(task.await.expect("runs"));
        }
        codes.sort_unstable();
        assert_eq!(codes, [vec![0], vec![5018; 49]].concat());
    }

    async fn a_refunded_payment_is_neither_listed_nor_consumed(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let (payment, token) = shop.pay("p", "o-1", "1500", "KRW").await;
        let seq = purser::model::PaymentSeq(payment.clone());
        purser::payments::refund(&state, &BY, &shop.shop.project, &seq, "asked").await.expect("refunded");
        assert_eq!(shop.service("consume", json!({ "paymentSeq": payment, "accessToken": token })).await.code(), 5000);
        let list = shop.service("consumable", json!({ "marketId": "TEST", "userKey": "p" })).await;
        assert_eq!(list.json()["result"], json!([]));
    }

    async fn a_price_nobody_told_is_a_number_all_the_same(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let (payment, _) = shop.shop.reserve("TEST", "p", "gem_100").await;
        shop.shop.verify(&payment, &json!({ "token": "test:gem_100:o-1" })).await;
        let list = shop.service("consumable", json!({ "marketId": "TEST", "userKey": "p" })).await;
        assert!(list.text.contains(r#""currency":"XXX","price":0,"#), "{}", list.text);
    }
}
