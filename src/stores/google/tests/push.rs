use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::world::{PUSHER, jwk_set, sign_jwt};
use super::*;
use crate::stores::http::fake::Reply;
use crate::stores::{Authenticated, Delivery, Rejection};

const URL: &str = "https://purser.example/callback/subscription/game.example/GG";

fn body() -> Value {
    let said = json!({
        "version": "1.0", "packageName": "game.example", "eventTimeMillis": "1767225600000",
        "subscriptionNotification": { "version": "1.0", "notificationType": 2, "purchaseToken": TOKEN },
    });
    let data = STANDARD.encode(said.to_string());
    json!({ "message": { "data": data, "messageId": "136969346945", "publishTime": "2026-01-01T00:00:01.5Z" },
            "subscription": "projects/p/subscriptions/s" })
}

fn claims() -> Value {
    let iat = NOW.0 / 1_000 - 10;
    json!({ "iss": "https://accounts.google.com", "aud": URL, "email": PUSHER, "email_verified": true, "iat": iat,
            "exp": iat + 3_600, "sub": "1", "azp": "1" })
}

fn header() -> Value {
    json!({ "alg": "RS256", "kid": "k1", "typ": "JWT" })
}

async fn push(google: &Google, app: &StoreApp, authorization: Option<&str>) -> Result<Authenticated, Rejection> {
    let delivery = Delivery { address: "GG", url: URL, authorization, body: &body(), bytes: &[] };
    google.store.authenticate(app, delivery, NOW).await
}

async fn push_signed(google: &Google, header: &Value, claims: &Value) -> Result<Authenticated, Rejection> {
    push(google, &app(), Some(&format!("Bearer {}", sign_jwt(header, claims)))).await
}

