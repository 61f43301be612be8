//! Gamebase's envelope: IAP's with the caller's transaction id, and on failure where and when it failed.

use axum::http::HeaderName;
use serde::Serialize;
use utoipa::ToSchema;

use super::trace::TraceError;

pub(super) static TRANSACTION_ID: HeaderName = HeaderName::from_static("x-tcgb-transaction-id");
pub(super) const TRANSACTION_ID_BYTES_MAX: usize = 256;

/// How the call ended.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct GamebaseHeader {
    /// The caller's `X-TCGB-Transaction-Id`, or one made here.
    pub(super) transaction_id: String,
    pub(super) is_successful: bool,
    /// 0, or one of Gamebase's or IAP's error codes.
    pub(super) result_code: i64,
    pub(super) result_message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trace_error: Option<TraceError>,
}

/// An answer; `result` is absent on error and where there is nothing to say.
#[derive(Debug, Serialize, ToSchema)]
pub struct GamebaseEnvelope<T> {
    pub(super) header: GamebaseHeader,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) result: Option<T>,
}

/// An answer that is its header only, for the description.
#[derive(ToSchema)]
#[expect(dead_code, reason = "described, and sent as an envelope without a result")]
pub struct GamebaseBare {
    header: GamebaseHeader,
}
