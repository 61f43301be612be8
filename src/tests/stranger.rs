//! A stranger has the AppKey, which is in every copy of the app, and counts payment numbers up. Nothing that is another's is
//! told or moved.

use axum::http::StatusCode;
use purser::model::Timestamp;
use purser::state::AppState;
use serde_json::{Value, json};

use crate::apple_life::{self, gem, tell, told};
use crate::nhn_shop::NhnShop;
use crate::shop::{APP_KEY, Key, Shop, text};
use crate::support::{TestState, on_both};

const VICTIM: &str = "victim-7";
const PAYLOAD: &str = "what-the-victim-bought-it-for";

/// The victim's payments, one of each status, and what nobody else may be told of them.
struct Victim {
    numbers: Vec<String>,
    secrets: Vec<String>,
    reserved: String,
    account_token: String,
}

async fn reserve(shop: &Shop, user: &str, store: &str, product: &str) -> Value {
    let input = json!({ "store": store, "productId": product, "userKey": user, "payload": PAYLOAD });
    let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments", input).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    body
}

async fn close(shop: &Shop, key: Key, payment: &str, body: Value) -> (StatusCode, Value) {
    shop.call(key, "POST", &format!("/api/v1/payments/{payment}/close"), body).await
}

impl Victim {
    async fn of(shop: &Shop) -> Self {
        let reserved = reserve(shop, VICTIM, "AS", "gem_100").await;
        let mut numbers = vec![text(&reserved, "paymentSeq")];
        let mut secrets = vec![VICTIM.into(), PAYLOAD.into(), text(&reserved, "reservationToken"), "order-of-the-victim".into()];
        secrets.extend(["RESERVED", "SUCCESS", "FAILURE", "USER_CLOSE", "REFUND"].map(String::from));
        for (at, end) in ["paid", "consumed", "closed", "failed", "pending"].into_iter().enumerate() {
            let payment = text(&reserve(shop, VICTIM, "TEST", "gem_500").await, "paymentSeq");
            let proof = json!({ "token": format!("test:gem_500:order-of-the-victim-{at}") });
            match end {
                "closed" => assert_eq!(close(shop, Key::Secret, &payment, json!({})).await.0, StatusCode::OK),
                "failed" => assert_eq!(shop.verify_by_server(&payment, &json!({})).await.0, StatusCode::UNPROCESSABLE_ENTITY),
                "pending" => {
                    let token = json!({ "orderId": "late", "productId": "gem_500", "pending": true }).to_string();
                    assert_eq!(shop.verify_by_server(&payment, &json!({ "token": token })).await.0, StatusCode::CONFLICT);
                }
                _ => {
                    let (status, paid) = shop.verify(&payment, &proof).await;
                    assert_eq!(status, StatusCode::OK, "{paid}");
                    if end == "consumed" {
                        assert_eq!(shop.consume(&payment, &text(&paid, "accessToken")).await.0, StatusCode::OK);
                    }
                    secrets.push(text(&paid, "accessToken"));
                }
            }
            numbers.push(payment);
        }
        let (reserved, account_token) = (numbers[0].clone(), text(&reserved, "accountToken"));
        Self { numbers, secrets, reserved, account_token }
    }

    /// The payments as a game server sees them, without their timelines.
    async fn rows(&self, shop: &Shop) -> Value {
        let (status, body) = shop.call(Key::Secret, "GET", &format!("/api/v1/payments?userKey={VICTIM}"), Value::Null).await;
        assert_eq!(status, StatusCode::OK);
        body
    }

    fn assert_untold(&self, answer: &Value, what: &str) {
        let told = self.secrets.iter().find(|secret| answer.to_string().contains(secret.as_str()));
        assert_eq!(told, None, "{what}: {answer}");
    }
}

/// What the simulated store sells a stranger, for whomever the changes say.
fn sold(state: &AppState, id: &str, changes: Value) -> Value {
    let authority = state.simulator.as_deref().expect("the simulator is on");
    json!({ "signedTransaction": authority.sign_jws(&gem(id, changes)).expect("signs") })
}