#[track_caller]
fn assert_forged(answer: Result<Authenticated, Rejection>, why: &str) {
    match answer {
        Err(Rejection::Forged(reason)) => assert!(reason.contains(why), "{reason:?} does not say {why:?}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_notification_google_pushed_is_kept_and_read_again_the_same() {
    let google = Google::start(|_, _| None).await;
    let mut claims = claims();
    for issuer in ["https://accounts.google.com", "accounts.google.com"] {
        claims["iss"] = json!(issuer);
        let Authenticated { raw, notification } = push_signed(&google, &header(), &claims).await.unwrap();
        assert_eq!((notification.id.as_str(), notification.kind.as_str()), ("136969346945", "SUBSCRIPTION_RENEWED"));
        assert_eq!(
            (notification.chains.as_slice(), notification.sent_at),
            (&[TOKEN.to_owned()][..], Timestamp(1_767_225_600_000))
        );
        assert_eq!(google.store.parse(&app(), &raw), Ok(notification));
        assert_eq!(google.store.show_notification(&raw.payload)["notification"]["packageName"], "game.example");
    }
    assert_eq!(google.fake.paths(), ["/oauth2/v3/certs"], "the keys are kept");
}

#[tokio::test]
async fn each_claim_counts() {
    let google = Google::start(|_, _| None).await;
    let now = NOW.0 / 1_000;
    for (name, value, why) in [
        ("iss", json!("https://accounts.example.com"), "not issued by Google"),
        ("aud", json!("https://purser.example/"), "another audience"),
        ("email", json!("other@project.iam.gserviceaccount.com"), "another service account"),
        ("email_verified", json!(false), "another service account"),
        ("iat", json!(now + 301), "not valid yet"),
        ("exp", json!(now - 301), "has expired"),
        ("exp", json!(now + 200_000), "lives too long"),
        ("exp", Value::Null, "no dates"),
    ] {
        let mut claims = claims();
        claims[name] = value;
        assert_forged(push_signed(&google, &header(), &claims).await, why);
    }
    for (name, value) in [("iat", now + 299), ("exp", now - 299)] {
        let mut claims = claims();
        (claims["iat"], claims["exp"]) = (json!(now - 3_899), json!(now + 3_000));
        claims[name] = json!(value);
        assert!(push_signed(&google, &header(), &claims).await.is_ok(), "{name} {value}: clocks differ a little");
    }
}

#[tokio::test]
async fn nothing_but_googles_own_signature_counts() {
    let google = Google::start(|_, _| None).await;
    for (alg, kid, why) in
        [("HS256", "k1", "RS256"), ("none", "k1", "RS256"), ("ES256", "k1", "RS256"), ("RS256", "k2", "does not have")]
    {
        let header = json!({ "alg": alg, "kid": kid });
        assert_forged(push_signed(&google, &header, &claims()).await, why);
    }
    let critical = json!({ "alg": "RS256", "kid": "k1", "crit": ["x"] });
    assert_forged(push_signed(&google, &critical, &claims()).await, "RS256");
    let token = sign_jwt(&header(), &claims());
    let (signed, _) = token.rsplit_once('.').unwrap();
    let other = URL_SAFE_NO_PAD.encode([7; 256]);
    assert_forged(push(&google, &app(), Some(&format!("Bearer {signed}.{other}"))).await, "signature is wrong");
    for (authorization, why) in [
        (None, "no Authorization"),
        (Some("Basic x"), "not Bearer"),
        (Some("Bearer"), "not Bearer"),
        (Some("Bearer x"), "no JWT"),
        (Some("Bearer x.y"), "no JWT"),
        (Some("Bearer x.y.z"), "header can't be read"),
    ] {
        assert_forged(push(&google, &app(), authorization).await, why);
    }
}

#[tokio::test]
async fn the_app_says_who_pushes_and_to_whom() {
    let google = Google::start(|_, _| None).await;
    let mut app = app();
    let token = |claims: &Value| format!("Bearer {}", sign_jwt(&header(), claims));
    app.settings.insert("push_audience".into(), "purser".into());
    assert_forged(push(&google, &app, Some(&token(&claims()))).await, "another audience");
    let mut for_audience = claims();
    for_audience["aud"] = json!("purser");
    assert!(push(&google, &app, Some(&token(&for_audience))).await.is_ok());
    app.settings.insert("push_subscription".into(), "projects/p/subscriptions/s".into());
    assert!(push(&google, &app, Some(&token(&for_audience))).await.is_ok());
    app.settings.insert("push_subscription".into(), "projects/p/subscriptions/other".into());
    assert!(matches!(push(&google, &app, Some(&token(&for_audience))).await, Err(Rejection::NotForApp(_))));
    app.settings.remove("push_service_account");
    assert_forged(push(&google, &app, Some(&token(&for_audience))).await, "push_service_account is not set");
}

#[tokio::test]
async fn an_unknown_key_makes_us_ask_again_at_most_once_a_minute() {
    let google = Google::scripted(|_, before| if before == 0 { jwk_set("k0") } else { jwk_set("k1") }).await;
    let token = format!("Bearer {}", sign_jwt(&header(), &claims()));
    let body = body();
    let at = async |millis: i64| {
        let delivery = Delivery { address: "GG", url: URL, authorization: Some(&token), body: &body, bytes: &[] };
        google.store.authenticate(&app(), delivery, NOW.plus_millis(millis)).await.is_ok()
    };
    assert!(!at(0).await && !at(59_999).await);
    assert_eq!(google.fake.seen().len(), 1);
    assert!(at(60_000).await && at(60_001).await);
    assert_eq!(google.fake.seen().len(), 2);
}

#[tokio::test]
async fn keys_are_kept_as_long_as_their_issuer_says() {
    let google = Google::scripted(|_, _| {
        let Reply::Json(_, keys) = jwk_set("k1") else { unreachable!() };
        Reply::Raw(200, vec![("cache-control", "public, max-age=120, must-revalidate".into())], keys.to_string().leak())
    })
    .await;
    let token = format!("Bearer {}", sign_jwt(&header(), &claims()));
    let body = body();
    for (seconds, asked) in [(0, 1), (119, 1), (120, 2)] {
        let delivery = Delivery { address: "GG", url: URL, authorization: Some(&token), body: &body, bytes: &[] };
        google.store.authenticate(&app(), delivery, NOW.plus_millis(seconds * Timestamp::SECOND)).await.unwrap();
        assert_eq!(google.fake.seen().len(), asked, "{seconds}");
    }
}
