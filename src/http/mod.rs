//! EDGE: what every HTTP surface shares: health and metrics, request ids and logs, security headers, limits, refusals.

mod call_limits;
mod console;
mod health;
mod limits;
mod metrics;
mod observe;
mod origin;
mod problems;
mod reader;
mod security;
mod text;

pub use call_limits::let_in;
pub use console::{console_router, not_found_router};
pub use health::router as health_router;
pub use limits::{BODY_BYTES_MAX, add_limits, read_body};
pub use metrics::router as metrics_router;
pub use observe::observe;
pub use problems::{Told, speak_problems};
pub use security::add_security_headers;
pub use text::{check_json, check_member, check_value};
