//! EDGE: what every HTTP surface shares: static files, health and metrics, request ids and logs, security headers, limits, refusals.

mod assets;
mod call_limits;
mod detached;
mod forwarding;
mod health;
mod limits;
mod observe;
mod origin;
mod problems;
mod security;
mod text;
mod trailing_slash;

pub use assets::Assets;
pub use call_limits::admit;
pub use forwarding::{is_forwarded, watch_forwarding};
pub use health::{health_router, metrics_router};
pub use limits::{BODY_BYTES_MAX, add_limits, read_body, skip_byte_order_mark};
pub use observe::observe;
pub use origin::{check_site, is_for_this_machine, is_local_host, is_of_this_site, refuse_foreign};
pub use problems::{FUNCTIONS, Told, into_problem_details};
pub use security::{add_security_headers, console_policy};
pub use text::{check_function, check_json, check_member, check_value};
pub use trailing_slash::drop_trailing_slash;
