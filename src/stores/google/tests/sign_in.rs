use std::sync::Arc;

use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::world::{KEY, key_file};
use super::*;
use crate::model::{Secret, Timestamp};
use crate::stores::google::api::ApiFailure;
use crate::stores::http::fake::{Reply, Seen};

fn issued(token: &str) -> Reply {
    Reply::Json(200, json!({ "access_token": token, "expires_in": 3599, "token_type": "Bearer" }))
}

fn form(seen: &Seen) -> Vec<(String, String)> {
    serde_urlencoded::from_bytes(&seen.body).unwrap()
}

#[tokio::test]
async fn an_assertion_says_who_asks_and_for_how_long() {
    let google = Google::scripted(|_, _| issued("ya29.a")).await;
    let token = google.store.api.sign_in(&app(), NOW).await.unwrap();
    assert_eq!(token.reveal(), "ya29.a");
    let seen = google.fake.seen().remove(0);
    assert_eq!((seen.path.as_str(), seen.header("content-type")), ("/token", "application/x-www-form-urlencoded"));
    let fields = form(&seen);
    assert_eq!(fields[0], ("grant_type".into(), "urn:ietf:params:oauth:grant-type:jwt-bearer".into()));
    let (signed, signature) = fields[1].1.rsplit_once('.').unwrap();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, KEY.public_key());
    key.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    let part = |text: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    assert_eq!(part(header), json!({ "alg": "RS256", "typ": "JWT", "kid": "key-1" }));
    let iat = NOW.0 / 1_000;
    let expected = json!({
        "iss": "purser@project.iam.gserviceaccount.com", "scope": "https://www.googleapis.com/auth/androidpublisher",
        "aud": "https://oauth2.googleapis.com/token", "iat": iat, "exp": iat + 3_600,
    });
    assert_eq!(part(claims), expected);
}

#[tokio::test]
async fn a_person_signs_in_with_a_refresh_token() {
    let google = Google::scripted(|_, _| issued("ya29.a")).await;
    let mut app = app();
    app.secrets.remove("service_account");
    app.settings.insert("client_id".into(), "id".into());
    app.secrets.insert("client_secret".into(), Secret("cs".into()));
    app.secrets.insert("refresh_token".into(), Secret("rt".into()));
    google.store.api.sign_in(&app, NOW).await.unwrap();
    let expected = [("grant_type", "refresh_token"), ("client_id", "id"), ("client_secret", "cs"), ("refresh_token", "rt")];
    assert_eq!(form(&google.fake.seen()[0]), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    app.settings.insert("auth_method".into(), "SERVICE_ACCOUNT".into());
    let failure = google.store.api.sign_in(&app, NOW).await.unwrap_err();
    assert_eq!(failure, ApiFailure::credentials("this app's service_account is not set"));
}

#[tokio::test]
async fn a_token_is_asked_for_once_and_used_until_shortly_before_its_end() {
    let google = Arc::new(Google::scripted(|_, before| issued(&format!("ya29.{before}"))).await);
    let at = async |seconds: i64| {
        let token = google.store.api.sign_in(&app(), NOW.plus_millis(seconds * Timestamp::SECOND)).await.unwrap();
        token.reveal().to_owned()
    };
    let many = (0..20).map(|_| {
        let google = Arc::clone(&google);
        tokio::spawn(async move { google.store.api.sign_in(&app(), NOW).await.unwrap() })
    });
    for one in many.collect::<Vec<_>>() {
        assert_eq!(one.await.unwrap().reveal(), "ya29.0");
    }
    assert_eq!((at(3_298).await, google.fake.seen().len()), ("ya29.0".into(), 1));
    assert_eq!((at(3_299).await, google.fake.seen().len()), ("ya29.1".into(), 2));
}

#[tokio::test]
async fn a_refused_credential_is_not_tried_over_and_over() {
    let refusal = json!({ "error": "invalid_grant", "error_description": "Invalid JWT Signature." });
    let google = Google::scripted(move |_, _| Reply::Json(400, refusal.clone())).await;
    let expected = ApiFailure::credentials("Google refuses this app's credential (invalid_grant): Invalid JWT Signature.");
    for _ in 0..3 {
        assert_eq!(google.store.api.sign_in(&app(), NOW).await.unwrap_err(), expected);
    }
    assert_eq!(google.fake.seen().len(), 1);
    assert!(google.store.api.sign_in(&app(), NOW.plus_millis(60_000)).await.is_err());
    assert_eq!(google.fake.seen().len(), 2);
    let mut changed = app();
    let mut file = key_file();
    file["client_email"] = json!("other@project.iam.gserviceaccount.com");
    changed.secrets.insert("service_account".into(), Secret(file.to_string()));
    assert!(google.store.api.sign_in(&changed, NOW).await.is_err());
    assert_eq!(google.fake.seen().len(), 3, "another credential is another question");
}

#[tokio::test]
async fn an_endpoint_out_of_order_is_asked_again() {
    let google =
        Google::scripted(|_, before| if before < 2 { Reply::Raw(503, Vec::new(), "<html>") } else { issued("ya29.a") }).await;
    assert!(google.store.api.sign_in(&app(), NOW).await.is_ok());
    assert_eq!(google.fake.seen().len(), 3);
}

#[tokio::test]
async fn who_waits_for_an_answer_takes_it() {
    let google = Google::scripted(|_, _| Reply::Json(503, json!({}))).await;
    let app = app();
    let answers = futures::future::join_all((0..20).map(|_| google.store.api.sign_in(&app, NOW))).await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(ApiFailure::Unavailable { .. }))));
    assert_eq!(google.fake.seen().len(), 3, "one flight, tried three times");
    assert!(google.store.api.sign_in(&app, NOW).await.is_err());
    assert_eq!(google.fake.seen().len(), 6, "who comes later asks anew");
}

