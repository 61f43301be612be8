//! NUL, control characters and endless values, sent to every route and server function in each place a text can stand: never
//! our own fault, whatever the surface.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use purser::audit::By;
use purser::model::OperatorId;
use purser::nhn::{self, NhnInput};
use purser::router::router;
use serde_json::{Value, json};

use crate::access_table::{TABLE, Who};
use crate::people::{Answer, HOME, account, call, send, session};
use crate::shop::{APP_KEY, Key, SECRET_KEY, Shop, text};
use crate::support::{TestState, on_both};

/// As they stand in an address.
const HOSTILE: [&str; 6] = ["%00", "a%00b", "%01", "%0A", "%C2%85", "%FF"];

fn long() -> String {
    "x".repeat(5_000)
}

struct Cast {
    app: Router,
    cookie: String,
    ids: Vec<(&'static str, String)>,
}

impl Cast {
    async fn gather(state: &TestState) -> Self {
        let shop = Shop::open(state).await;
        let (payment, _) = shop.reserve("TEST", "player-1", "gem_100").await;
        let administrator: OperatorId = account(state, "administrator@example.com", true, None).await;
        let open = NhnInput { compatible: Some(true), legacy: Some(true), ..NhnInput::default() };
        nhn::update_nhn_settings(state, &By::System("test"), &shop.project, &open).await.expect("NHN's calls are switched on");
        let apps = purser::projects::list_apps(state, &shop.project).await.expect("apps");
        let ids = vec![
            ("{project}", shop.project.to_string()),
            ("{app}", apps[0].app_seq.to_string()),
            ("{product}", "1000001".to_owned()),
            ("{payment}", payment.clone()),
            ("{paymentSeq}", payment),
            ("{userKey}", "player-1".to_owned()),
            ("{user}", "player-1".to_owned()),
            ("{operator}", administrator.to_string()),
            ("{appId}", shop.project.to_string()),
            ("{store_app_id}", "com.example.game".to_owned()),
        ];
        let cookie = session(state, &administrator).await;
        Self { app: router(state.state.clone()), cookie, ids }
    }

    fn fill(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    }

    async fn send(&self, who: Who, method: &str, path: &str, body: String) -> Answer {
        let kind = if body.starts_with(['{', '[']) { "application/json" } else { "application/x-www-form-urlencoded" };
        let mut request = Request::builder().method(method).uri(path).header(header::COOKIE, &self.cookie);
        request = request.header(header::ACCEPT, "application/json").header(header::CONTENT_TYPE, kind);
        request = match who {
            Who::App => request.header("x-appkey", APP_KEY),
            Who::Server => request.header(header::AUTHORIZATION, format!("Bearer {SECRET_KEY}")),
            Who::Compatible => request.header("x-nhn-tciap-appkey", APP_KEY).header("x-secret-key", SECRET_KEY),
            _ => request,
        };
        send(&self.app, HOME, request.body(Body::from(body)).expect("a request")).await
    }
}

/// Whatever is refused may be; what must not be is a failure of ours.
fn expect_refused_or_served(answer: &Answer, what: &str) {
    let is_ours = answer.status.is_server_error() || answer.code() == "INTERNAL";
    let body = answer.body.replace(' ', "");
    let is_nhns = body.contains("\"resultCode\":9999") || body.contains("\"resultCode\":-5000001");
    assert!(!is_ours && !is_nhns, "{what:.300}: {} {:.300}", answer.status, answer.body);
}

/// A path with one of its parameters hostile, for each.
fn paths_of(path: &str, hostile: &str) -> Vec<String> {
    let segments: Vec<&str> = path.split('/').collect();
    let parameters = segments.iter().enumerate().filter(|(_, segment)| segment.starts_with('{'));
    let with = |place: usize| {
        let at = |(index, segment): (usize, &&str)| if index == place { hostile.to_owned() } else { (*segment).to_owned() };
        segments.iter().enumerate().map(at).collect::<Vec<_>>().join("/")
    };
    parameters.map(|(place, _)| with(place)).collect()
}

fn without_parameters(path: &str) -> String {
    path.split('/').map(|segment| if segment.starts_with('{') { "x" } else { segment }).collect::<Vec<_>>().join("/")
}

/// The names of query parameters in the API's description, and those of the console's pages.
fn query_names() -> Vec<String> {
    let api = serde_json::to_value(purser::api::description()).expect("JSON");
    let operations =
        api["paths"].as_object().expect("paths").values().flat_map(|path| path.as_object().expect("methods").values());
    let parameters = operations.flat_map(|operation| operation["parameters"].as_array().cloned().unwrap_or_default());
    let mut names: Vec<String> = parameters.filter(|found| found["in"] == "query").map(|found| text(&found, "name")).collect();
    names.extend(["q", "id", "user", "kind", "channel", "next", "token", "project", "payment", "sort"].map(str::to_owned));
    names.sort();
    names.dedup();
    names
}

/// The members a body may have by the API's description, and those of the table's own body.
fn bodies_of(body: &str, path: &str, bad: &str) -> Vec<String> {
    let Ok(base) = serde_json::from_str::<Value>(body) else {
        let pairs: Vec<(&str, &str)> = body.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let encoded: String = url_encode(bad);
        let with = |place: usize| {
            let at = |(index, (name, value)): (usize, &(&str, &str))| {
                if index == place { format!("{name}={encoded}") } else { format!("{name}={value}") }
            };
            pairs.iter().enumerate().map(at).collect::<Vec<_>>().join("&")
        };
        return (0..pairs.len()).map(with).collect();
    };
    let mut names: Vec<String> = base.as_object().map(|members| members.keys().cloned().collect()).unwrap_or_default();
    names.extend(described_members(path));
    names.sort();
    names.dedup();
    let with = |name: &String| {
        let mut body = base.clone();
        body[name.as_str()] = match name.as_str() {
            "proof" => json!({ "token": format!("test:gem_100:{bad}"), "signedTransaction": bad }),
            "query" | "input" | "filter" => json!({ "any_id": bad, "user_key": bad, "cursor": bad, "limit": 0 }),
            _ => json!(bad),
        };
        body.to_string()
    };
    names.iter().map(with).collect()
}

fn url_encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn described_members(path: &str) -> Vec<String> {
    let api = serde_json::to_value(purser::api::description()).expect("JSON");
    let schema = &api["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"];
    let name = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()).unwrap_or_default();
    let members = api["components"]["schemas"][name]["properties"].as_object();
    members.map(|members| members.keys().cloned().collect()).unwrap_or_default()
}

