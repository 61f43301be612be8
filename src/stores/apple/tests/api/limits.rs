use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use tokio::net::TcpListener;
use tokio::sync::Barrier;

use super::*;
use crate::model::Actor;
use crate::stores::Asking;
use crate::stores::apple::api::{ApiFailure, Call};
use crate::stores::http::CONCURRENT_PER_APP;

fn call() -> Call {
    Call::new("test", Method::GET, "inApps/v1/transactions/{}", &["1"]).unwrap()
}

async fn tell(client: &Client, now: Timestamp) -> Result<Vec<u8>, ApiFailure> {
    let app = app_with_key(Environment::Sandbox);
    client.tell(&app, AppleEnvironment::of(&app), &call(), now).await.map(|told| told.answer.body)
}

fn ok() -> Reply {
    Reply::Json(200, json!({}))
}

#[tokio::test]
async fn what_may_work_the_next_time_is_asked_again() {
    for code in [4_040_002, 4_040_004, 4_040_006, 5_000_001, 5_030_000] {
        let fake = FakeStore::start(move |_, before| if before < 2 { Reply::error(code) } else { ok() }).await;
        assert!(tell(&client(&fake, QUICK), NOW).await.is_ok(), "{code}");
        assert_eq!(fake.seen().len(), 3);
    }
}

#[tokio::test]
async fn repeating_has_an_end() {
    let fake = FakeStore::start(|_, _| Reply::error(5_000_001)).await;
    let failure = tell(&client(&fake, QUICK), NOW).await.unwrap_err();
    assert_eq!(failure, ApiFailure::unavailable("the App Store is out of order: Testing error."));
    assert_eq!(fake.seen().len(), 3);
}

