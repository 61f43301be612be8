//! What one process remembers of the simulator. Nothing here outlives it.

use std::collections::HashMap;
use std::sync::Mutex;

use super::google::KeptKeys;

/// What one process keeps of the simulator in memory: nothing that another would miss.
#[derive(Default)]
pub struct SimulatorRuntime {
    /// Calls of a store's server API in a second, by environment, app and kind.
    pub(super) calls: Mutex<HashMap<String, (i64, u32)>>,
    /// The simulated Google's keys as they were last opened.
    pub(super) google_keys: Mutex<KeptKeys>,
    /// Held while notifications are sent, so that whoever waits for them to be sent waits for those in hand too.
    pub(super) sending: tokio::sync::Mutex<()>,
}
