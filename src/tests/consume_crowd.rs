//! Payments are consumed many at a time; each goes to one caller, and every caller is told what became of its own.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both};

const PAYMENTS: usize = 100;

/// Buys in the test store; the numbers and access tokens of what was bought.
async fn buy(shop: &Shop) -> Vec<(String, String)> {
    let mut bought = Vec::new();
    for index in 0..PAYMENTS {
        let proof = json!({ "token": format!("test:gem_500:order-{index}") });
        let body = json!({ "store": "TEST", "userKey": format!("player-{}", index % 9), "proof": proof });
        let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments/verify", body).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        bought.push((text(&body, "paymentSeq"), text(&body, "accessToken")));
    }
    bought
}

/// Consumes all at once, each of them once; how each ended, by its payment.
async fn consume_all(shop: &Arc<Shop>, all: Vec<(String, String)>) -> Vec<(String, StatusCode, Value)> {
    let tasks: Vec<_> = all
        .into_iter()
        .map(|(payment, token)| {
            let shop = shop.clone();
            tokio::spawn(async move {
                let (status, body) = shop.consume(&payment, &token).await;
                (payment, status, body)
            })
        })
        .collect();
    let mut ends = Vec::new();
    for task in tasks {
        ends.push(task.await.expect("runs"));
    }
    ends
}

on_both! {
    async fn two_crowds_take_each_payment_once(state: TestState) {
        let (here, other) = (Arc::new(Shop::open(&state).await), state.another_process().await);
        let there = Arc::new(Shop::of(&other, &here.project));
        let bought = buy(&here).await;
        let mut backwards = bought.clone();
        backwards.reverse();
        // One that is nobody's, one with another's token, one not paid: their trouble is theirs alone.
        let (open, _) = here.reserve("TEST", "player-1", "gem_500").await;
        let open_token = here.access_token(&state, &open).await;
        let strange = [("2026010100000001".into(), bought[0].1.clone()), (bought[1].0.clone(), bought[0].1.clone()), (open, open_token)];
        let (first, second, strange) =
            tokio::join!(consume_all(&here, bought.clone()), consume_all(&there, backwards), consume_all(&here, strange.to_vec()));

        for (payment, _) in &bought {
            let mut ends: Vec<_> = first.iter().chain(&second).filter(|(of, ..)| of == payment).collect();
            ends.sort_by_key(|(_, status, _)| status.as_u16());
            assert_eq!((ends[0].1, ends[1].1), (StatusCode::OK, StatusCode::CONFLICT), "{ends:?}");
            assert_eq!(&ends[0].2["paymentSeq"], payment);
            assert_eq!(ends[1].2["code"], "ALREADY_CONSUMED");
            let kept = here.payment(payment).await;
            assert_eq!(kept["consumedAt"], ends[0].2["consumedAt"]);
            let lines = kept["events"].as_array().expect("events");
            assert_eq!(lines.iter().filter(|line| line["kind"] == "CONSUME").count(), 1, "{kept}");
        }
        let codes: Vec<_> = strange.iter().map(|(.., body)| text(body, "code")).collect();
        assert_eq!(codes, ["ACCESS_TOKEN_INVALID", "ACCESS_TOKEN_INVALID", "NOT_VERIFIED"]);
    }
}
