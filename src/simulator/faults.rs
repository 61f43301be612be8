//! The faults of the stores' server APIs that are set on purpose, counted down call by call. Knows no store's words for them.

use super::settings::set_faults;
use crate::error::Result;
use crate::model::{ApiFaults, SimulatorFaults};
use crate::state::AppState;

/// What goes wrong with the next call of a path, which this counts; none when it goes well.
pub(super) async fn next_fault(state: &AppState, all: &SimulatorFaults, path: &str) -> Result<Option<ApiFaults>> {
    let api = &all.api;
    if api.path.as_ref().is_some_and(|part| !path.contains(part.as_str())) || api.calls == Some(0) {
        return Ok(None);
    }
    if api.calls.is_some() {
        let mut next = all.clone();
        next.api.calls = next.api.calls.map(|calls| calls.saturating_sub(1));
        set_faults(state, &next).await?;
    }
    Ok(Some(api.clone()))
}
