//! EDGE: what every HTTP surface shares: health and metrics, request ids and logs, security headers, limits, refusals.

mod byte_order_mark;
mod call_limits;
mod console;
mod detached;
mod forwarding;
mod health;
mod limits;
mod metrics;
mod observe;
mod origin;
mod outcome;
mod problems;
mod reader;
mod security;
mod text;
mod trailing_slash;

pub use byte_order_mark::skip_byte_order_mark;
pub use call_limits::admit;
pub use console::{console_router, not_found_router};
pub use forwarding::{is_forwarded, watch_forwarding};
pub use health::router as health_router;
pub use limits::{BODY_BYTES_MAX, add_limits, read_body};
pub use metrics::router as metrics_router;
pub use observe::observe;
pub use origin::{is_for_this_machine, is_of_this_site};
pub use problems::{Told, into_problem_details};
pub use security::add_security_headers;
pub use text::{check_json, check_member, check_value};
pub use trailing_slash::drop_trailing_slash;
