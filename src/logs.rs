//! Structured logs on standard error: text by default, JSON lines with `PURSER_LOG_FORMAT=json`; `RUST_LOG` chooses what.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

const FILTER_DEFAULT: &str = "info,sqlx=warn,hyper=warn";
/// So many lines of each kind that strangers can cause are written in a minute.
const LINES_A_MINUTE: u32 = 20;
const MINUTE: Duration = Duration::from_secs(60);

/// The lines of one kind in the present minute.
struct Written {
    since: Instant,
    lines: u32,
    left_out: u64,
}

static WRITTEN: Mutex<BTreeMap<&'static str, Written>> = Mutex::new(BTreeMap::new());

/// Starts logging; a second call changes nothing.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(FILTER_DEFAULT));
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let as_json = std::env::var("PURSER_LOG_FORMAT").is_ok_and(|format| format == "json");
    // An error means that logs are already set up.
    drop(if as_json { builder.json().try_init() } else { builder.try_init() });
}

/// Whether one more line of a kind that strangers can cause is written, and how many of that kind were left out before it.
/// Without this a flood of refused calls would be a flood of the log.
pub fn admit(kind: &'static str) -> Option<u64> {
    let left_out = admit_at(&mut WRITTEN.lock().unwrap_or_else(PoisonError::into_inner), kind, Instant::now());
    if left_out.is_none() {
        metrics::counter!("purser_log_lines_left_out_total", "kind" => kind).increment(1);
    }
    left_out
}

fn admit_at(all: &mut BTreeMap<&'static str, Written>, kind: &'static str, now: Instant) -> Option<u64> {
    let written = all.entry(kind).or_insert(Written { since: now, lines: 0, left_out: 0 });
    if now.duration_since(written.since) >= MINUTE {
        (written.since, written.lines) = (now, 0);
    }
    if written.lines == LINES_A_MINUTE {
        written.left_out += 1;
        return None;
    }
    written.lines += 1;
    Some(std::mem::take(&mut written.left_out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_one_kind_is_counted_and_hides_no_other() {
        let (mut all, start) = (BTreeMap::new(), Instant::now());
        for _ in 0..LINES_A_MINUTE {
            assert_eq!(admit_at(&mut all, "FORGED", start), Some(0));
        }
        for _ in 0..1_000 {
            assert_eq!(admit_at(&mut all, "FORGED", start + Duration::from_secs(59)), None);
        }
        assert_eq!(admit_at(&mut all, "UNKNOWN_APP", start), Some(0));
        assert_eq!(admit_at(&mut all, "FORGED", start + MINUTE), Some(1_000));
        assert_eq!(admit_at(&mut all, "FORGED", start + MINUTE), Some(0));
    }
}
