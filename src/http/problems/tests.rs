use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::middleware::{self, Next};
use axum::routing::{get, post};
use tower::ServiceExt;

use super::*;
use crate::http::limits::{BODY_BYTES_MAX, add_limits_of, read_body};

fn app(timeout: Duration) -> Router {
    let routes = Router::new()
        .route("/slow", get(std::future::pending::<()>))
        .route("/panic", get(async || -> () { panic!("as a test wants it") }))
        .route("/fn/panic", get(async || -> () { panic!("as a test wants it") }))
        .route("/read", post(async |body: Body| read_body(body).await.map(|bytes| bytes.len().to_string())))
        .route("/said", get(async || (StatusCode::IM_A_TEAPOT, [(header::CONTENT_TYPE, "application/json")], "{}")));
    let around = async |request, next: Next| into_problem_details(request, |request| next.run(request)).await;
    add_limits_of(routes, timeout).layer(middleware::from_fn(around))
}

async fn answer(request: Request) -> (StatusCode, String, serde_json::Value) {
    // What is handled in a task of its own takes some time, however little.
    let timeout = if request.uri().path() == "/slow" { Duration::ZERO } else { REQUEST_TIMEOUT };
    let response = app(timeout).oneshot(request).await.expect("answers");
    let (status, headers) = (response.status(), response.headers().clone());
    let body = axum::body::to_bytes(response.into_body(), 10_000).await.expect("a body");
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    (status, content_type.to_owned(), serde_json::from_slice(&body).unwrap_or_default())
}

fn request(method: &str, path: &str, body: Body) -> Request {
    Request::builder().method(method).uri(path).body(body).expect("a request")
}

#[tokio::test]
async fn every_refusal_has_a_code() {
    let stream = Body::from_stream(futures::stream::iter([Ok::<_, std::io::Error>(vec![b' '; BODY_BYTES_MAX + 1])]));
    for (sent, status, code) in [
        (request("GET", "/slow", Body::empty()), 503, "TIMEOUT"),
        (request("GET", "/panic", Body::empty()), 500, "INTERNAL"),
        (request("GET", "/nowhere", Body::empty()), 404, "NOT_FOUND"),
        (request("PUT", "/read", Body::empty()), 405, "METHOD_NOT_ALLOWED"),
        (request("POST", "/read", stream), 413, "BODY_TOO_LARGE"),
    ] {
        let (found, content_type, body) = answer(sent).await;
        assert_eq!((found.as_u16(), body["code"].as_str(), body["status"].as_u64()), (status, Some(code), Some(status.into())));
        assert_eq!(content_type, "application/problem+json");
    }
}

#[tokio::test]
async fn a_server_function_gets_a_fault_and_an_answer_stays() {
    let (status, _, body) = answer(request("GET", "/fn/panic", Body::empty())).await;
    assert_eq!((status.as_u16(), body["code"].as_str(), body["message"].is_string()), (500, Some("INTERNAL"), true));
    let (status, content_type, _) = answer(request("GET", "/said", Body::empty())).await;
    assert_eq!((status.as_u16(), content_type.as_str()), (418, "application/json"));
}
