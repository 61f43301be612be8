//! The simulated ONE store: who is let in, what purchases say of themselves, and what is refused.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::onestore_payments::Play;
use crate::shop::{Key, text};
use crate::support::{TestState, on_both};

/// Asks for a token; gives the status and the answer.
async fn grant(play: &Play, secret: &str, market: &str) -> (StatusCode, Value) {
    let client = &play.app.settings["client_id"];
    let secret: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let form = format!("grant_type=client_credentials&client_id={client}&client_secret={secret}");
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("x-market-code", market)];
    play.shop.send("/simulator/v7/oauth/token", form, &headers).await
}

/// Who calls the API, and in which market.
pub struct Caller<'a> {
    play: &'a Play,
    bearer: String,
    market: &'a str,
}

impl<'a> Caller<'a> {
    pub async fn sign_in(play: &'a Play, market: &'a str) -> Self {
        let (status, answer) = grant(play, play.app.secrets["client_secret"].reveal(), market).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let token = text(&answer, "access_token");
        assert_eq!(token.len(), 36, "{answer}");
        Self { play, bearer: format!("Bearer {token}"), market }
    }

    pub async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let path = format!("/simulator/v7/apps/{}/{path}", self.play.app.settings["client_id"]);
        let headers = [("authorization", self.bearer.as_str()), ("x-market-code", self.market)];
        let (status, answer) = self.play.shop.call_with(Key::None, method, &path, body, &headers).await;
        (status.as_u16(), answer)
    }

    /// Calls the API, which must refuse; gives the status and ONE store's code.
    async fn refused(&self, method: &str, path: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.ask(method, path, body).await;
        (status, text(&answer["error"], "code"))
    }
}

fn of_sale(sold: &Value, kind: &str, verb: &str) -> String {
    let (token, product) = (text(&sold["proof"], "purchaseToken"), text(&sold["proof"], "productId"));
    format!("purchases/{kind}/products/{product}/{token}{verb}")
}

