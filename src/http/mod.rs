//! EDGE: what every HTTP surface shares: health and metrics, request ids and logs, security headers, limits.

mod console;
mod health;
mod limits;
mod metrics;
mod observe;
mod origin;
mod reader;
mod security;

pub use console::{console_router, not_found_router};
pub use health::router as health_router;
pub use limits::{BODY_BYTES_MAX, add_limits};
pub use metrics::router as metrics_router;
pub use observe::observe;
pub use security::security_headers;
