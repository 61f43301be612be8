//! NHN's server API is answered where a project says so, and to whom.

use axum::body::Body;
use axum::http::Request;
use purser::audit::{self, By};
use purser::model::{AuditQuery, StoreCode};
use purser::nhn::{self, NhnInput};
use purser::router::router;
use serde_json::{Value, json};

use crate::nhn_shop::NhnShop;
use crate::people::send;
use crate::shop::APP_KEY;
use crate::support::{TestState, on_both};

fn switched(is_on: bool) -> NhnInput {
    NhnInput { compatible: Some(is_on), ..NhnInput::default() }
}

fn only_from(addresses: &str) -> NhnInput {
    NhnInput { addresses: Some(addresses.into()), ..NhnInput::default() }
}

/// A call from an address; its code and text.
async fn call_from(state: &TestState, from: &str, method: &str, path: &str, body: Value) -> (i64, String) {
    let request = Request::builder().method(method).uri(path).header("x-nhn-tciap-appkey", APP_KEY);
    let request = request.header("content-type", "application/json").body(Body::from(body.to_string())).expect("a request");
    let answer = send(&router(state.state.clone()), from, request).await;
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}", answer.body));
    (body["header"]["resultCode"].as_i64().expect("a code"), answer.body)
}

on_both! {
    async fn off_it_looks_like_a_wrong_key(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let (payment, token) = shop.pay("player-1", "o-1", "1000", "KRW").await;
        shop.change(switched(false)).await;
        let bodies = [
            ("consume", json!({ "paymentSeq": payment, "accessToken": token })),
            ("consumable", json!({ "marketId": "TEST", "userKey": "player-1" })),
            ("activeSubscriptionList", json!({ "marketId": "TEST", "userKey": "player-1", "packageName": "com.example.test" })),
        ];
        for (call, body) in &bodies {
            let off = shop.service(call, body.clone()).await;
            let headers = [("x-nhn-tciap-appkey", "no-such-app-key"), ("content-type", "application/json")];
            let unknown = shop.send("POST", &format!("/v1/service/{call}"), &headers, &body.to_string()).await;
            assert_eq!((off.code(), &off.text), (1100, &unknown.text), "{call}");
        }
        assert_eq!(shop.shop.payment(&payment).await["consumed"], false);
        nhn::flush_calls(&state).await.expect("added");
        let calls = nhn::list_calls(&state, &shop.shop.project, purser::model::ZoneOffset::KST).await.expect("counts");
        assert_eq!(calls.counts.iter().map(|count| (count.outcome, count.week)).collect::<Vec<_>>(), [(1100, 1); 3], "operators see them");
        shop.change(switched(true)).await;
        for (call, body) in bodies {
            assert_eq!(shop.service(call, body).await.code(), 0, "{call}");
        }
    }

    async fn legacy_calls_need_both_switches(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let (app, _) = shop.product(StoreCode::Test, "gem_100").await;
        for (compatible, legacy, code) in [(true, false, 1100), (false, true, 1100), (false, false, 1100), (true, true, 0)] {
            shop.change(NhnInput { legacy: Some(legacy), ..switched(compatible) }).await;
            let list = json!({ "appSeq": app, "userKey": "player-1" });
            assert_eq!(shop.legacy("/standard/inapp/v1/consumable/list", list).await.code(), code, "{compatible} {legacy}");
        }
    }

    async fn only_listed_addresses_are_answered(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let (payment, token) = shop.pay("player-1", "o-1", "1000", "KRW").await;
        let (app, item) = shop.product(StoreCode::Test, "gem_100").await;
        shop.change(NhnInput { legacy: Some(true), ..only_from("203.0.113.0/24, 2001:db8::7") }).await;
        let consume = json!({ "paymentSeq": payment, "accessToken": token, "purchaseToken": token });
        let legacy = format!("/inapp/v3/consume/{payment}/items/{item}");
        let calls = [
            ("POST", "/v1/service/consumable".to_owned(), json!({ "marketId": "TEST", "userKey": "player-1" })),
            ("POST", "/standard/inapp/v1/consumable/list".to_owned(), json!({ "appSeq": app, "userKey": "player-1" })),
            ("GET", format!("/standard/item/list/{app}"), Value::Null),
            ("POST", "/v1/service/consume".to_owned(), consume.clone()),
            ("POST", legacy, consume),
        ];
        for from in ["198.51.100.7:5000", "[2001:db8::8]:5000", "127.0.0.1:5000"] {
            for (method, path, body) in &calls {
                assert_eq!(call_from(&state, from, method, path, body.clone()).await.0, 1100, "{path} from {from}");
            }
            let forwarded = [("x-nhn-tciap-appkey", APP_KEY), ("content-type", "application/json"), ("x-forwarded-for", "203.0.113.7")];
            assert_eq!(shop.send("POST", &calls[0].1, &forwarded, &calls[0].2.to_string()).await.code(), 1100, "nobody's proxy said so");
        }
        assert_eq!(shop.shop.payment(&payment).await["consumed"], false);
        for (at, (method, path, body)) in calls.iter().enumerate() {
            let from = if at % 2 == 0 { "203.0.113.7:5000" } else { "[2001:db8::7]:5000" };
            let expected = if path.starts_with("/inapp") { 5018 } else { 0 };
            assert_eq!(call_from(&state, from, method, path, body.clone()).await.0, expected, "{path} from {from}");
        }
        shop.change(only_from("")).await;
        assert_eq!(call_from(&state, "198.51.100.7:5000", "POST", &calls[0].1, calls[0].2.clone()).await.0, 0);
    }

    async fn the_switch_and_the_addresses_are_kept_and_audited(state: TestState) {
        let project = purser::projects::create_project(&state, &By::System("test"), "Game", None).await.expect("a project").id;
        let by = By::System("test");
        let input = NhnInput { addresses: Some("203.0.113.7".into()), ..switched(true) };
        assert!(nhn::update_nhn_settings(&state, &by, &project, &input).await.expect("changed"));
        assert!(!nhn::update_nhn_settings(&state, &by, &project, &input).await.expect("the same"), "safe to repeat");
        let door = nhn::get_nhn_settings(&state, &project).await.expect("found").door;
        assert_eq!((door.is_open, door.addresses.as_str()), (true, "203.0.113.7/32"));
        let refused = nhn::update_nhn_settings(&state, &by, &project, &only_from("not an address")).await.expect_err("refused");
        assert!(matches!(refused, purser::error::Error::Invalid { ref field, .. } if field == "addresses"), "{refused}");
        let query = AuditQuery { action: Some("project.nhn".into()), ..AuditQuery::default() };
        let rows = audit::list(&state, &query).await.expect("rows").items;
        assert_eq!(rows.len(), 1);
        assert!(format!("{rows:?}").contains("203.0.113.7/32"));
    }

    async fn gamebase_answers_whatever_the_switch_says(state: TestState) {
        let shop = NhnShop::open(&state).await;
        shop.take_over_gamebase().await;
        let (payment, token) = shop.pay("player-1", "o-1", "1000", "KRW").await;
        shop.change(NhnInput { addresses: Some("203.0.113.7".into()), ..switched(false) }).await;
        assert_eq!(shop.gamebase("POST", "v1.3/consume", json!({ "paymentSeq": payment, "accessToken": token })).await.code(), 0);
        let signed = |payment: Value| {
            let last = payment["events"].as_array().expect("events").last().expect("one").clone();
            ["kind", "actor", "actorName"].map(|name| last[name].as_str().unwrap_or_default().to_owned())
        };
        assert_eq!(signed(shop.shop.payment(&payment).await), ["CONSUME", "SERVER", "Gamebase v1.3"]);
        let (payment, token) = shop.pay("player-1", "o-2", "1000", "KRW").await;
        let headers = [("x-secret-key", crate::shop::SECRET_KEY), ("content-type", "application/json")];
        let path = format!("/tcgb-inapp/v1.3/apps/{}/consume", crate::nhn_shop::APP_ID);
        let body = json!({ "paymentSeq": payment, "accessToken": token }).to_string();
        assert_eq!(shop.send("POST", &path, &headers, &body).await.code(), 0);
        assert_eq!(signed(shop.shop.payment(&payment).await), ["CONSUME", "SERVER", "server"], "a secret key by its own name");
    }
}