on_both! {
    async fn a_token_runs_on_and_another_ones_opens_nothing(state: TestState) {
        let play = Play::open(state).await;
        let secret = play.app.secrets["client_secret"].reveal();
        let (first, again) = (grant(&play, secret, "MKT_ONE").await.1, grant(&play, secret, "MKT_ONE").await.1);
        assert_eq!(first["access_token"], again["access_token"]);
        assert!((600..=3_600).contains(&first["expires_in"].as_i64().unwrap_or_default()), "{first}");
        let (status, answer) = grant(&play, "other", "MKT_ONE").await;
        assert_eq!((status, &answer["error"]["code"]), (StatusCode::UNAUTHORIZED, &json!("InvalidClient")));
        let sold = play.buy(json!({})).await;
        let mut caller = Caller::sign_in(&play, "MKT_ONE").await;
        assert_eq!(caller.ask("GET", &of_sale(&sold, "inapp", ""), Value::Null).await.0, 200);
        for (bearer, code) in [("Bearer 680b3621-1234-1234-1234-8adfaef561b4", (401, "InvalidAccessToken")), ("bearer x", (400, "InvalidAuthorizationHeader"))] {
            caller.bearer = bearer.to_owned();
            let refused = caller.refused("GET", &of_sale(&sold, "inapp", ""), Value::Null).await;
            assert_eq!((refused.0, refused.1.as_str()), code);
        }
        let global = Caller::sign_in(&play, "MKT_GLB").await;
        let refused = global.refused("GET", &of_sale(&sold, "inapp", ""), Value::Null).await;
        assert_eq!(refused, (404, "NoSuchData".into()), "the app is published in Korea");
    }

    async fn a_purchase_is_known_by_product_and_token_alone(state: TestState) {
        let play = Play::open(state).await;
        let caller = Caller::sign_in(&play, "MKT_ONE").await;
        let sold = play.buy(json!({ "quantity": 3 })).await;
        let (status, details) = caller.ask("GET", &of_sale(&sold, "inapp", ""), Value::Null).await;
        assert_eq!((status, &details["quantity"], &details["purchaseState"]), (200, &json!(3), &json!(0)), "{details}");
        assert_eq!((&details["purchaseId"], &details["developerPayload"]), (&sold["orderId"], &json!("")), "{details}");
        let token = text(&sold["proof"], "purchaseToken");
        for (path, code) in [
            (format!("purchases/inapp/products/other/{token}"), (404, "NoSuchData")),
            ("purchases/inapp/products/gem_100/260101090000S0000000".to_owned(), (404, "NoSuchData")),
            (format!("purchases/subscription/products/gem_100/{token}"), (404, "NoSuchData")),
            (format!("purchases/auto/products/gem_100/{token}"), (404, "NoSuchData")),
            ("purchases/what".to_owned(), (404, "ResourceNotFound")),
        ] {
            let refused = caller.refused("GET", &path, Value::Null).await;
            assert_eq!((refused.0, refused.1.as_str()), code, "{path}");
        }
        let (status, page) = caller.ask("GET", "purchases/inapp/products/gem_100/a%2Fb", Value::Null).await;
        assert_eq!((status, page), (404, Value::Null), "a page, not the API's form");
    }

    async fn what_was_consumed_is_not_consumed_again(state: TestState) {
        let play = Play::open(state).await;
        let caller = Caller::sign_in(&play, "MKT_ONE").await;
        let sold = play.buy(json!({})).await;
        let mismatch = caller.refused("POST", &of_sale(&sold, "inapp", "/consume"), json!({ "developerPayload": "x" })).await;
        assert_eq!(mismatch, (400, "DeveloperPayloadNotMatch".into()));
        let (status, answer) = caller.ask("POST", &of_sale(&sold, "all", "/acknowledge"), json!({})).await;
        assert_eq!((status, &answer["result"]["code"]), (200, &json!("Success")), "{answer}");
        assert_eq!(caller.ask("POST", &of_sale(&sold, "inapp", "/consume"), json!({})).await.0, 200);
        let again = caller.refused("POST", &of_sale(&sold, "inapp", "/consume"), json!({})).await;
        assert_eq!(again, (409, "InvalidConsumeState".into()));
        let (_, details) = caller.ask("GET", &of_sale(&sold, "inapp", ""), Value::Null).await;
        assert_eq!((&details["consumptionState"], &details["acknowledgeState"]), (&json!(1), &json!(1)));
        let unknown = caller.refused("POST", "purchases/inapp/products/gem_100/260101090000S0000000/consume", json!({})).await;
        assert_eq!(unknown, (409, "InvalidPurchaseState".into()));
    }

    async fn voids_are_listed_page_by_page(state: TestState) {
        let play = Play::open(state).await;
        let caller = Caller::sign_in(&play, "MKT_ONE").await;
        let mut taken_back = Vec::new();
        for player in ["a", "b", "c"] {
            let sold = play.buy(json!({ "player": player })).await;
            play.control(&format!("transactions/{}/refund", text(&sold, "orderId")), json!({})).await;
            taken_back.push(text(&sold, "orderId"));
        }
        play.buy(json!({ "player": "kept" })).await;
        let (mut listed, mut key, mut pages) = (Vec::new(), String::new(), 0);
        loop {
            let (status, page) = caller.ask("GET", &format!("voided-purchases?maxResults=2{key}"), Value::Null).await;
            assert_eq!(status, 200, "{page}");
            listed.extend(page["voidedPurchaseList"].as_array().expect("a list").iter().map(|row| text(row, "purchaseId")));
            pages += 1;
            match page["continuationKey"].as_str() {
                Some(next) => key = format!("&continuationKey={next}"),
                None => break,
            }
        }
        listed.sort();
        taken_back.sort();
        assert_eq!((listed, pages), (taken_back, 2));
        let old = play.state.clock.now().0 - 40 * 86_400_000;
        let refused = caller.refused("GET", &format!("voided-purchases?startTime={old}"), Value::Null).await;
        assert_eq!(refused, (400, "InvalidRequest".into()));
    }

    async fn a_subscription_says_what_one_stores_examples_say(state: TestState) {
        let play = Play::open(state).await;
        let caller = Caller::sign_in(&play, "MKT_ONE").await;
        let sold = play.subscribe(json!({})).await;
        let path = of_sale(&sold, "subscription", "");
        let (status, detail) = caller.ask("GET", &path, Value::Null).await;
        assert_eq!(status, 200, "{detail}");
        for (name, value) in [
            ("acknowledgementState", json!(0)),
            ("autoRenewing", json!(true)),
            ("paymentState", json!(1)),
            ("priceAmount", json!("9900")),
            ("priceAmountMicros", json!(9_900_000_000_i64)),
            ("priceCurrencyCode", json!("KRW")),
            ("linkedPurchaseToken", Value::Null),
            ("pauseStartTimeMillis", Value::Null),
            ("cancelledTimeMillis", Value::Null),
        ] {
            assert_eq!(detail[name], value, "{name}: {detail}");
        }
        assert_eq!(caller.ask("POST", &of_sale(&sold, "subscription", "/cancel"), Value::Null).await.0, 200);
        let (_, cancelled) = caller.ask("GET", &path, Value::Null).await;
        assert_eq!((&cancelled["autoRenewing"], cancelled["cancelledTimeMillis"].is_i64()), (&json!(false), true), "{cancelled}");
        assert_eq!(caller.ask("POST", &of_sale(&sold, "subscription", "/reactivate"), Value::Null).await.0, 200);
        let again = caller.refused("POST", &of_sale(&sold, "subscription", "/reactivate"), Value::Null).await;
        assert_eq!(again, (409, "InvalidPurchaseState".into()));
        let bad = caller.refused("POST", &of_sale(&sold, "subscription", "/defer"), json!({ "deferPeriod": 366 })).await;
        assert_eq!(bad, (400, "InvalidRequest".into()));
    }
}