on_both! {
    async fn no_address_is_our_fault(state: TestState) {
        let cast = Cast::gather(&state).await;
        let long = long();
        for (method, path, who, body) in TABLE {
            for hostile in HOSTILE.into_iter().chain([long.as_str()]) {
                for path in paths_of(path, hostile) {
                    let path = without_parameters(&cast.fill(&path));
                    let answer = cast.send(*who, method, &path, cast.fill(body)).await;
                    expect_refused_or_served(&answer, &format!("{method} {path}"));
                    assert!(!answer.status.is_success() || matches!(*who, Who::Compatible | Who::Anyone), "{method} {path:.200}");
                }
            }
        }
    }

    async fn no_query_is_our_fault(state: TestState) {
        let cast = Cast::gather(&state).await;
        let (names, long) = (query_names(), long());
        for (method, path, who, body) in TABLE {
            let path = without_parameters(&cast.fill(path));
            for hostile in ["a%00", "%1b", long.as_str()] {
                for name in &names {
                    let answer = cast.send(*who, method, &format!("{path}?{name}={hostile}"), cast.fill(body)).await;
                    expect_refused_or_served(&answer, &format!("{method} {path}?{name}={hostile}"));
                }
            }
        }
    }

    async fn no_body_is_our_fault(state: TestState) {
        let cast = Cast::gather(&state).await;
        let long = long();
        for (method, path, who, body) in TABLE.iter().filter(|line| line.0 != "GET") {
            let address = without_parameters(&cast.fill(path));
            for bad in ["\0", "a\0b", "\u{1}", "\u{85}", "a\nb", long.as_str()] {
                for body in bodies_of(&cast.fill(body), path, bad) {
                    let answer = cast.send(*who, method, &address, body.clone()).await;
                    expect_refused_or_served(&answer, &format!("{method} {address} {body}"));
                }
            }
        }
    }

    async fn a_refusal_names_what_is_wrong_in_its_surfaces_form(state: TestState) {
        let cast = Cast::gather(&state).await;
        let answer = cast.send(Who::App, "POST", "/api/v1/users", json!({ "userKey": "a\0" }).to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str(), answer.param().as_str()), (422, "INVALID_PARAMETER", "userKey"));
        let answer = cast.send(Who::App, "GET", "/api/v1/products?appId=%00", String::new()).await;
        assert_eq!((answer.status.as_u16(), answer.param().as_str()), (422, "appId"));
        let answer = cast.send(Who::App, "GET", "/api/v1/users/a%00/consumables", String::new()).await;
        assert_eq!((answer.status.as_u16(), answer.param().as_str()), (422, "userKey"));
        let body = json!({ "marketId": "AS", "userKey": "a\0" }).to_string();
        let answer = cast.send(Who::Compatible, "POST", "/v1/service/consumable", body).await;
        assert!(answer.status == 200 && answer.body.contains("1100") && answer.body.contains("userKey"), "{}", answer.body);
        let answer = call(&cast.app, "/fn/sign_in", &[("input[email]", "a\0"), ("input[password]", "x")], None).await;
        assert_eq!((answer.status.as_u16(), answer.param().as_str()), (422, "email"));
        let answer = cast.send(Who::Store, "GET", "/simulator/inApps/v1/transactions/%00", String::new()).await;
        assert!(answer.status == 400 && answer.body.contains("errorCode"), "{}", answer.body);
        let answer = cast.send(Who::Store, "POST", "/callback/subscription/%00/AS/v2", "{}".into()).await;
        assert_eq!(answer.status.as_u16(), 404);
    }

    async fn lines_are_taken_where_people_write_them(state: TestState) {
        let shop = Shop::open(&state).await;
        let input = json!({ "store": "TEST", "productId": "gem_100", "userKey": "u", "payload": "one\ntwo\tthree\r\n" });
        let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments", input).await;
        assert_eq!((status.as_u16(), &body["payload"]), (201, &json!("one\ntwo\tthree\r\n")));
        let input = json!({ "reason": "changed\nmy mind" });
        let path = format!("/api/v1/payments/{}/close", text(&body, "paymentSeq"));
        assert_eq!(shop.call(Key::App, "POST", &path, input).await.0.as_u16(), 200);
    }

    async fn a_bad_row_of_a_batch_is_its_own_trouble(state: TestState) {
        let shop = Shop::open(&state).await;
        let row = |user: &str, token: &str| json!({ "store": "TEST", "userKey": user, "proof": { "token": token } });
        let rows = json!({ "items": [row("u", "test:gem_100:1"), row("a\0", "test:gem_100:2"), row("u", "test:gem_100:\u{1}"),
            row(&long(), "test:gem_100:3"), row("u", "test:gem_100:4")] });
        let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments/verify", rows).await;
        assert_eq!(status.as_u16(), 200, "{body}");
        let items = body["items"].as_array().expect("items");
        assert!(items[0]["payment"].is_object() && items[4]["payment"].is_object(), "{body}");
        for (place, param) in [(1, "userKey"), (2, "proof.token"), (3, "userKey")] {
            assert_eq!((&items[place]["error"]["code"], &items[place]["error"]["param"]), (&json!("INVALID_PARAMETER"), &json!(param)));
        }
    }

    async fn what_a_cursor_hides_is_checked_too(state: TestState) {
        use base64::Engine;
        let cast = Cast::gather(&state).await;
        for hidden in ["1.\0", "1.a\0b", "1.'", "1.", "9223372036854775807.1", "x.1"] {
            let cursor = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(hidden);
            for path in ["/api/v1/payments", "/api/v1/subscriptions"] {
                let answer = cast.send(Who::Server, "GET", &format!("{path}?cursor={cursor}"), String::new()).await;
                expect_refused_or_served(&answer, hidden);
            }
        }
    }

    async fn a_refusal_that_repeats_a_hostile_text_is_kept(state: TestState) {
        let shop = Shop::open(&state).await;
        for key in [Key::App, Key::Secret] {
            let (payment, _) = shop.reserve("TEST", "player-1", "gem_100").await;
            let token = json!({ "orderId": "o", "productId": "gem_100", "a\u{0}\u{1b}": 1 }).to_string();
            let path = format!("/api/v1/payments/{payment}/verify");
            let (status, answer) = shop.call(key, "POST", &path, json!({ "proof": { "token": token } })).await;
            assert_eq!((status.as_u16(), &answer["code"]), (422, &json!("PROOF_INVALID")), "{answer}");
        }
    }
}
