//! What every answer is wrapped in.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::code::Fail;
use crate::model::ProjectId;

const JSON: HeaderValue = HeaderValue::from_static("application/json;charset=UTF-8");

/// How the call ended; test `isSuccessful` and `resultCode` only.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Header {
    is_successful: bool,
    /// 0, or one of NHN's error codes.
    result_code: i64,
    result_message: String,
}

/// An answer; `result` is absent on error.
#[derive(Debug, Serialize, ToSchema)]
pub struct Envelope<T> {
    header: Header,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<T>,
}

/// Kept with the response for the count of calls.
#[derive(Debug, Clone)]
pub struct Counted {
    pub project: Option<ProjectId>,
    pub outcome: i64,
}

/// An HTTP 200 with this body.
pub fn respond(body: &impl Serialize, counted: Counted) -> Response {
    let text = serde_json::to_string(body).expect("texts, numbers and lists serialise");
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(header::CONTENT_TYPE, JSON);
    response.extensions_mut().insert(counted);
    response
}

/// IAP's own envelope around a result, or its error.
pub fn answer<T: Serialize>(project: Option<ProjectId>, message: &str, result: Result<T, Fail>) -> Response {
    let (is_successful, result_code, result_message, result) = match result {
        Ok(result) => (true, 0, message.to_owned(), Some(result)),
        Err(fail) => (false, fail.code.number(), fail.message(), None),
    };
    let body = Envelope { header: Header { is_successful, result_code, result_message }, result };
    respond(&body, Counted { project, outcome: result_code })
}

/// IAP's envelope of an error.
pub fn failure(project: Option<ProjectId>, fail: Fail) -> Response {
    answer::<()>(project, "", Err(fail))
}
