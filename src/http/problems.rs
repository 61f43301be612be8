//! Refusals that no handler of ours wrote, in the one form errors have: a wrong method, a body too large, a path that can't
//! be decoded, a timeout, a panic.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::limits::{REQUEST_TIMEOUT, too_large};
use crate::error::Error;
use crate::model::Fault;

/// Where the console's server functions are; Leptos adds a route for each beside the pages'.
pub const FUNCTIONS: &str = "/fn/";

/// Their answers are for machines that look at the status alone.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];

/// Puts a refusal that came as plain text or without a body as problem details, or as a server function's `Fault`.
pub async fn into_problem_details<F: Future<Output = Response>>(request: Request, next: impl FnOnce(Request) -> F) -> Response {
    let (path, method) = (request.uri().path().to_owned(), request.method().clone());
    let response = next(request).await;
    let is_refusal = response.status().is_client_error() || response.status().is_server_error();
    if !is_refusal || has_a_form(response.headers()) || PROBES.contains(&path.as_str()) || is_played(&path) {
        return response;
    }
    let error = explain(response.status(), &method);
    let mut problem = if path.starts_with(FUNCTIONS) { as_fault(error) } else { error.into_response() };
    // `Allow`, `Retry-After` and the like stay; what was about the old body goes.
    for (name, value) in response.headers() {
        if *name != header::CONTENT_TYPE && *name != header::CONTENT_LENGTH {
            problem.headers_mut().insert(name, value.clone());
        }
    }
    problem
}

/// The simulated stores refuse in the stores' own forms, which may be nothing at all.
fn is_played(path: &str) -> bool {
    path.strip_prefix("/simulator/").is_some_and(|rest| rest.contains("inApps/"))
}

fn has_a_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|content_type| !content_type.starts_with("text/plain"))
}

fn explain(status: StatusCode, method: &Method) -> Error {
    match status {
        StatusCode::NOT_FOUND => Error::NotFound("page"),
        StatusCode::METHOD_NOT_ALLOWED => Error::unfit(status, "METHOD_NOT_ALLOWED", format!("{method} is not allowed here")),
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Error::unfit(status, "UNSUPPORTED_MEDIA_TYPE", "the body's Content-Type is not taken here")
        }
        StatusCode::SERVICE_UNAVAILABLE => {
            let message = format!("not answered within {} s; repeat it with the same Idempotency-Key", REQUEST_TIMEOUT.as_secs());
            Error::unfit(status, "TIMEOUT", message)
        }
        status if status.is_server_error() => Error::internal(format!("answered {status} without saying why")),
        status => Error::unfit(status, "BAD_REQUEST", "the request could not be understood"),
    }
}

/// Why a request was refused, kept with the answer for surfaces that put it into a form of their own.
#[derive(Debug, Clone)]
pub struct Told(pub String);

/// A refusal before any handler, in the form of the surface its path is of.
pub fn refuse(path: &str, error: Error) -> Response {
    let told = Told(error.to_string());
    let mut response = match path {
        path if path.starts_with(FUNCTIONS) => as_fault(error),
        path if is_played(path) => {
            let body = serde_json::json!({ "errorCode": 4_000_000, "errorMessage": "Bad request." });
            (StatusCode::BAD_REQUEST, axum::Json(body)).into_response()
        }
        _ => error.into_response(),
    };
    response.extensions_mut().insert(told);
    response
}

fn as_fault(error: Error) -> Response {
    let status = error.status();
    (status, axum::Json(Fault::from(error))).into_response()
}

#[cfg(test)]
mod tests {
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
            assert_eq!(
                (found.as_u16(), body["code"].as_str(), body["status"].as_u64()),
                (status, Some(code), Some(status.into()))
            );
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
}
