//! Gamebase's purchase calls.

use purser::catalog::{self, ProductInput};
use purser::model::{ProductType, StoreCode};
use purser::nhn::NhnInput;
use purser::projects;
use serde_json::{Value, json};

use crate::nhn_shop::{APP_ID, GAMEBASE_SECRET, NhnShop, named};
use crate::shop::{APP_KEY, SECRET_KEY};
use crate::support::{START, TestState, on_both};

const BY: purser::audit::By = purser::audit::By::System("test");

async fn open(state: &TestState) -> NhnShop {
    let shop = NhnShop::open(state).await;
    shop.take_over_gamebase().await;
    let product = shop.product(StoreCode::Test, "gem_100").await.1;
    let sku = ProductInput { sku: Some("tap_prod_001".into()), ..ProductInput::default() };
    catalog::update_product(state, &BY, &shop.shop.project, product, &sku).await.expect("a sku");
    shop
}

on_both! {
    async fn the_documented_payments_of_v1_3_to_the_byte(state: TestState) {
        let shop = open(&state).await;
        let (payment, token) = shop.pay("QXG774PMRZMWR3BR", "Store-Reference-Key", "1500", "KRW").await;
        let product = shop.product(StoreCode::Test, "gem_100").await.1.to_string();
        let names = [(payment.as_str(), "PAYMENT"), (&token, "TOKEN"), (&product, "1000292")];
        let list = shop.gamebase("POST", "v1.3/consumable", json!({ "marketIds": ["GG", "TEST"], "userId": "QXG774PMRZMWR3BR" })).await;
        assert_eq!(named(&list.text, &names), r#"{"header":{"transactionId":"t-1","isSuccessful":true,"resultCode":0,"resultMessage":"success"},"result":[{"paymentSeq":"PAYMENT","productSeq":1000292,"currency":"KRW","price":1500.0,"marketId":"TEST","accessToken":"TOKEN","paymentId":"Store-Reference-Key","gamebaseProductId":"tap_prod_001","purchaseTime":"2026-11-23T09:00:00+09:00","payload":"note","isTestPurchase":true}]}"#);
        assert_eq!(list.headers["x-tcgb-transaction-id"], "t-1");
        assert_eq!(list.headers["content-type"], "application/json;charset=UTF-8");

        let found = shop.gamebase("GET", &format!("v1.3/payment/transaction?accessToken={token}"), Value::Null).await;
        assert_eq!(named(&found.text, &names), r#"{"header":{"transactionId":"t-1","isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"result":{"paymentSeq":"PAYMENT","productSeq":1000292,"currency":"KRW","price":1500.0,"marketId":"TEST","accessToken":"TOKEN","paymentId":"Store-Reference-Key","productType":"CONSUMABLE","userId":"QXG774PMRZMWR3BR","gamebaseProductId":"tap_prod_001","purchaseTime":"2026-11-23T09:00:00+09:00","payload":"note","isTestPurchase":true,"isConsumable":true}}"#);

        let consumed = shop.gamebase("POST", "v1.3/consume", json!({ "paymentSeq": payment, "accessToken": token })).await;
        assert_eq!(named(&consumed.text, &names), r#"{"header":{"transactionId":"t-1","isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"result":{"price":1500.0,"currency":"KRW","productSeq":1000292,"marketId":"TEST","gamebaseProductId":"tap_prod_001","payload":"note"}}"#);
        let again = shop.gamebase("POST", "v1.3/consume", json!({ "paymentSeq": payment, "accessToken": token })).await;
        assert_eq!(again.text, r#"{"header":{"transactionId":"t-1","isSuccessful":false,"resultCode":5018,"resultMessage":"ALREADY_CONSUMED: the payment was consumed before","traceError":{"trackingTime":1795392000000,"throwPoint":"iap","uri":"/tcgb-inapp/v1.3/apps/C3JmSctU/consume"}}}"#);
        let found = shop.gamebase("GET", &format!("v1.3/payment/transaction?accessToken={token}"), Value::Null).await;
        assert_eq!(found.json()["result"]["isConsumable"], false);
    }

    async fn the_documented_subscriptions_of_v1_3_to_the_byte(state: TestState) {
        let shop = open(&state).await;
        let expires_at = START.plus_millis(600_000);
        let first = shop.subscribe("u", "1000", "1000", START.plus_millis(1_000), ProductType::AutoSubscription).await;
        state.clock.advance(1_000);
        let second = shop.subscribe("u", "1001", "1000", expires_at, ProductType::AutoSubscription).await;
        let first_token = shop.shop.access_token(&state, &first).await;
        let second_token = shop.shop.access_token(&state, &second).await;
        let product = shop.product(StoreCode::AppStore, "pass_auto_subscription").await.1.to_string();
        let names = [(second.as_str(), "SECOND"), (&second_token, "TOKEN"), (&product, "1001221")];
        let body = json!({ "marketIds": ["GG", "AS"], "packageName": "com.example.game", "userId": "u",
            "includeInactiveGoogleStatuses": ["ON_HOLD"] });
        let list = shop.gamebase("POST", "v1.3/active-subscriptions", body).await;
        assert_eq!(named(&list.text, &names), r#"{"header":{"transactionId":"t-1","isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"result":[{"marketId":"AS","userId":"u","paymentSeq":"SECOND","accessToken":"TOKEN","productSeq":1001221,"productId":"pass_auto_subscription","productType":"AUTO_RENEWABLE","originalPaymentId":"1000","paymentId":"1001","price":1000.0,"currency":"KRW","gamebaseProductId":"pass_auto_subscription","purchaseTime":"2026-11-23T09:00:01+09:00","expiryTime":"2026-11-23T09:10:00+09:00","renewTime":"2026-11-23T09:00:01+09:00","isTestPurchase":true,"referenceStatus":"RENEWED"}]}"#);

        let body = json!({ "payments": [{ "paymentSeq": first, "accessToken": first_token }] });
        let status = shop.gamebase("POST", "v1.3/subscriptions/status", body.clone()).await;
        assert_eq!(named(&status.text, &names), r#"{"header":{"transactionId":"t-1","isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"result":[{"userId":"u","paymentSeq":"SECOND","accessToken":"TOKEN","paymentId":"1001","originalPaymentId":"1000","purchaseTime":"2026-11-23T09:00:01+09:00","expiryTime":"2026-11-23T09:10:00+09:00","renewTime":"2026-11-23T09:00:01+09:00","referenceStatus":"RENEWED"}]}"#);
        // A renewal on its way is waited for, two minutes.
        state.clock.advance(600_000 + 120_000);
        let status = shop.gamebase("POST", "v1.3/subscriptions/status", body).await;
        assert_eq!(status.json()["result"][0]["referenceStatus"], "EXPIRED");

        let (paid, paid_token) = shop.pay("u", "o-1", "1", "KRW").await;
        for (payments, code) in [
            (json!([]), 1100), (Value::Null, 1100), (json!("x"), 5032),
            (json!([{ "paymentSeq": first, "accessToken": second_token }]), 1100),
            (json!([{ "paymentSeq": paid, "accessToken": paid_token }]), 1100),
            (json!(vec![json!({ "paymentSeq": first, "accessToken": first_token }); 11]), -4_000_008),
        ] {
            let answer = shop.gamebase("POST", "v1.3/subscriptions/status", json!({ "payments": payments })).await;
            assert_eq!(answer.code(), code, "{payments}: {}", answer.text);
        }
        for call in ["v1.3/subscriptions/cancel", "v1.3/subscriptions/revoke"] {
            let answer = shop.gamebase("POST", call, json!({ "paymentSeq": second, "accessToken": second_token })).await;
            assert_eq!(answer.code(), 1100, "{}", answer.text);
            assert!(answer.text.contains("only Google Play subscriptions"), "{}", answer.text);
            assert_eq!(shop.gamebase("POST", call, json!({ "paymentSeq": second, "accessToken": "x" })).await.code(), 1100);
        }
    }

    async fn the_documented_earlier_versions_to_the_byte(state: TestState) {
        let shop = open(&state).await;
        let (payment, token) = shop.pay("QXG", "o-1", "1000", "KRW").await;
        let (app, product) = shop.product(StoreCode::Test, "gem_100").await;
        let item = product.to_string();
        let names = [(payment.as_str(), "PAYMENT"), (&token, "TOKEN"), (&item, "1000292")];
        let list = shop.gamebase("POST", "v1.2/consumable", json!({ "marketId": "TEST", "userChannel": "GF", "userKey": "QXG" })).await;
        assert_eq!(named(&list.text, &names), r#"{"header":{"transactionId":"t-1","isSuccessful":true,"resultCode":0,"resultMessage":"success"},"result":[{"paymentSeq":"PAYMENT","productSeq":1000292,"currency":"KRW","price":1000.0,"accessToken":"TOKEN"}]}"#);
        let list = shop.gamebase("POST", "v1.0/consumable/list", json!({ "appSeq": app, "userKey": "QXG" })).await;
        assert_eq!(named(&list.text, &names), r#"{"header":{"transactionId":"t-1","isSuccessful":true,"resultCode":0,"resultMessage":"success"},"result":[{"paymentSeq":"PAYMENT","itemSeq":1000292,"currency":"KRW","price":1000.0,"purchaseToken":"TOKEN"}]}"#);
        let items = shop.gamebase("GET", &format!("v1.0/item/list/{app}"), Value::Null).await.json();
        assert_eq!(items["result"]["itemList"][0]["itemSeq"].to_string(), item);
        assert_eq!(items["result"]["appSeq"], app.to_string());
        let path = format!("v1.0/consume/{payment}/items/{item}");
        assert_eq!(shop.gamebase("POST", &path, json!({ "purchaseToken": "x" })).await.code(), 5000);
        let consumed = shop.gamebase("POST", &path, json!({ "purchaseToken": token })).await;
        assert_eq!(consumed.text, r#"{"header":{"transactionId":"t-1","isSuccessful":true,"resultCode":0,"resultMessage":"request is successful"},"result":{"price":1000.0,"currency":"KRW"}}"#);
        let again = shop.gamebase("POST", "v1.2/consume", json!({ "paymentSeq": payment, "accessToken": token })).await;
        assert_eq!(again.code(), 5018);
        let (payment, token) = shop.pay("QXG", "o-2", "1500", "KRW").await;
        let consumed = shop.gamebase("POST", "v1.2/consume", json!({ "paymentSeq": payment, "accessToken": token })).await;
        assert_eq!(named(&consumed.text, &names), r#"{"header":{"transactionId":"t-1","isSuccessful":true,"resultCode":0,"resultMessage":"SUCCESS"},"result":{"price":1500.0,"currency":"KRW","productSeq":1000292}}"#);
        let expires_at = START.plus_millis(1_000);
        shop.subscribe("QXG", "7", "7", expires_at, ProductType::AutoSubscription).await;
        let body = json!({ "marketId": "AS", "packageName": "com.example.game", "userChannel": "GF", "userKey": "QXG" });
        let subscriptions = shop.gamebase("POST", "v1.2/active-subscriptions", body).await;
        assert!(subscriptions.text.ends_with(r#""purchaseTimeMillis":1795392000000,"expiryTimeMillis":1795392001000}]}"#), "{}", subscriptions.text);
    }

    async fn who_calls_is_checked_first_and_told_apart(state: TestState) {
        let shop = open(&state).await;
        let body = r#"{"userId": "u"}"#;
        let call = async |app: &str, secret: &str, content_type: &str, body: &str| {
            let headers = [("x-secret-key", secret), ("content-type", content_type)];
            shop.send("POST", &format!("/tcgb-inapp/v1.3/apps/{app}/consumable"), &headers, body).await.code()
        };
        let json = "application/json";
        let project = shop.shop.project.0.clone();
        let rows = [
            (APP_ID, GAMEBASE_SECRET, json, body, 0),
            (APP_ID, SECRET_KEY, json, body, 0),
            (project.as_str(), SECRET_KEY, json, body, 0),
            (APP_KEY, SECRET_KEY, json, body, 0),
            (APP_KEY, GAMEBASE_SECRET, json, body, 0),
            ("nobody", GAMEBASE_SECRET, json, body, -4_010_001),
            (APP_ID, "", json, body, -4_010_004),
            (APP_ID, "IgsaAp", json, body, -4_010_004),
            (APP_ID, "sk_wrongwrongwrongwrong", json, body, -4_010_004),
            (APP_ID, GAMEBASE_SECRET, "text/plain", body, -4_060_001),
            (APP_ID, GAMEBASE_SECRET, json, "{", -4_150_001),
            (APP_ID, GAMEBASE_SECRET, json, "", -4_150_001),
            (APP_ID, GAMEBASE_SECRET, json, r#"{"userId": {}}"#, 5032),
            (APP_ID, GAMEBASE_SECRET, json, r#"{"userId": "u", "marketIds": "GG"}"#, 5032),
            (APP_ID, GAMEBASE_SECRET, json, "{}", 1100),
            (APP_ID, GAMEBASE_SECRET, json, r#"{"userId": "u", "marketIds": ["XX"]}"#, 1100),
            (APP_ID, GAMEBASE_SECRET, json, r#"{"userId": "u", "marketId": "XX"}"#, 1100),
            (APP_ID, GAMEBASE_SECRET, json, r#"{"userId": "u", "marketIds": null, "marketId": "GG"}"#, 0),
            (APP_ID, GAMEBASE_SECRET, json, r#"{"userId": "u", "marketIds": ["AMAZON", "GG"]}"#, 0),
        ];
        for (app, secret, content_type, body, code) in rows {
            assert_eq!(call(app, secret, content_type, body).await, code, "{app} {content_type} {body}");
        }
        let other = projects::create_project(&state, &BY, "Other", Some("other-app-key")).await.expect("a project").id;
        assert_eq!(call(other.as_str(), SECRET_KEY, json, body).await, -4_010_004, "a key opens its own project only");
        shop.change(NhnInput { gamebase_secret: Some(String::new()), ..NhnInput::default() }).await;
        assert_eq!(call(APP_ID, GAMEBASE_SECRET, json, body).await, -4_010_004, "a key taken away opens nothing");
    }

    async fn addresses_of_no_version_and_other_verbs_stay_in_the_envelope(state: TestState) {
        let shop = open(&state).await;
        for (method, path) in [
            ("POST", "/tcgb-inapp/v1.4/apps/C3JmSctU/consume"),
            ("POST", "/tcgb-inapp/v1.3/apps/C3JmSctU/nothing"),
            ("GET", "/tcgb-inapp/v1.3/apps/C3JmSctU/consume"),
            ("POST", "/tcgb-inapp/v1.3/apps/C3JmSctU/payment/transaction"),
        ] {
            let answer = shop.send(method, path, &[("x-tcgb-transaction-id", "t-9")], "").await;
            let body = answer.json();
            assert_eq!(answer.code(), -4_060_003, "{method} {path}");
            assert_eq!((&body["header"]["transactionId"], &body["header"]["traceError"]["uri"]), (&json!("t-9"), &json!(path)));
            assert_eq!(body["header"]["traceError"]["throwPoint"], "gateway");
        }
        let answer = shop.send("POST", "/tcgb-inapp/v1.3/apps/x/consume", &[], "").await;
        let made = answer.json()["header"]["transactionId"].as_str().expect("made here").to_owned();
        assert_eq!(answer.headers["x-tcgb-transaction-id"], made.as_str());
        assert!(uuid::Uuid::parse_str(&made).is_ok());
        let huge = "x".repeat(600 * 1024);
        let length = huge.len().to_string();
        let headers = [("content-length", length.as_str()), ("x-tcgb-transaction-id", "t-2")];
        let answer = shop.send("POST", "/tcgb-inapp/v1.3/apps/C3JmSctU/consume", &headers, &huge).await;
        assert_eq!((answer.code(), answer.headers["x-tcgb-transaction-id"].as_bytes()), (1100, &b"t-2"[..]));
        let (status, _) = shop.send_any("POST", "/tcgb-other/v1.3/apps/x", &[], "").await;
        assert_eq!(status, 404);
    }

    async fn a_payment_is_found_by_its_own_token_only(state: TestState) {
        let shop = open(&state).await;
        let (reserved, _) = shop.shop.reserve("TEST", "u", "gem_100").await;
        let token = shop.shop.access_token(&state, &reserved).await;
        let (_, paid_token) = shop.pay("u", "o-1", "2.29", "EUR").await;
        for (query, code) in [
            (format!("accessToken={token}"), 1100),
            (format!("accessToken={}", &paid_token[1..]), 1100),
            ("accessToken=".into(), -4_000_002),
            ("other=1".into(), -4_000_002),
            (format!("a=b&accessToken={paid_token}"), 0),
        ] {
            let answer = shop.gamebase("GET", &format!("v1.3/payment/transaction?{query}"), Value::Null).await;
            assert_eq!(answer.code(), code, "{query}: {}", answer.text);
        }
        let other = projects::create_project(&state, &BY, "Other", None).await.expect("a project").id;
        projects::create_secret_key(&state, &BY, &other, "server", Some("sk_other456789abcdef0123456789")).await.expect("a key");
        let headers = [("x-secret-key", "sk_other456789abcdef0123456789")];
        let path = format!("/tcgb-inapp/v1.3/apps/{other}/payment/transaction?accessToken={paid_token}");
        assert_eq!(shop.send("GET", &path, &headers, "").await.code(), 1100, "another project's payment");
    }
}
