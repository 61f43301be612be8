//! Structured logs on standard error: text by default, JSON lines with `PURSER_LOG_FORMAT=json`; `RUST_LOG` chooses what.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

const FILTER_DEFAULT: &str = "info,sqlx=warn,hyper=warn";

/// Starts logging; a second call changes nothing.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(FILTER_DEFAULT));
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let as_json = std::env::var("PURSER_LOG_FORMAT").is_ok_and(|format| format == "json");
    // An error means that logs are already set up.
    drop(if as_json { builder.json().try_init() } else { builder.try_init() });
}
