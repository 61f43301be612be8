//! How many files, connections among them, the process may have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::ConnectionLimits;

/// Databases, logs, the store's connections and those that are being closed.
const FILES_KEPT: u64 = 256;

/// Raises the limit of open files to the most the system lets us, and has no more connections than fit in it.
pub(super) fn fit_to_files(limits: &mut ConnectionLimits) {
    let before = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: before.maximum, maximum: before.maximum });
    let files = if raised.is_ok() { before.maximum } else { before.current };
    // No number means no limit.
    let Some(files) = files else { return };
    let most =
        usize::try_from(files.saturating_sub(FILES_KEPT)).unwrap_or(usize::MAX).max(usize::try_from(files / 2).unwrap_or(1));
    if limits.connections_max > most {
        tracing::warn!(files, connections = most, "fewer connections than configured: the system's limit of open files is lower");
        limits.connections_max = most;
    }
}
