//! What the simulated Google Play pushes: each notification in its envelope, with a token that its published keys verify.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use purser::simulator;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::shop::{Key, text};
use crate::simulated_google::{PACKAGE, Play, product, token};
use crate::support::{TestState, on_both};

type Pushes = Arc<Mutex<Vec<(String, Value)>>>;

/// An endpoint of ours that Pub/Sub pushes to.
struct Inbox {
    address: String,
    pushes: Pushes,
}

impl Inbox {
    async fn open(play: &Play) -> Self {
        let pushes = Pushes::default();
        let app = Router::new().route("/push", post(take)).with_state(pushes.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr: SocketAddr = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, app).await });
        let address = format!("http://{addr}/push");
        let body = json!({ "storeAppId": PACKAGE, "url": address });
        let (status, _) = play.shop.call(Key::None, "PUT", "/simulator/control/notice-address", body).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        Self { address, pushes }
    }

    /// Has everything delivered; gives each push's token and message.
    async fn read(&self, play: &Play) -> Vec<(String, Value)> {
        simulator::send_due(&play.state).await.expect("sends");
        let pushes: Vec<_> = self.pushes.lock().expect("a lock").drain(..).collect();
        let read = |(token, body): (String, Value)| {
            let data = STANDARD.decode(text(&body["message"], "data")).expect("base64");
            assert_eq!(body["message"]["messageId"], body["message"]["message_id"]);
            (token, serde_json::from_slice(&data).expect("JSON"))
        };
        pushes.into_iter().map(read).collect()
    }
}

async fn take(State(pushes): State<Pushes>, headers: HeaderMap, body: String) -> StatusCode {
    let token = headers["authorization"].to_str().expect("text").trim_start_matches("Bearer ").to_owned();
    pushes.lock().expect("a lock").push((token, serde_json::from_str(&body).expect("JSON")));
    StatusCode::NO_CONTENT
}

/// The claims of a token that one of the published keys signed; none when no key did.
async fn verified(play: &Play, token: &str) -> Option<Value> {
    let (_, set) = play.shop.call(Key::None, "GET", "/simulator/oauth2/v3/certs", Value::Null).await;
    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64");
    let read = |part: Option<&str>| serde_json::from_slice::<Value>(&decode(part.expect("a part"))).expect("JSON");
    let (mut parts, signature) = (signed.split('.'), decode(signature));
    let (header, claims) = (read(parts.next()), read(parts.next()));
    let key = set["keys"].as_array()?.iter().find(|key| key["kid"] == header["kid"])?;
    let key = RsaPublicKeyComponents { n: decode(&text(key, "n")), e: decode(&text(key, "e")) };
    key.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature).is_ok().then_some(claims)
}

on_both! {
    async fn a_push_says_who_sends_it_and_what_to_look_at(state: TestState) {
        let play = Play::open(&state).await;
        let inbox = Inbox::open(&play).await;
        let sold = play.buy(json!({})).await;
        let pushes = inbox.read(&play).await;
        let [(jwt, told)] = pushes.as_slice() else { panic!("{pushes:?}") };
        let claims = verified(&play, jwt).await.expect("a good signature");
        assert_eq!((text(&claims, "iss"), text(&claims, "aud")), ("https://accounts.google.com".into(), inbox.address.clone()));
        assert_eq!((text(&claims, "email"), &claims["email_verified"]), ("pubsub@simulator.iam.gserviceaccount.com".into(), &json!(true)));
        assert_eq!(claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(end, start)| end - start), Some(3_600));
        let expected = json!({ "version": "1.0", "notificationType": 1, "purchaseToken": token(&sold), "sku": "gem_100" });
        assert_eq!((&told["packageName"], &told["oneTimeProductNotification"]), (&json!(PACKAGE), &expected));
        // A new key signs, and the one before is still published.
        play.control("push-keys/rotate", json!({})).await;
        play.control(&format!("transactions/{}/refund", text(&sold, "orderId")), json!({ "storeAppId": PACKAGE })).await;
        let pushes = inbox.read(&play).await;
        let (newer, told) = &pushes[0];
        assert!(verified(&play, newer).await.is_some() && verified(&play, jwt).await.is_some());
        let voided = json!({ "purchaseToken": token(&sold), "orderId": sold["orderId"], "productType": 2, "refundType": 1 });
        assert_eq!(told["voidedPurchaseNotification"], voided);
        assert_eq!(play.get(&product(&sold)).await["purchaseState"], 1);
    }

    async fn damage_is_of_the_kind_that_was_asked_for(state: TestState) {
        let play = Play::open(&state).await;
        let inbox = Inbox::open(&play).await;
        for (damage, is_genuine) in [("BAD_SIGNATURE", false), ("WRONG_ROOT", false), ("WRONG_BUNDLE", true)] {
            let body = json!({ "notices": { "damage": damage } });
            play.shop.call(Key::None, "PUT", "/simulator/control/faults", body).await;
            play.buy(json!({})).await;
            let pushes = inbox.read(&play).await;
            assert_eq!(verified(&play, &pushes[0].0).await.is_some(), is_genuine, "{damage}");
            assert_eq!(pushes[0].1["packageName"] == PACKAGE, !is_genuine, "{damage}");
        }
    }

    async fn each_step_of_a_life_is_told_by_its_number(state: TestState) {
        let play = Play::open(&state).await;
        let inbox = Inbox::open(&play).await;
        let sold = play.subscribe("p", json!({ "graceDays": 3 })).await;
        let chain = text(&sold, "chainId");
        play.ask("POST", &format!("purchases/subscriptions/vip/tokens/{}:acknowledge", token(&sold)), json!({})).await;
        play.control(&format!("subscriptions/{chain}/cancel"), json!({})).await;
        play.control(&format!("subscriptions/{chain}/resume"), json!({})).await;
        play.control(&format!("subscriptions/{chain}/fail-billing"), json!({})).await;
        play.days(35).await;
        play.control(&format!("subscriptions/{chain}/fix-billing"), json!({})).await;
        play.control(&format!("subscriptions/{chain}/fail-billing"), json!({})).await;
        play.days(100).await;
        let pushes = inbox.read(&play).await;
        let numbers: Vec<_> = pushes.iter().map(|(_, told)| told["subscriptionNotification"]["notificationType"].clone()).collect();
        assert_eq!(numbers, [4, 3, 7, 6, 5, 1, 6, 5, 3, 13]);
    }
}