#[tokio::test]
async fn what_will_not_change_is_asked_once() {
    for (code, expected) in [
        (5_000_000, ApiFailure::unavailable("the App Store is out of order: Testing error.")),
        (4_040_010, ApiFailure::NotFound { code: Some(4_040_010), message: "Testing error.".into() }),
        (4_000_006, ApiFailure::Refused { code: Some(4_000_006), message: "Testing error.".into() }),
        (4_030_004, ApiFailure::Refused { code: Some(4_030_004), message: "Testing error.".into() }),
        (4_180_000, ApiFailure::Refused { code: Some(4_180_000), message: "Testing error.".into() }),
    ] {
        let fake = FakeStore::start(move |_, _| Reply::error(code)).await;
        assert_eq!(tell(&client(&fake, QUICK), NOW).await, Err(expected));
        assert_eq!(fake.seen().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn a_number_nobody_knows_is_kept() {
    let body = include_str!("../vectors/library/models/apiUnknownError.json");
    let fake = FakeStore::start(move |_, _| Reply::Raw(400, Vec::new(), body)).await;
    let failure = tell(&client(&fake, QUICK), NOW).await.unwrap_err();
    assert_eq!(failure.code(), Some(9_990_000));
    assert_eq!(failure.to_string(), "the App Store says 9990000: Testing error.");
}

#[tokio::test]
async fn a_gateways_page_is_no_answer() {
    let page = "<html><body>Bad Gateway</body></html>";
    for (status, asked) in [(502, 3), (503, 3), (404, 3), (408, 3), (302, 1)] {
        let headers = vec![("content-type", "text/html".to_owned()), ("location", "/elsewhere".to_owned())];
        let fake = FakeStore::start(move |_, _| Reply::Raw(status, headers.clone(), page)).await;
        let failure = tell(&client(&fake, QUICK), NOW).await.unwrap_err();
        assert!(matches!(failure, ApiFailure::Unavailable { .. }), "{status}: {failure}");
        assert_eq!(fake.seen().len(), asked, "{status}");
    }
    let fake = FakeStore::start(move |_, _| Reply::Raw(403, Vec::new(), page)).await;
    let expected = ApiFailure::Refused { code: None, message: "HTTP 403 Forbidden".into() };
    assert_eq!(tell(&client(&fake, QUICK), NOW).await, Err(expected));
    let fake = FakeStore::start(move |_, _| Reply::Raw(200, Vec::new(), page)).await;
    let app = app_with_key(Environment::Sandbox);
    let read = client(&fake, QUICK).ask::<Value>(&app, AppleEnvironment::of(&app), call(), NOW).await.map(|told| told.answer);
    assert!(read.unwrap_err().to_string().starts_with("the App Store's answer is damaged"));
}

#[tokio::test]
async fn a_pause_is_kept_until_its_end() {
    let moment = NOW.plus_millis(90_000);
    for header in [moment.0.to_string(), "90".to_owned()] {
        let fake = FakeStore::start(move |_, before| match before {
            0 => Reply::Raw(429, vec![("retry-after", header.clone())], r#"{"errorCode":4290000,"errorMessage":"Rate limit"}"#),
            _ => ok(),
        })
        .await;
        let client = client(&fake, QUICK);
        let limited = Err(ApiFailure::RateLimited { retry_at: moment });
        assert_eq!(tell(&client, NOW).await, limited);
        assert_eq!(tell(&client, NOW.plus_millis(60_000)).await, limited, "not even asked");
        assert_eq!(fake.seen().len(), 1);
        assert!(tell(&client, moment).await.is_ok());
        assert_eq!(fake.seen().len(), 2);
    }
}

#[tokio::test]
async fn a_short_pause_is_waited_out() {
    let until = NOW.plus_millis(5).0.to_string();
    let fake = FakeStore::start(move |_, before| match before {
        0 => Reply::Raw(429, vec![("retry-after", until.clone())], ""),
        _ => ok(),
    })
    .await;
    assert!(tell(&client(&fake, QUICK), NOW).await.is_ok());
    assert_eq!(fake.seen().len(), 2);
    let fake = FakeStore::start(|_, _| Reply::Raw(429, vec![("retry-after", "0".into())], "")).await;
    assert!(matches!(tell(&client(&fake, QUICK), NOW).await, Err(ApiFailure::RateLimited { .. })));
    assert_eq!(fake.seen().len(), 3);
}

#[tokio::test]
async fn a_store_that_is_silent_or_gone_is_unavailable() {
    let fake = FakeStore::start(|_, _| Reply::Silence).await;
    let impatient = Limits { attempt: Duration::from_millis(30), attempts_max: 2, ..QUICK };
    let failure = tell(&client(&fake, impatient), NOW).await.unwrap_err();
    assert!(failure.to_string().starts_with("the App Store can't be reached: it did not answer in time"), "{failure}");
    assert_eq!(fake.seen().len(), 2);
    let hurried = Limits { total: Duration::from_millis(30), ..QUICK };
    let failure = tell(&client(&fake, hurried), NOW).await.unwrap_err();
    assert_eq!(failure, ApiFailure::unavailable("the App Store can't be reached: it did not answer in time"));

    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let gone = Client::new(Hosts::new(nobody.clone(), nobody), QUICK);
    let failure = tell(&gone, NOW).await.unwrap_err();
    assert!(failure.to_string().starts_with("the App Store can't be reached: no connection"), "{failure}");
}

/// The store answers only when exactly as many wait as may: fewer would hang, more would be counted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_app_asks_more_at_a_time_than_allowed() {
    let (waiting, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let barrier = Arc::new(Barrier::new(CONCURRENT_PER_APP));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let (counted, highest) = (waiting.clone(), most.clone());
    let router = axum::Router::new().fallback(move || {
        let (waiting, most, barrier) = (counted.clone(), highest.clone(), barrier.clone());
        async move {
            most.fetch_max(waiting.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            barrier.wait().await;
            waiting.fetch_sub(1, Ordering::SeqCst);
            "{}"
        }
    });
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let hosts = Hosts::new(format!("http://{addr}"), format!("http://{addr}"));
    let client = Arc::new(Client::new(hosts, QUICK));
    let all = (0..3 * CONCURRENT_PER_APP).map(|_| {
        let client = client.clone();
        let staff = Asking::of(Actor::Operator, NOW);
        tokio::spawn(async move {
            client.tell(&app_with_key(Environment::Sandbox), &[AppleEnvironment::Sandbox], &call(), staff).await
        })
    });
    for one in all.collect::<Vec<_>>() {
        assert!(one.await.unwrap().is_ok());
    }
    assert_eq!(most.load(Ordering::SeqCst), CONCURRENT_PER_APP);
}
