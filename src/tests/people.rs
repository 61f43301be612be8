//! People of the console: accounts, sessions, and requests as their browsers make them.

use std::collections::HashMap;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use purser::audit::By;
use purser::auth::{NewAccount, Sessions, add_operator};
use purser::model::{OperatorId, ProjectId, Role};
use purser::state::AppState;
use serde_json::Value;
use tower::ServiceExt;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

pub const PASSWORD: &str = "correct horse battery staple";
/// Where test requests come from unless they say otherwise.
pub const HOME: &str = "127.0.0.1:5000";

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// The stable code of a fault or problem; empty when it is none.
    pub fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The field a fault is about; empty when it is about none.
    pub fn param(&self) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body["param"].as_str().unwrap_or_default().to_owned()
    }

    /// Where a redirect leads; empty when it is none.
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The session cookie that was set, as a browser sends it back.
    pub fn cookie(&self) -> Option<String> {
        let set = self.headers.get(header::SET_COOKIE)?.to_str().ok()?;
        set.split(';').next().map(str::to_owned)
    }
}

/// Makes an account with `PASSWORD`.
pub async fn account(state: &AppState, email: &str, is_admin: bool, membership: Option<(&ProjectId, Role)>) -> OperatorId {
    let membership = membership.map(|(project, role)| (project.clone(), role));
    let new = NewAccount { email: email.into(), name: String::new(), password: PASSWORD.into(), is_admin, membership };
    add_operator(state, &By::System("test"), &new).await.expect("an account")
}

/// The cookie of a new session, made without the door.
pub async fn session(state: &AppState, operator: &OperatorId) -> String {
    let data = HashMap::from([("operator".to_owned(), Value::from(operator.as_str()))]);
    let mut record = Record { id: Id::default(), data, expiry_date: time::OffsetDateTime::UNIX_EPOCH };
    Sessions::new(state.db.clone(), state.clock.clone()).create(&mut record).await.expect("a session");
    format!("purser_session={}", record.id)
}

/// Sends a request with a body and headers, from an address.
pub async fn send(app: &Router, from: &str, request: Request<Body>) -> Answer {
    let mut request = request;
    let from: SocketAddr = from.parse().expect("an address");
    request.extensions_mut().insert(ConnectInfo(from));
    let (parts, body) = app.clone().oneshot(request).await.expect("answers").into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
}

/// Opens a page as a browser does.
pub async fn visit(app: &Router, path: &str, cookie: Option<&str>) -> Answer {
    let request = Request::get(path).header(header::ACCEPT, "text/html");
    send(app, HOME, with_cookie(request, cookie).body(Body::empty()).expect("a request")).await
}

/// Calls a server function with the fields of its form, as the console's scripts do.
pub async fn call<K: AsRef<str>, V: AsRef<str>>(app: &Router, path: &str, fields: &[(K, V)], cookie: Option<&str>) -> Answer {
    let pairs: Vec<_> = fields.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
    let body = serde_urlencoded::to_string(pairs).expect("a form");
    let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    send(app, HOME, with_cookie(request, cookie).body(Body::from(body)).expect("a request")).await
}

/// The texts of a page that stand between two pieces of its HTML.
pub fn between<'a>(page: &'a str, start: &'a str, end: &'a str) -> impl Iterator<Item = &'a str> {
    page.split(start).skip(1).filter_map(move |rest| rest.split_once(end)).map(|(text, _)| text)
}

/// What a reader sees of a page: its texts without the tags, with one space between them.
pub fn visible_text(page: &str) -> String {
    let texts = page.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    texts.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Signs in by the door.
pub async fn sign_in(app: &Router, email: &str, password: &str) -> Answer {
    call(app, "/fn/sign_in", &[("input[email]", email), ("input[password]", password)], None).await
}

fn with_cookie(request: axum::http::request::Builder, cookie: Option<&str>) -> axum::http::request::Builder {
    match cookie {
        Some(cookie) => request.header(header::COOKIE, cookie),
        None => request,
    }
}
