//! The edges of the wire: a byte order mark, a slash at the end of an address, user keys an address can't hold, more than one
//! piece in a purchase.

use axum::http::StatusCode;
use purser::apply::apply;
use purser::audit::By;
use purser::model::{PaymentSeq, StoreCode};
use purser::payments::{self, ConsumedImport};
use purser::projects;
use purser::users::User;
use serde_json::{Value, json};

use crate::apple_life::{gem, told};
use crate::nhn_shop::{APP_ID, GAMEBASE_SECRET, NhnShop};
use crate::shop::{APP_KEY, Key, Shop, text};
use crate::support::{TestState, on_both};

const BY: By = By::System("test");
const MARK: &str = "\u{FEFF}";
const JSON: (&str, &str) = ("content-type", "application/json");
const NHN: (&str, &str) = ("x-nhn-tciap-appkey", APP_KEY);
const GAMEBASE: (&str, &str) = ("x-secret-key", GAMEBASE_SECRET);

/// The shop with NHN's server API and Gamebase's app id and secret key.
async fn open(state: &TestState) -> NhnShop {
    let shop = NhnShop::open(state).await;
    shop.take_over_gamebase().await;
    shop
}

/// A purchase of three pieces in the TEST store; the payment's number and token.
async fn buy_three(shop: &Shop, user: &str, order: &str) -> (String, String) {
    let proof = json!({ "token": json!({ "orderId": order, "productId": "gem_100", "quantity": 3 }).to_string() });
    let body = json!({ "store": "TEST", "userKey": user, "proof": proof });
    let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments/verify", body).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    (text(&body, "paymentSeq"), text(&body, "accessToken"))
}

