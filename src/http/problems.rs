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
mod tests;
