//! Purchases nobody knew are entered many at a time; each comes out as if it had come alone.

use std::sync::Arc;

use axum::http::StatusCode;
use purser::state::AppState;
use serde_json::{Value, json};

use crate::apple_life::{self, gem, payment_of, tell, told};
use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both};

/// A store account's purchase, as its buyer would hand it in.
fn bought(state: &AppState, id: &str, account: &str) -> Value {
    let authority = state.simulator.as_deref().expect("the simulator is on");
    let payload = gem(id, json!({ "appTransactionId": account }));
    json!({ "signedTransaction": authority.sign_jws(&payload).expect("signs") })
}

async fn verify(shop: &Shop, user: &str, proof: Value) -> (StatusCode, Value) {
    let body = json!({ "store": "AS", "userKey": user, "proof": proof });
    shop.call(Key::App, "POST", "/api/v1/payments/verify", body).await
}

/// Verifies all of them at once; how each ended, in their order.
async fn verify_all(shop: &Arc<Shop>, all: Vec<(String, Value)>) -> Vec<(StatusCode, Value)> {
    let tasks: Vec<_> = all
        .into_iter()
        .map(|(user, proof)| {
            let shop = shop.clone();
            tokio::spawn(async move { verify(&shop, &user, proof).await })
        })
        .collect();
    let mut ends = Vec::new();
    for task in tasks {
        ends.push(task.await.expect("runs"));
    }
    ends
}

/// How many payments the project has.
async fn count(shop: &Shop) -> usize {
    let (mut count, mut cursor) = (0, String::new());
    loop {
        let path = format!("/api/v1/payments?limit=100&cursor={cursor}");
        let (status, body) = shop.call(Key::Secret, "GET", &path, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        count += body["items"].as_array().expect("items").len();
        match body["nextCursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return count,
        }
    }
}

on_both! {
    async fn the_answer_is_what_the_books_hold(state: TestState) {
        let shop = apple_life::open(&state).await;
        let (_, user) = shop.call(Key::App, "POST", "/api/v1/users", json!({ "userKey": "player-1" })).await;
        let account_token = text(&user, "accountToken");
        let authority = state.simulator.as_deref().expect("the simulator is on");
        let sign = |payload: Value| json!({ "signedTransaction": authority.sign_jws(&payload).expect("signs") });
        let offered = json!({ "offerType": 3, "offerIdentifier": "SPRING", "offerDiscountType": "FREE_TRIAL", "quantity": 3 });
        let plain = json!({ "price": null, "currency": null, "appTransactionId": null });
        let cases = [
            ("AS", sign(gem("1", offered))),
            ("AS", sign(gem("2", plain))),
            ("AS", sign(gem("3", json!({ "appAccountToken": account_token })))),
            ("TEST", json!({ "token": "test:gem_500:order-1" })),
        ];
        for (store, proof) in cases {
            let channel = if store == "TEST" { "GAME" } else { "" };
            let body = json!({ "store": store, "userKey": "player-1", "userChannel": channel, "proof": proof });
            let (status, answer) = shop.call(Key::App, "POST", "/api/v1/payments/verify", body).await;
            assert_eq!(status, StatusCode::OK, "{answer}");
            let kept = shop.payment(&text(&answer, "paymentSeq")).await;
            for (name, value) in answer.as_object().expect("an object") {
                if name != "accessToken" {
                    assert_eq!(&kept[name], value, "{name} of {answer}");
                }
            }
            let kinds: Vec<_> = kept["events"].as_array().expect("events").iter().map(|event| text(event, "kind")).collect();
            assert_eq!(kinds, ["VERIFY"]);
        }
    }

    async fn a_crowd_is_entered_as_one_by_one(state: TestState) {
        let shop = Arc::new(apple_life::open(&state).await);
        let (status, known) = verify(&shop, "player-0", bought(&state, "1000", "7040")).await;
        assert_eq!(status, StatusCode::OK, "{known}");
        // Two of each, one by its buyer and, of every seventh, one by somebody else; and one that is known already.
        let mut crowd = Vec::new();
        for id in 0..150 {
            let (proof, buyer) = (bought(&state, &format!("{}", 2000 + id), &format!("704{id}")), format!("player-{id}"));
            let second = if id % 7 == 0 { "thief".to_owned() } else { buyer.clone() };
            crowd.extend([(buyer, proof.clone()), (second, proof)]);
        }
        crowd.push(("player-0".into(), bought(&state, "1000", "7040")));
        let ends = verify_all(&shop, crowd).await;

        let (again, pairs) = ends.split_last().expect("ends");
        assert_eq!((again.0, &again.1["paymentSeq"]), (StatusCode::OK, &known["paymentSeq"]));
        for (id, pair) in pairs.chunks(2).enumerate() {
            if id % 7 == 0 {
                let mut won: Vec<u16> = pair.iter().map(|(status, _)| status.as_u16()).collect();
                won.sort_unstable();
                assert_eq!(won[0], 200, "{pair:?}");
                assert_ne!(won[1], 200, "the other one is told whose it is: {pair:?}");
            } else {
                assert_eq!((pair[0].0, pair[1].0), (StatusCode::OK, StatusCode::OK), "{pair:?}");
                assert_eq!(pair[0].1["paymentSeq"], pair[1].1["paymentSeq"]);
            }
        }
        assert_eq!(count(&shop).await, 151);
    }

    async fn what_waited_without_a_user_is_given_all_the_same(state: TestState) {
        let shop = Arc::new(apple_life::open(&state).await);
        for id in 0..5 {
            let gem = gem(&format!("{}", 3000 + id), json!({ "appTransactionId": format!("9{id}") }));
            tell(&state, &shop, &told("ONE_TIME_CHARGE", None, gem)).await;
        }
        assert_eq!(payment_of(&shop, "3000").await["userKey"], "");
        let crowd = (0..40).map(|id| (format!("player-{id}"), bought(&state, &format!("{}", 4000 + id), &format!("9{id}"))));
        for (status, body) in verify_all(&shop, crowd.collect()).await {
            assert_eq!(status, StatusCode::OK, "{body}");
        }
        for id in 0..5 {
            let payment = payment_of(&shop, &format!("{}", 3000 + id)).await;
            assert_eq!(payment["userKey"], format!("player-{id}"));
        }
    }

    async fn a_users_first_words_make_one_user(state: TestState) {
        let (shop, other) = (Arc::new(apple_life::open(&state).await), state.another_process().await);
        let there = Arc::new(Shop::of(&other, &shop.project));
        let proofs = |from: i64| (0..60).map(|id| ("player-1".to_owned(), bought(&state, &format!("{}", from + id), "9"))).collect();
        let (here, there) = tokio::join!(verify_all(&shop, proofs(5000)), verify_all(&there, proofs(5030)));
        for (status, body) in here.iter().chain(&there) {
            assert_eq!(status, &StatusCode::OK, "{body}");
        }
        assert_eq!(count(&shop).await, 90, "thirty were handed in to both");
    }
}
