//! What every answer has, and what no request gets past: nothing private is kept by others, malformed calls are the caller's fault,
//! and the console answers its own address only.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use leptos::server_fn::axum::server_fn_paths;
use purser::model::ProjectId;
use purser::router::router;

use crate::people::{HOME, account, send, session};
use crate::shop::{APP_KEY, SECRET_KEY, Shop};
use crate::support::{Kind, TestState, on_both};

const FORM: &str = "application/x-www-form-urlencoded";

on_both! {
    async fn malformed_calls_of_every_server_function_are_the_callers_fault(state: TestState) {
        let admin = account(&state, "admin@example.com", true, None).await;
        let (app, cookie) = (router(state.state.clone()), session(&state, &admin).await);
        let many: String = (0..5_000).map(|number| format!("f{number}=1&")).collect();
        let deep = format!("input{}=1", "[a]".repeat(200));
        let nested = format!("{}1{}", "[".repeat(2_000), "]".repeat(2_000));
        let bodies: [(&str, Vec<u8>); 22] = [
            (FORM, b"".to_vec()),
            (FORM, b"input=1".to_vec()),
            (FORM, b"input[]=1&input[]=2".to_vec()),
            (FORM, b"input[project][x]=1".to_vec()),
            (FORM, b"project[]=1&project[]=2".to_vec()),
            (FORM, b"input[project]=%FF%FE".to_vec()),
            (FORM, b"project=%FF&input=%C3%28".to_vec()),
            (FORM, b"\xFF\xFE=\xC3\x28".to_vec()),
            (FORM, b"%".to_vec()),
            (FORM, b"[[[]]]&&&===".to_vec()),
            (FORM, b"input[product]=x&input[app]=99999999999999999999&app=1e9&notification=-&subscription=".to_vec()),
            (FORM, many.into_bytes()),
            (FORM, deep.into_bytes()),
            (FORM, b"{\"input\": {}}".to_vec()),
            ("application/json", b"{".to_vec()),
            ("application/json", b"[]".to_vec()),
            ("application/json", b"{\"input\": 1, \"query\": [], \"project\": {}}".to_vec()),
            ("application/json", b"{\"project\": \"\xFF\"}".to_vec()),
            ("application/json", nested.into_bytes()),
            ("multipart/form-data; boundary=x", b"--x\r\n".to_vec()),
            ("image/png", b"\x89PNG\x00".to_vec()),
            ("", b"input=1".to_vec()),
        ];
        let mut checked = 0;
        for (path, _) in server_fn_paths() {
            for (kind, body) in &bodies {
                for accept in ["application/json", "text/html"] {
                    let mut request = Request::post(path).header(header::ACCEPT, accept).header(header::COOKIE, &cookie);
                    if !kind.is_empty() {
                        request = request.header(header::CONTENT_TYPE, *kind);
                    }
                    let answer = send(&app, HOME, request.body(Body::from(body.clone())).expect("a request")).await;
                    let what = format!("{path} {kind} {:.60}: {} {:.200}", String::from_utf8_lossy(body), answer.status, answer.body);
                    assert!(!answer.status.is_server_error(), "{what}");
                    if answer.body.contains("server function arguments") || answer.body.contains("missing field") {
                        let is_page = accept == "text/html";
                        assert_eq!(answer.status, if is_page { StatusCode::FOUND } else { StatusCode::UNPROCESSABLE_ENTITY }, "{what}");
                        checked += usize::from(!is_page);
                    }
                }
            }
        }
        assert!(checked > 500, "only {checked} were malformed");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_private_is_kept_by_others() {
    let state = TestState::new(Kind::Sqlite).await;
    let shop = Shop::open(&state).await;
    let (payment, _) = shop.reserve("TEST", "player-1", "gem_100").await;
    let admin = account(&state, "admin@example.com", true, None).await;
    let (app, cookie) = (router(state.state.clone()), session(&state, &admin).await);
    let ProjectId(project) = shop.project.clone();
    let secret = format!("Bearer {SECRET_KEY}");
    let (by_key, by_app, by_person) = (("authorization", secret.as_str()), ("x-appkey", APP_KEY), ("cookie", cookie.as_str()));
    for (method, path, who, body) in [
        ("GET", "/api/v1/payments".to_owned(), by_key, ""),
        ("GET", format!("/api/v1/payments/{payment}"), by_key, ""),
        ("GET", "/api/v1/payments/0".to_owned(), by_key, ""),
        ("GET", "/api/v1/products".to_owned(), by_app, ""),
        ("GET", "/api/v1/products".to_owned(), ("x-appkey", "none"), ""),
        ("POST", "/api/v1/payments".to_owned(), by_app, r#"{"store": "TEST", "productId": "gem_100", "userKey": "u"}"#),
        ("POST", "/v1/service/consumable".to_owned(), ("x-nhn-tciap-appkey", APP_KEY), "{}"),
        ("POST", "/tcgb-inapp/v1.3/apps/x/consumable".to_owned(), ("x-secret-key", "x"), "{}"),
        ("POST", "/callback/subscription/x/AS/v2".to_owned(), by_app, "{}"),
        ("POST", "/fn/rename_account".to_owned(), by_person, "input[name]=Kim"),
        ("POST", "/fn/rename_account".to_owned(), by_app, "input[name]=Kim"),
        ("GET", "/".to_owned(), by_person, ""),
        ("GET", "/".to_owned(), by_app, ""),
        ("GET", "/login".to_owned(), by_app, ""),
        ("GET", format!("/projects/{project}/payments/{payment}"), by_person, ""),
        ("GET", format!("/projects/{project}/payments.csv"), by_person, ""),
        ("GET", format!("/projects/{project}/audit.csv"), by_person, ""),
        ("GET", format!("/projects/{project}/products.csv"), by_person, ""),
        ("GET", "/simulator/control/purchases".to_owned(), by_person, ""),
        ("GET", "/no/such/page".to_owned(), by_person, ""),
        ("GET", "/healthz".to_owned(), by_app, ""),
        ("GET", "/metrics".to_owned(), by_app, ""),
    ] {
        let accept = if path.starts_with("/api") { "application/json" } else { "text/html" };
        let request = Request::builder().method(method).uri(&path).header(who.0, who.1).header(header::ACCEPT, accept);
        let kind = if path.starts_with("/fn") { FORM } else { "application/json" };
        let request = request.header(header::CONTENT_TYPE, kind).body(Body::from(body)).expect("a request");
        let answer = send(&app, HOME, request).await;
        let kept: Vec<_> = answer.headers.get_all(header::CACHE_CONTROL).iter().collect();
        assert_eq!(kept, ["no-store"], "{method} {path}: {}", answer.status);
    }
    for path in ["/api/openapi.json", "/api/docs/"] {
        let answer = send(&app, HOME, Request::get(path).body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.headers[header::CACHE_CONTROL], "public, max-age=600", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_console_answers_its_own_address_and_games_any() {
    let state = TestState::new(Kind::Sqlite).await;
    Shop::open(&state).await;
    let admin = account(&state, "admin@example.com", true, None).await;
    let (app, cookie) = (router(state.state.clone()), session(&state, &admin).await);
    let ask = async |method: &str, path: &str, host: &str| {
        let accept = if method == "GET" { "text/html" } else { "application/json" };
        let request = Request::builder().method(method).uri(path).header(header::HOST, host).header(header::ACCEPT, accept);
        let request = request.header(header::COOKIE, &cookie).header(header::CONTENT_TYPE, FORM).header("x-appkey", APP_KEY);
        let request = request.header(header::ORIGIN, format!("http://{host}"));
        send(&app, HOME, request.body(Body::from("input[name]=Kim")).expect("a request")).await
    };
    for host in ["127.0.0.1:3000", "localhost:8080", "[::1]:3000"] {
        assert_eq!(ask("GET", "/account", host).await.status, StatusCode::OK, "{host}");
        assert_eq!(ask("POST", "/fn/rename_account", host).await.status, StatusCode::OK, "{host}");
    }
    for host in ["evil.example:3000", "192.168.0.9:3000", "localhost.evil.example"] {
        for (method, path) in [
            ("GET", "/account"),
            ("GET", "/login"),
            ("GET", "/audit.csv"),
            ("POST", "/fn/rename_account"),
            ("GET", "/no/such/page"),
        ] {
            let answer = ask(method, path, host).await;
            assert_eq!(
                (answer.status, answer.code().as_str()),
                (StatusCode::MISDIRECTED_REQUEST, "WRONG_HOST"),
                "{method} {path} {host}"
            );
            assert!(answer.body.contains("PURSER_PUBLIC_URL"), "{}", answer.body);
        }
        assert_eq!(ask("GET", "/api/v1/products", host).await.status, StatusCode::OK, "{host}");
        assert_eq!(ask("GET", "/healthz", host).await.status, StatusCode::OK, "{host}");
        assert_eq!(ask("POST", "/v1/service/consumable", host).await.status, StatusCode::OK, "{host}");
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_databases_files_are_its_own() {
    use std::os::unix::fs::PermissionsExt;

    let state = TestState::new(Kind::Sqlite).await;
    Shop::open(&state).await;
    let path = state.config.database_url.strip_prefix("sqlite:").expect("SQLite");
    let folder = std::path::Path::new(path).parent().expect("a folder");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("readable").flatten() {
        let mode = entry.metadata().expect("there").permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
        seen += 1;
    }
    assert!(seen >= 3, "database, log and its index: {seen}");
    assert_eq!(std::fs::metadata(folder).expect("there").permissions().mode() & 0o777, 0o700);
}
