//! The simulator answers this machine alone, whoever stands in front of it, and tells nobody else.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, Version};
use purser::router::router;
use purser::state::AppState;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::people::{HOME, send};
use crate::shop::{BUNDLE, Key};
use crate::simulated_store::Store;
use crate::support::{Kind, TestState, on_both};

const PURCHASES: &str = "/simulator/control/purchases";

async fn ask(app: &Router, from: &str, path: &str, headers: &[(&str, &str)]) -> StatusCode {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(app, from, request.body(Body::empty()).expect("a request")).await.status
}

on_both! {
    async fn no_proxy_no_other_name_and_no_other_page_gets_through(state: TestState) {
        let app = router(state.state.clone());
        for headers in [
            vec![],
            vec![("host", "127.0.0.1:3000")],
            vec![("host", "localhost:3000"), ("origin", "http://localhost:3000"), ("sec-fetch-site", "same-origin")],
            vec![("host", "[::1]:3000")],
        ] {
            assert_eq!(ask(&app, HOME, PURCHASES, &headers).await, StatusCode::OK, "{headers:?}");
        }
        for headers in [
            vec![("x-forwarded-for", "127.0.0.1")],
            vec![("x-forwarded-for", "")],
            vec![("forwarded", "for=127.0.0.1")],
            vec![("x-real-ip", "127.0.0.1")],
            vec![("via", "1.1 proxy")],
            vec![("cf-connecting-ip", "127.0.0.1")],
            vec![("true-client-ip", "127.0.0.1")],
            vec![("x-forwarded-host", "purser.example")],
            vec![("x-forwarded-proto", "https")],
            vec![("host", "purser.example")],
            vec![("host", "evil.example:3000")],
            vec![("host", "127.0.0.1:3000"), ("host", "evil.example")],
            vec![("host", "192.168.0.5:3000")],
            vec![("host", "127.0.0.1:3000"), ("origin", "https://evil.example")],
            vec![("host", "127.0.0.1:3000"), ("origin", "http://127.0.0.1:8080")],
            vec![("origin", "null")],
            vec![("sec-fetch-site", "cross-site")],
            vec![("sec-fetch-site", "same-site")],
        ] {
            for path in [PURCHASES, "/simulator/root.pem", "/simulator/inApps/v1/transactions/1", "/simulator/production/inApps/v1/transactions/1"] {
                assert_eq!(ask(&app, HOME, path, &headers).await, StatusCode::FORBIDDEN, "{path} {headers:?}");
            }
        }
        assert_eq!(ask(&app, "203.0.113.9:1", PURCHASES, &[]).await, StatusCode::FORBIDDEN);
        assert_eq!(ask(&app, "[::ffff:127.0.0.1]:1", PURCHASES, &[]).await, StatusCode::OK);
        let mut old = Request::get(PURCHASES).body(Body::empty()).expect("a request");
        *old.version_mut() = Version::HTTP_10;
        assert_eq!(send(&app, HOME, old).await.status, StatusCode::FORBIDDEN, "as proxies speak");
    }

    async fn a_trusted_proxy_passes_on_this_machines_callers_only(state: TestState) {
        let mut config = (*state.config).clone();
        config.trust_proxy = true;
        let app = router(AppState::open(config, state.clock.clone()).await.expect("opens"));
        for (forwarded, expected) in [
            ("127.0.0.1", StatusCode::OK),
            ("203.0.113.9, ::1", StatusCode::OK),
            ("203.0.113.9", StatusCode::FORBIDDEN),
            ("127.0.0.1, 203.0.113.9", StatusCode::FORBIDDEN),
            ("localhost", StatusCode::FORBIDDEN),
            ("", StatusCode::FORBIDDEN),
        ] {
            assert_eq!(ask(&app, HOME, PURCHASES, &[("x-forwarded-for", forwarded)]).await, expected, "{forwarded}");
        }
        assert_eq!(ask(&app, "203.0.113.9:1", PURCHASES, &[("x-forwarded-for", "127.0.0.1")]).await, StatusCode::FORBIDDEN);
        assert_eq!(ask(&app, HOME, PURCHASES, &[("via", "1.1 proxy")]).await, StatusCode::FORBIDDEN);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notifications_go_to_this_machine_and_follow_nobody_elsewhere() {
    let state = TestState::new(Kind::Sqlite).await;
    let store = Store::open(&state).await;
    let set = async |url: &str| {
        let body = json!({ "storeAppId": BUNDLE, "url": url });
        store.shop.call(Key::None, "PUT", "/simulator/control/notice-address", body).await
    };
    for elsewhere in [
        "http://169.254.169.254/latest",
        "http://example.com/",
        "http://127.0.0.1@example.com/",
        "http://0.0.0.0:80/",
        "file:///etc/passwd",
    ] {
        let (status, body) = set(elsewhere).await;
        assert_eq!((status, body["param"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("url")), "{elsewhere}");
    }

    let target = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let answer = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        elsewhere.local_addr().expect("an address")
    );
    assert_eq!(
        set(&format!("http://localhost:{}/apple", target.local_addr().expect("an address").port())).await.0,
        StatusCode::NO_CONTENT
    );
    let told = tokio::spawn(async move {
        let (mut stream, _) = target.accept().await.expect("a caller");
        let mut bytes = vec![0; 65_536];
        let count = stream.read(&mut bytes).await.expect("a request");
        stream.write_all(answer.as_bytes()).await.expect("answered");
        String::from_utf8_lossy(&bytes[..count]).into_owned()
    });
    let notification = json!({ "storeAppId": BUNDLE, "notificationType": "TEST" });
    assert_eq!(store.control("notices", notification).await["notificationType"], "TEST");
    store.deliver().await;
    assert!(told.await.expect("told").starts_with("POST /apple"));
    let followed = tokio::select! {
        biased;
        _ = elsewhere.accept() => true,
        () = std::future::ready(()) => false,
    };
    assert!(!followed, "a redirect is not followed");
}