on_both! {
    async fn a_byte_order_mark_is_skipped_on_every_surface(state: TestState) {
        let nhn = open(&state).await;
        let shop = &nhn.shop;
        let app_key = ("x-appkey", APP_KEY);
        let body = format!("{MARK}{}", json!({ "userKey": "player-1" }));
        assert_eq!(shop.send("/api/v1/users", body.clone(), &[JSON, app_key]).await.0, StatusCode::CREATED);
        assert_eq!(shop.send("/api/v1/users", body.clone(), &[JSON, app_key, ("idempotency-key", "k-1")]).await.0, StatusCode::OK);
        let rows = format!("{MARK}{}", json!({ "items": [{ "store": "TEST", "userKey": "p", "proof": { "token": "no" } }] }));
        assert_eq!(shop.send("/api/v1/payments/verify", rows, &[JSON, app_key]).await.0, StatusCode::OK);

        let list = format!("{MARK}{}", json!({ "marketId": "TEST", "userKey": "player-1" }));
        assert_eq!(nhn.send("POST", "/v1/service/consumable", &[JSON, NHN], &list).await.code(), 0);
        let path = format!("/tcgb-inapp/v1.3/apps/{APP_ID}/consumable");
        let body = format!("{MARK}{}", json!({ "userId": "player-1" }));
        assert_eq!(nhn.send("POST", &path, &[JSON, GAMEBASE], &body).await.code(), 0);

        let told = told("ONE_TIME_CHARGE", None, gem("1", json!({}))).sign(&state);
        let path = "/callback/subscription/com.example.game/AS/v2";
        assert_eq!(shop.send(path, format!("{MARK}{told}"), &[JSON]).await.0, StatusCode::OK);
        let unsigned = "/callback/subscription/com.example.game/AS";
        let (without, with) = (shop.send(unsigned, "{}".into(), &[JSON]).await, shop.send(unsigned, format!("{MARK}{{}}"), &[JSON]).await);
        assert_eq!(without, with, "read as without it");
    }

    async fn a_byte_order_mark_is_skipped_in_files(state: TestState) {
        let shop = Shop::open(&state).await;
        let app = projects::list_apps(&state, &shop.project).await.expect("apps")[0].app_seq;
        let file = format!("{MARK}orderId\nGPA.1\n");
        let taken = payments::import_consumed(&state, &BY, &shop.project, app, file.as_bytes()).await.expect("reads");
        assert_eq!(taken, ConsumedImport::Taken { orders: 1, consumed: 0 });

        let folder = std::env::temp_dir().join(format!("purser_edges_{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("secret"), format!("{MARK}sk_abcdefghijklmnopqrstuvwxyz\r\n")).expect("writes");
        let declared = format!("{MARK}[[project]]\nname = \"Other\"\nsecret_keys = [{{ name = \"server\", value = \"file:secret\" }}]\n");
        std::fs::write(folder.join("file.toml"), declared).expect("writes");
        let applied = apply(&state, &folder.join("file.toml")).await;
        std::fs::remove_dir_all(&folder).expect("removes");
        assert_eq!(applied.expect("applies").len(), 2);
        assert!(projects::authenticate_secret_key(&state, "sk_abcdefghijklmnopqrstuvwxyz").await.is_ok(), "no mark is in the secret");
    }

    async fn a_slash_at_the_end_answers_as_without_it(state: TestState) {
        let nhn = open(&state).await;
        let shop = &nhn.shop;
        let (status, user) = shop.call(Key::Secret, "POST", "/api/v1/users/", json!({ "userKey": "player-1" })).await;
        assert_eq!((status, &user["userKey"]), (StatusCode::CREATED, &json!("player-1")), "with its body, without a redirect");
        for path in ["/api/v1/users/player-1/consumables", "/api/v1/users/player-1/subscriptions", "/api/v1/products", "/api/v1/payments"] {
            let without = shop.call(Key::Secret, "GET", &format!("{path}?stores=TEST"), Value::Null).await;
            assert_eq!(without.0, StatusCode::OK, "{path}");
            assert_eq!(shop.call(Key::Secret, "GET", &format!("{path}/?stores=TEST"), Value::Null).await, without, "{path}/");
        }
        let input = json!({ "store": "TEST", "productId": "gem_100", "userKey": "player-1" });
        let (status, reserved) = shop.call(Key::App, "POST", "/api/v1/payments/", input).await;
        assert_eq!(status, StatusCode::CREATED, "{reserved}");
        let path = format!("/api/v1/payments/{}/verify/", text(&reserved, "paymentSeq"));
        let (status, paid) = shop.call(Key::App, "POST", &path, json!({ "proof": { "token": "test:gem_100:order-1" } })).await;
        assert_eq!(status, StatusCode::OK, "{paid}");

        let list = json!({ "marketId": "TEST", "userKey": "player-1" });
        let found = nhn.service("consumable/", list.clone()).await.text;
        assert!(found.contains(&text(&reserved, "paymentSeq")), "{found}");
        assert_eq!(found, nhn.service("consumable", list).await.text);
        let found = nhn.gamebase("POST", "v1.3/consumable/", json!({ "userId": "player-1" })).await;
        assert_eq!((found.code(), found.json()["result"].as_array().map(Vec::len)), (0, Some(1)), "{}", found.text);
        let told = told("ONE_TIME_CHARGE", None, gem("1", json!({}))).sign(&state);
        let (status, _) = shop.call(Key::None, "POST", "/callback/subscription/com.example.game/AS/v2/", told).await;
        assert_eq!(status, StatusCode::OK);
        for path in ["/healthz/", "/readyz/"] {
            assert_eq!(shop.call(Key::None, "GET", path, Value::Null).await.0, StatusCode::OK, "{path}");
        }
        assert_eq!(shop.call(Key::Secret, "GET", "/api/v1/payments//", Value::Null).await.0, StatusCode::NOT_FOUND);
    }

    async fn dot_segments_are_no_user_keys_anywhere(state: TestState) {
        let nhn = open(&state).await;
        let shop = &nhn.shop;
        let (payment, _) = buy_three(shop, "player-1", "order-1").await;
        let app = projects::list_apps(&state, &shop.project).await.expect("apps")[0].app_seq;
        for key in [".", ".."] {
            let proof = json!({ "token": "test:gem_100:order-2" });
            for (path, body) in [
                ("/api/v1/users", json!({ "userKey": key })),
                ("/api/v1/payments", json!({ "store": "TEST", "productId": "gem_100", "userKey": key })),
                ("/api/v1/payments/verify", json!({ "store": "TEST", "userKey": key, "proof": proof })),
            ] {
                let (status, answer) = shop.call(Key::Secret, "POST", path, body).await;
                assert_eq!((status, &answer["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("userKey")), "{path}: {answer}");
                assert!(text(&answer, "detail").contains("must not be"), "{answer}");
            }
            let rows = json!({ "items": [{ "store": "TEST", "userKey": key, "proof": proof }] });
            let (_, answer) = shop.call(Key::Secret, "POST", "/api/v1/payments/verify", rows).await;
            assert_eq!(answer["items"][0]["error"]["param"], "userKey", "{answer}");
            // A client that does not resolve it.
            let path = format!("/api/v1/users/{}/consumables", key.replace('.', "%2e"));
            assert_eq!(shop.call(Key::Secret, "GET", &path, Value::Null).await.0, StatusCode::UNPROCESSABLE_ENTITY);

            let found = nhn.service("consumable", json!({ "marketId": "TEST", "userKey": key })).await;
            assert!(found.code() != 0 && found.text.contains("userKey"), "{}", found.text);
            let found = nhn.gamebase("POST", "v1.3/consumable", json!({ "userId": key })).await;
            assert!(found.code() != 0 && found.text.contains("userId"), "{}", found.text);

            let file = format!("orderId,userKey\nGPA.1,{key}\n");
            let taken = payments::import_consumed(&state, &BY, &shop.project, app, file.as_bytes()).await.expect("reads");
            let ConsumedImport::Refused(rows) = taken else { panic!("{taken:?}") };
            assert_eq!(rows[0].fault.param.as_deref(), Some("userKey"));
            // Staff give purchases to a `User`, which none can be made of.
            assert!(User::parse(key, None).is_err());
        }
        assert_eq!(payments::find(&state, &shop.project, &PaymentSeq(payment)).await.expect("there").user_key, "player-1");
    }

    async fn more_than_one_piece_is_one_more_key(state: TestState) {
        let nhn = open(&state).await;
        let (one, _) = nhn.pay("player-1", "order-0", "1000", "KRW").await;
        let (three, token) = buy_three(&nhn.shop, "player-1", "order-1").await;
        let app = nhn.product(StoreCode::Test, "gem_100").await.0;
        let keys = |item: &Value| item.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
        for list in [
            nhn.service("consumable", json!({ "marketId": "TEST", "userKey": "player-1" })).await,
            nhn.gamebase("POST", "v1.2/consumable", json!({ "marketId": "TEST", "userKey": "player-1" })).await,
            nhn.gamebase("POST", "v1.3/consumable", json!({ "userId": "player-1" })).await,
            nhn.gamebase("POST", "v1.0/consumable/list", json!({ "appSeq": app, "userKey": "player-1" })).await,
        ] {
            let items = list.json()["result"].clone();
            assert_eq!([&items[0]["paymentSeq"], &items[1]["paymentSeq"]], [&json!(one), &json!(three)], "{}", list.text);
            assert_eq!([&items[0]["quantity"], &items[1]["quantity"]], [&Value::Null, &json!(3)], "{}", list.text);
            // A payload is there where the reservation had one.
            let others = |item: &Value| keys(item).into_iter().filter(|key| key != "quantity" && key != "payload").collect::<Vec<_>>();
            assert_eq!(others(&items[0]), others(&items[1]));
            assert!(list.text.trim_end_matches(['}', ']']).ends_with("\"quantity\":3"), "after the others: {}", list.text);
        }
        let consumed = nhn.service("consume", json!({ "paymentSeq": three, "accessToken": token })).await;
        assert_eq!(consumed.json()["result"]["quantity"], 3, "{}", consumed.text);
    }
}
