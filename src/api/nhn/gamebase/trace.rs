//! The number of a call that goes back with its answer.

use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::envelope::{GamebaseEnvelope, GamebaseHeader, TRANSACTION_ID, TRANSACTION_ID_BYTES_MAX};
use crate::api::nhn::code::{Code, Fail};
use crate::api::nhn::envelope::{Counted, respond};
use crate::clock::Clock;
use crate::model::{ProjectId, Timestamp};

/// Where a call failed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TraceError {
    /// Epoch milliseconds.
    pub(super) tracking_time: i64,
    /// `gateway` or `iap`.
    pub(super) throw_point: &'static str,
    pub(super) uri: String,
}

/// What an answer repeats of its call.
#[derive(Debug, Clone)]
pub struct Trace {
    transaction_id: String,
    uri: String,
    at: Timestamp,
}

impl Trace {
    pub fn of(headers: &HeaderMap, uri: &Uri, clock: &Clock) -> Self {
        let given = headers.get(&TRANSACTION_ID).and_then(|value| value.to_str().ok());
        let given = given.filter(|id| (1..=TRANSACTION_ID_BYTES_MAX).contains(&id.len()));
        Self {
            transaction_id: given.map_or_else(|| uuid::Uuid::new_v4().to_string(), str::to_owned),
            uri: uri.path().to_owned(),
            at: clock.now(),
        }
    }

    /// Wraps a result, or its error in Gamebase's codes.
    pub fn answer<T: Serialize>(&self, project: Option<ProjectId>, message: &str, result: Result<Option<T>, Fail>) -> Response {
        match result {
            Ok(result) => self.respond(project, GamebaseEnvelope { header: self.header(0, message.to_owned()), result }),
            Err(fail) => self.failure(project, fail),
        }
    }

    pub fn failure(&self, project: Option<ProjectId>, fail: Fail) -> Response {
        let fail = Fail { code: fail.code.at_gamebase(), ..fail };
        let trace_error = TraceError {
            tracking_time: self.at.0,
            throw_point: if is_engines(fail.code) { "iap" } else { "gateway" },
            uri: self.uri.clone(),
        };
        let header = self.header(fail.code.number(), fail.message());
        let header = GamebaseHeader { trace_error: Some(trace_error), ..header };
        self.respond(project, GamebaseEnvelope::<()> { header, result: None })
    }

    fn header(&self, result_code: i64, result_message: String) -> GamebaseHeader {
        GamebaseHeader {
            transaction_id: self.transaction_id.clone(),
            is_successful: result_code == 0,
            result_code,
            result_message,
            trace_error: None,
        }
    }

    fn respond<T: Serialize>(&self, project: Option<ProjectId>, envelope: GamebaseEnvelope<T>) -> Response {
        let outcome = envelope.header.result_code;
        let mut response = respond(&envelope, Counted { project, outcome });
        if let Ok(value) = HeaderValue::from_str(&self.transaction_id) {
            response.headers_mut().insert(&TRANSACTION_ID, value);
        }
        response
    }
}

/// Positive codes are the purchase engine's, negative ones the gateway's.
const fn is_engines(code: Code) -> bool {
    code.number() > 0
}
