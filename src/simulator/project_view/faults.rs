//! The form that sets what goes wrong.

use serde_json::json;

use super::scope::require_whole_store;
use super::{read_number, read_text};
use crate::audit::{self, By, Change};
use crate::error::{Error, Result};
use crate::model::{ApiFaults, FaultsForm, NotificationFaults, ProjectId, Reason, SimulatorFaults, Timestamp};
use crate::simulator::settings::{faults, require_on, set_faults};
use crate::state::AppState;

/// Sets what goes wrong from now on, as a form says.
pub async fn set_faults_by_form(state: &AppState, by: &By, supported: &[ProjectId], form: &FaultsForm) -> Result<()> {
    require_on(state)?;
    require_whole_store(state, supported).await?;
    let before = faults(state).await?;
    let after = if form.choice == "clear" { SimulatorFaults::default() } else { read(form)? };
    set_faults(state, &after).await.map_err(at_field)?;
    let at = state.clock.now();
    let change = Change {
        action: "simulator.set_faults",
        project: Some(&form.project),
        target: "simulator".into(),
        before: Some(json!(before)),
        after: Some(json!(after)),
    };
    state.db.write(async |tx| audit::record(tx, by, at, change.clone()).await).await
}

fn read(form: &FaultsForm) -> Result<SimulatorFaults> {
    let retry_after: Option<i64> = read_number("retryAfterSeconds", &form.retry_after_seconds)?;
    let damage = read_text(&form.damage).map(|word| word.parse()).transpose();
    Ok(SimulatorFaults {
        api: ApiFaults {
            status: read_number("status", &form.status)?,
            error_code: read_number("errorCode", &form.error_code)?,
            reason: None,
            calls: read_number("calls", &form.calls)?,
            path: read_text(&form.path),
            retry_after_millis: retry_after.map(|seconds| seconds.saturating_mul(Timestamp::SECOND)),
            delay_millis: read_number("delayMillis", &form.delay_millis)?.unwrap_or_default(),
        },
        notifications: NotificationFaults {
            lost_percent: read_number("lostPercent", &form.lost_percent)?.unwrap_or_default(),
            repeated_percent: read_number("repeatedPercent", &form.repeated_percent)?.unwrap_or_default(),
            lost_for_good: form.lost_for_good,
            reordered: form.reordered,
            delay_seconds: read_number("delaySeconds", &form.delay_seconds)?.unwrap_or_default(),
            damage: damage.map_err(|_| Error::invalid("damage", Reason::NotChosen))?,
        },
        rate_limits: form.rate_limits,
        unreleased: form.unreleased,
    })
}

/// Errors about `notifications.lostPercent` and the like, at the form's own field for it.
fn at_field(error: Error) -> Error {
    match error {
        Error::Invalid { field, reason } => {
            let own = field.rsplit('.').next().unwrap_or(&field).to_owned();
            Error::invalid(own, reason)
        }
        other => other,
    }
}
