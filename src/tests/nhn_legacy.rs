//! The legacy calls without a key: only where a project switched them on.

use purser::model::StoreCode;
use purser::nhn::NhnInput;
use purser::projects::{self, AppInput};
use serde_json::{Value, json};

use crate::nhn_shop::{NhnShop, named};
use crate::support::{TestState, on_both};

const BY: purser::audit::By = purser::audit::By::System("test");

async fn open(state: &TestState) -> NhnShop {
    let shop = NhnShop::open(state).await;
    shop.change(NhnInput { legacy: Some(true), ..NhnInput::default() }).await;
    shop
}

on_both! {
    async fn they_are_off_by_default_and_look_like_a_wrong_number(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let (payment, token) = shop.pay("tester", "o-1", "1000", "KRW").await;
        let (app, item) = shop.product(StoreCode::Test, "gem_100").await;
        let consume = |item: String| format!("/inapp/v3/consume/{payment}/items/{item}");
        let off = shop.legacy(&consume(item.to_string()), json!({ "purchaseToken": token })).await;
        let none = shop.legacy(&consume("9999999".into()), json!({ "purchaseToken": token })).await;
        assert_eq!((off.code(), &off.text), (1100, &none.text));
        let list = "/standard/inapp/v1/consumable/list";
        let off = shop.legacy(list, json!({ "appSeq": app, "userKey": "tester" })).await;
        let none = shop.legacy(list, json!({ "appSeq": 9_999_999, "userKey": "tester" })).await;
        assert_eq!((off.code(), &off.text), (1100, &none.text));
        let off = shop.send("GET", &format!("/standard/item/list/{app}"), &[], "").await;
        let none = shop.send("GET", "/standard/item/list/9999999", &[], "").await;
        assert_eq!((off.code(), &off.text), (1100, &none.text));
        assert!(shop.shop.payment(&payment).await["consumed"] == false);
    }

    async fn the_documented_consume_to_the_byte(state: TestState) {
        let shop = open(&state).await;
        let (payment, token) = shop.pay("tester", "o-1", "1000", "KRW").await;
        let (_, item) = shop.product(StoreCode::Test, "gem_100").await;
        let (_, other_item) = shop.product(StoreCode::Test, "gem_500").await;
        let path = |item: i64| format!("/inapp/v3/consume/{payment}/items/{item}");
        let wrong = shop.legacy(&path(other_item.0), json!({ "purchaseToken": token })).await;
        assert_eq!(wrong.text, r#"{"header":{"resultCode":5000,"resultMessage":"CONSUME_FAILED: the item is not the payment's","isSuccessful":false}}"#);
        for token in [Value::Null, json!(""), json!("x".repeat(88))] {
            assert_eq!(shop.legacy(&path(item.0), json!({ "purchaseToken": token })).await.code(), 5000);
        }
        let answer = shop.legacy(&path(item.0), json!({ "purchaseToken": token })).await;
        assert_eq!(answer.text, r#"{"header":{"resultCode":0,"resultMessage":"request is successful","isSuccessful":true},"result":{"price":1000.0,"currency":"KRW"}}"#);
        assert_eq!(shop.legacy(&path(item.0), json!({ "purchaseToken": token })).await.code(), 5018);
        assert_eq!(shop.send("GET", &path(item.0), &[], "").await.code(), 2112);
        assert_eq!(shop.send("POST", &path(item.0), &[("content-type", "text/plain")], "{}").await.code(), 2111);
        assert_eq!(shop.legacy(&format!("/inapp/v3/consume/{payment}/items/x"), json!({})).await.code(), 1100);
        assert_eq!(shop.legacy(&format!("/inapp/v3/consume/%ff/items/{item}"), json!({ "purchaseToken": token })).await.code(), 1100);
    }

    async fn the_documented_list_to_the_byte(state: TestState) {
        let shop = open(&state).await;
        let (payment, token) = shop.pay("tester", "o-1", "1000", "KRW").await;
        let (app, item) = shop.product(StoreCode::Test, "gem_100").await;
        let (other_app, _) = shop.product(StoreCode::AppStore, "gem_100").await;
        let list = "/standard/inapp/v1/consumable/list";
        for app_seq in [json!(app.to_string()), json!(app)] {
            let answer = shop.legacy(list, json!({ "appSeq": app_seq, "userChannel": "GF", "userKey": "tester" })).await;
            let item = item.to_string();
            let names = [(payment.as_str(), "PAYMENT"), (&token, "TOKEN"), (&item, "1000292")];
            assert_eq!(named(&answer.text, &names), r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"success"},"result":[{"paymentSeq":"PAYMENT","itemSeq":1000292,"currency":"KRW","price":1000,"purchaseToken":"TOKEN"}]}"#);
        }
        let other = shop.legacy(list, json!({ "appSeq": other_app, "userKey": "tester" })).await;
        assert_eq!(other.json()["result"], json!([]), "of that app only");
        for body in [json!({ "userKey": "tester" }), json!({ "appSeq": "x", "userKey": "t" }), json!({ "appSeq": app })] {
            assert_eq!(shop.legacy(list, body).await.code(), 1100);
        }
        assert_eq!(shop.send("GET", list, &[], "").await.code(), 2112);
    }

    async fn the_documented_items_to_the_byte(state: TestState) {
        let shop = open(&state).await;
        let input = AppInput { name: Some("One".into()), beside_live: Some(true), ..AppInput::default() };
        let app = projects::create_app(&state, &BY, &shop.shop.project, StoreCode::OneStore, "com.example.one", &input).await.expect("an app");
        let details = purser::catalog::ProductInput { name: Some("가스".into()), ..Default::default() };
        let new = purser::catalog::NewProduct {
            app: app.app_seq, store_product_id: "gas", product_type: purser::model::ProductType::Consumable, details: &details,
        };
        let product = purser::catalog::create_product(&state, &BY, &shop.shop.project, &new).await.expect("a product");
        let path = format!("/standard/item/list/{}", app.app_seq);
        let (app_seq, item) = (app.app_seq.to_string(), product.product_seq.to_string());
        for method in ["GET", "POST"] {
            let answer = shop.send(method, &path, &[], "").await;
            let text = named(&answer.text, &[(&format!("\"{app_seq}\""), "\"1000047\""), (&item, "1000059")]);
            assert_eq!(text, r#"{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":"success"},"result":{"appUsingStatus":"USE","itemList":[{"itemSeq":1000059,"itemName":"가스","marketItemId":"gas","usingStatus":"USE","regYmdt":"2026-11-23 09:00:00","appName":"One","marketId":"TS"}],"marketAppId":"com.example.one","appSeq":"1000047"}}"#);
        }
        assert_eq!(shop.send("DELETE", &path, &[], "").await.code(), 2112);
        assert_eq!(shop.send("GET", "/standard/item/list/abc", &[], "").await.code(), 1100);
    }

    async fn one_projects_switch_opens_no_other_project(state: TestState) {
        let shop = open(&state).await;
        let other = projects::create_project(&state, &BY, "Other", None).await.expect("a project").id;
        let app = projects::create_app(&state, &BY, &other, StoreCode::GooglePlay, "com.example.closed", &AppInput::default()).await.expect("an app");
        assert_eq!(shop.send("GET", &format!("/standard/item/list/{}", app.app_seq), &[], "").await.code(), 1100);
    }
}