#[tokio::test]
async fn an_endpoint_that_wants_a_pause_gets_it() {
    let google = Google::scripted(|_, before| match before {
        0 => Reply::Raw(429, vec![("retry-after", "30".into())], ""),
        _ => issued("ya29.a"),
    })
    .await;
    let at = async |seconds: i64| google.store.api.sign_in(&app(), NOW.plus_millis(seconds * Timestamp::SECOND)).await.is_ok();
    assert!(!at(0).await && !at(29).await);
    assert_eq!(google.fake.seen().len(), 1);
    assert!(at(30).await);
}

#[tokio::test]
async fn what_is_missing_or_damaged_is_named() {
    let google = Google::scripted(|_, _| issued("ya29.a")).await;
    let with = |file: &str| {
        let mut app = app();
        app.secrets.insert("service_account".into(), Secret(file.into()));
        app
    };
    let mut no_key = key_file();
    no_key["private_key"] = json!("-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n");
    for file in ["", "{}", &no_key.to_string()] {
        let failure = google.store.api.sign_in(&with(file), NOW).await.unwrap_err();
        assert_eq!(failure.to_string(), "this app's service_account is not a key file with an RSA private key");
    }
    assert_eq!(google.fake.seen().len(), 0);
}

#[tokio::test]
async fn a_refused_access_token_is_asked_for_anew_once() {
    let answer = |seen: &Seen, before: usize| match (seen.path.as_str(), seen.header("authorization")) {
        ("/token", _) => issued(&format!("ya29.{before}")),
        (_, "Bearer ya29.0") => google_error(401, "authError"),
        _ => Reply::Json(200, json!({ "state": "PROCESSED" })),
    };
    let google = Google::scripted(answer).await;
    assert!(google.store.get_order(&app(), "GPA.1", NOW.into()).await.is_ok());
    assert_eq!(google.fake.seen().len(), 4);
    let stubborn = Google::scripted(|seen, _| match seen.path.as_str() {
        "/token" => issued("ya29.a"),
        _ => google_error(401, "authError"),
    });
    let stubborn = stubborn.await;
    let failure = stubborn.store.get_order(&app(), "GPA.1", NOW.into()).await.unwrap_err();
    assert!(matches!(failure, ApiFailure::Credentials { .. }), "{failure}");
    assert_eq!(stubborn.fake.seen().len(), 4);
}