on_both! {
    async fn counted_up_numbers_tell_and_move_nothing(state: TestState) {
        let shop = Shop::open(&state).await;
        let victim = Victim::of(&shop).await;
        let before = victim.rows(&shop).await;
        let mine = reserve(&shop, "stranger", "AS", "gem_100").await;
        let my_token = text(&mine, "reservationToken");
        let (_, my_payment) = shop.call(Key::App, "POST", "/api/v1/payments/verify",
            json!({ "store": "TEST", "userKey": "stranger", "proof": { "token": "test:gem_100:mine" } })).await;
        let genuine = sold(&state, "77", json!({ "appAccountToken": text(&mine, "accountToken") }));
        let garbage = [json!({}), json!({ "token": "x" }), json!({ "signedTransaction": "a.b.c" }), json!({ "signedTransaction": 1 }),
            json!({ "transactionId": "none" }), json!("x"), json!({ "receipt": "x" })];
        let nobodys = ["202611239999999999", "2026112310000000", "1", "x", "99999999999999999999999999999999"].map(String::from);
        let mut answers = Vec::new();
        for number in victim.numbers.iter().chain(&nobodys) {
            for proof in &garbage {
                let (status, body) = shop.verify(number, proof).await;
                victim.assert_untold(&body, number);
                answers.push((status, body));
            }
            let (_, body) = shop.verify(number, &genuine).await;
            victim.assert_untold(&body, number);
            for body in [json!({}), json!({ "reason": "x" }), json!({ "reservationToken": my_token }), json!({ "reservationToken": "" })] {
                let (status, body) = close(&shop, Key::App, number, body).await;
                let told = body["code"].as_str().or_else(|| body["status"].as_str()).unwrap_or_default();
                let is_fine = matches!(
                    (status.as_u16(), told),
                    (200, "USER_CLOSE") | (403, "RESERVATION_TOKEN_INVALID") | (404, "NOT_FOUND") | (409, "NOT_OPEN") | (422, "INVALID_PARAMETER")
                );
                assert!(is_fine, "{number}: {status} {body}");
                // What it answers of the status is the same whatever the payment's is.
                let body = if told == "USER_CLOSE" { json!({ "paymentSeq": body["paymentSeq"] }) } else { body };
                victim.assert_untold(&body, number);
            }
            for token in ["x".repeat(86), text(&my_payment, "accessToken")] {
                let path = format!("/api/v1/payments/{number}/consume");
                let (status, body) = shop.call(Key::App, "POST", &path, json!({ "accessToken": token })).await;
                assert_eq!((status.as_u16(), body["code"].as_str()), (403, Some("DENIED")));
            }
            let (status, body) = shop.call(Key::App, "GET", &format!("/api/v1/payments/{number}"), Value::Null).await;
            assert_eq!((status.as_u16(), body["code"].as_str()), (403, Some("DENIED")));
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "a number that is somebody's is like any other: {answers:#?}");
        assert_eq!((answers[0].0.as_u16(), answers[0].1["code"].as_str()), (422, Some("PROOF_INVALID")));
        for list in ["consumables", "subscriptions"] {
            let (status, body) = shop.call(Key::App, "GET", &format!("/api/v1/users/{VICTIM}/{list}"), Value::Null).await;
            assert_eq!((status.as_u16(), body["code"].as_str()), (403, Some("DENIED")), "{list}");
        }
        for call in ["consumable", "consume", "activeSubscriptionList"] {
            let body = json!({ "marketId": "TEST", "userKey": VICTIM, "packageName": "com.example.test" }).to_string();
            let headers = [("x-nhn-tciap-appkey", APP_KEY), ("content-type", "application/json")];
            let (_, body) = shop.send(&format!("/v1/service/{call}"), body, &headers).await;
            assert_eq!(body["header"]["resultCode"], 1100, "{call}");
            victim.assert_untold(&body, call);
        }
        assert_eq!(victim.rows(&shop).await, before, "no row has changed");
        for number in &victim.numbers {
            let events = shop.payment(number).await["events"].as_array().expect("events").clone();
            let notes = events.iter().filter(|event| event["kind"] == "REFUSE").count();
            assert!(notes <= 5, "{number} has {notes} notes");
        }
    }

    async fn what_a_stranger_did_is_nothing_to_the_purchase(state: TestState) {
        let shop = Shop::open(&state).await;
        let victim = Victim::of(&shop).await;
        let by_verify = reserve(&shop, VICTIM, "AS", "gem_500").await;
        for number in [&victim.reserved, &text(&by_verify, "paymentSeq")] {
            for _ in 0..20 {
                shop.verify(number, &json!({ "signedTransaction": "a.b.c" })).await;
            }
            shop.verify(number, &sold(&state, "70", json!({ "bundleId": "com.example.other" }))).await;
            shop.verify(number, &sold(&state, "71", json!({ "environment": "Production" }))).await;
            shop.verify(number, &sold(&state, "72", json!({ "productId": "sword" }))).await;
            shop.verify(number, &sold(&state, "73", json!({ "revocationDate": state.clock.now().0, "productId": "gem_500" }))).await;
            shop.verify(number, &sold(&state, "74", json!({ "revocationDate": state.clock.now().0 }))).await;
            close(&shop, Key::App, number, json!({ "reason": "x" })).await;
            let kept = shop.payment(number).await;
            assert_eq!((kept["status"].as_str(), &kept["refusal"]), (Some("RESERVED"), &Value::Null));
            assert_eq!(kept["events"].as_array().expect("events").len(), 1 + 5 + 1, "support sees that somebody tried: {kept}");
        }
        // One is told by the store first, the other is brought by its app.
        let token = json!({ "appAccountToken": victim.account_token });
        tell(&state, &shop, &told("ONE_TIME_CHARGE", None, gem("80", token.clone()))).await;
        let settled = apple_life::payment_of(&shop, "80").await;
        assert_eq!((settled["paymentSeq"].as_str(), settled["payload"].as_str()), (Some(victim.reserved.as_str()), Some(PAYLOAD)));
        let proof = sold(&state, "81", json!({ "appAccountToken": victim.account_token, "productId": "gem_500" }));
        let (status, paid) = shop.verify(&text(&by_verify, "paymentSeq"), &proof).await;
        assert_eq!((status, &paid["paymentSeq"], &paid["payload"]), (StatusCode::OK, &by_verify["paymentSeq"], &json!(PAYLOAD)));
    }

    async fn anothers_genuine_purchase_takes_no_reservation(state: TestState) {
        let shop = Shop::open(&state).await;
        let victim = Victim::of(&shop).await;
        let mine = reserve(&shop, "stranger", "AS", "gem_100").await;
        let genuine = sold(&state, "90", json!({ "appAccountToken": text(&mine, "accountToken") }));
        let (status, body) = shop.verify(&victim.reserved, &genuine).await;
        assert_eq!((status.as_u16(), body["code"].as_str()), (409, Some("OWNED_BY_ANOTHER_USER")));
        let kept = shop.payment(&victim.reserved).await;
        assert_eq!((kept["status"].as_str(), kept["payload"].as_str()), (Some("RESERVED"), Some(PAYLOAD)));
        let (status, paid) = shop.verify(&text(&mine, "paymentSeq"), &genuine).await;
        assert_eq!((status, &paid["paymentSeq"]), (StatusCode::OK, &mine["paymentSeq"]), "it is where it belongs");
        let (status, body) = shop.verify(&victim.reserved, &genuine).await;
        assert_eq!((status.as_u16(), body["code"].as_str()), (409, Some("OWNED_BY_ANOTHER_USER")), "{body}");
        victim.assert_untold(&body, "of a purchase that is the stranger's");
    }

    async fn a_purchase_that_names_nobody_tells_nothing_of_the_reservation(state: TestState) {
        let shop = Shop::open(&state).await;
        let mine = reserve(&shop, VICTIM, "AS", "gem_100").await;
        let (number, token) = (text(&mine, "paymentSeq"), text(&mine, "reservationToken"));
        let proof = sold(&state, "95", json!({}));
        for _ in 0..2 {
            let (status, body) = shop.verify(&number, &proof).await;
            assert_eq!((status, &body["paymentSeq"]), (StatusCode::OK, &json!(number)), "{body}");
            assert_eq!((&body["userKey"], &body["userChannel"], &body["payload"]), (&json!(""), &json!(""), &Value::Null));
        }
        // Who made the reservation, and the game's server, are told.
        let path = format!("/api/v1/payments/{number}/verify");
        for (key, body) in [
            (Key::App, json!({ "proof": proof, "reservationToken": token })),
            (Key::Secret, json!({ "proof": proof })),
        ] {
            let (status, body) = shop.call(key, "POST", &path, body).await;
            assert_eq!((status, &body["userKey"], &body["payload"]), (StatusCode::OK, &json!(VICTIM), &json!(PAYLOAD)), "{body}");
        }
    }

    async fn a_purchase_brought_without_its_reservation_settles_it(state: TestState) {
        let shop = Shop::open(&state).await;
        for (user, server) in [("a", false), ("b", true)] {
            let mine = reserve(&shop, user, "AS", "gem_100").await;
            let (number, key) = (text(&mine, "paymentSeq"), if server { Key::Secret } else { Key::App });
            let proof = sold(&state, if server { "96" } else { "97" }, json!({ "appAccountToken": mine["accountToken"] }));
            let body = json!({ "store": "AS", "userKey": user, "proof": proof });
            let (status, paid) = shop.call(key, "POST", "/api/v1/payments/verify", body).await;
            assert_eq!((status, &paid["paymentSeq"], &paid["payload"]), (StatusCode::OK, &json!(number), &json!(PAYLOAD)), "{paid}");
        }
        // Recorded before it was reserved for: the payload goes over, and the reservation is closed.
        let user = json!({ "userKey": "c" });
        let (_, registered) = shop.call(Key::App, "POST", "/api/v1/users", user).await;
        let proof = sold(&state, "98", json!({ "appAccountToken": registered["accountToken"] }));
        let body = json!({ "store": "AS", "userKey": "c", "proof": proof });
        let (_, first) = shop.call(Key::App, "POST", "/api/v1/payments/verify", body).await;
        assert_eq!(first["payload"], Value::Null);
        let late = reserve(&shop, "c", "AS", "gem_100").await;
        let (status, again) = shop.verify(&text(&late, "paymentSeq"), &proof).await;
        assert_eq!((status, &again["paymentSeq"], &again["payload"]), (StatusCode::OK, &first["paymentSeq"], &json!(PAYLOAD)));
        assert_eq!(shop.payment(&text(&late, "paymentSeq")).await["status"], "USER_CLOSE");
    }

    async fn the_users_own_purchase_moves_its_reservation(state: TestState) {
        let shop = Shop::open(&state).await;
        for (code, changes) in [("PRODUCT_MISMATCH", json!({ "productId": "gem_500" })), ("REFUNDED", json!({ "revocationDate": state.clock.now().0 }))] {
            let mine = reserve(&shop, "player-1", "AS", "gem_100").await;
            let mut changes = changes;
            changes["appAccountToken"] = mine["accountToken"].clone();
            let payment = text(&mine, "paymentSeq");
            let (_, body) = shop.verify(&payment, &sold(&state, &format!("9{}", code.len()), changes)).await;
            assert_eq!(body["code"], code);
            let kept = shop.payment(&payment).await;
            assert_eq!((kept["status"].as_str(), kept["refusal"].as_str()), (Some("FAILURE"), Some(code)));
        }
    }

    async fn a_closed_or_failed_reservation_keeps_number_and_payload_for_a_day(state: TestState) {
        let shop = Shop::open(&state).await;
        // How long after the reservation was made, and then how long until the store tells of it.
        for (id, wait, late, is_settled) in [
            ("1", 0, 0, true),
            ("2", Timestamp::DAY - 1_000, 0, true),
            ("3", Timestamp::DAY + 1_000, 0, false),
            ("4", 0, 3 * Timestamp::DAY, true),
        ] {
            for end in ["close", "fail"] {
                let mine = reserve(&shop, "player-1", "AS", "gem_100").await;
                let payment = text(&mine, "paymentSeq");
                match end {
                    "close" => close(&shop, Key::App, &payment, json!({ "reservationToken": mine["reservationToken"] })).await,
                    _ => shop.verify_by_server(&payment, &json!({})).await,
                };
                state.clock.advance(wait);
                let made = state.clock.now().0;
                state.clock.advance(late);
                let order = format!("{id}{}", end.len());
                let bought = gem(&order, json!({ "appAccountToken": mine["accountToken"], "purchaseDate": made, "signedDate": state.clock.now().0 }));
                tell(&state, &shop, &told("ONE_TIME_CHARGE", None, bought)).await;
                let paid = apple_life::payment_of(&shop, &order).await;
                assert_eq!(paid["paymentSeq"] == payment, is_settled, "{end} {wait} {late}: {paid}");
                assert_eq!(paid["payload"].is_string(), is_settled);
            }
        }
    }

    async fn the_appkey_alone_consumes_nothing_of_a_game_with_a_server(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let closed = purser::nhn::NhnInput { compatible: Some(false), ..Default::default() };
        let (payment, token) = shop.pay("player-1", "o-1", "1000", "KRW").await;
        shop.change(closed).await;
        let answer = shop.service("consume", json!({ "paymentSeq": payment, "accessToken": token })).await;
        assert_eq!(answer.code(), 1100);
        assert_eq!(shop.shop.payment(&payment).await["consumed"], false);
    }
}
