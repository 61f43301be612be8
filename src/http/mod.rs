//! EDGE: what every HTTP surface shares: health and metrics, request ids and logs, security headers, limits.

mod health;
mod limits;
mod metrics;
mod observe;
mod origin;
mod security;

pub use health::router as health_router;
pub use limits::{BODY_BYTES_MAX, add_limits};
pub use metrics::router as metrics_router;
pub use observe::observe;
pub use origin::refuse_foreign_origin;
pub use security::{console_policy, security_headers};
