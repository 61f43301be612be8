//! The form that moves the clock.

use serde_json::json;

use super::scope::require_whole_store;
use crate::audit::{self, By, Change};
use crate::error::{Error, Result};
use crate::model::{ClockForm, ProjectId, SimulatorReason, Timestamp};
use crate::simulator::clock::{advance, now};
use crate::simulator::period::Period;
use crate::simulator::settings::require_on;
use crate::state::AppState;

/// Moves the simulated clock as a form says; gives what it shows then and how many things happened.
pub async fn move_clock(state: &AppState, by: &By, supported: &[ProjectId], form: &ClockForm) -> Result<(Timestamp, usize)> {
    require_on(state)?;
    require_whole_store(state, supported).await?;
    let before = now(state).await?;
    let to = read_target(form, before)?;
    let moved = advance(state, to.0 - before.0).await.map_err(at_field)?;
    let at = state.clock.now();
    let change = Change {
        action: "simulator.move_clock",
        project: Some(&form.project),
        target: "simulator".into(),
        before: Some(json!({ "now": before.to_rfc3339() })),
        after: Some(json!({ "now": moved.0.to_rfc3339() })),
    };
    state.db.write(async |tx| audit::record(tx, by, at, change.clone()).await).await?;
    Ok(moved)
}

fn read_target(form: &ClockForm, now: Timestamp) -> Result<Timestamp> {
    if !form.step.is_empty() {
        let period = Period::parse(&form.step);
        return period.map(|period| period.end(now)).ok_or_else(|| Error::invalid("to", SimulatorReason::NotAMoment));
    }
    // Browsers leave the seconds out where they are none.
    let seconds = if form.to.len() == "2026-12-01T09:00".len() { ":00" } else { "" };
    let moment = Timestamp::parse_rfc3339(&format!("{}{seconds}Z", form.to));
    let moment = moment.ok_or_else(|| Error::invalid("to", SimulatorReason::NotAMoment))?;
    Ok(moment.plus_millis(-i64::from(form.zone.0) * Timestamp::MINUTE))
}

fn at_field(error: Error) -> Error {
    match error {
        Error::Invalid { reason, .. } => Error::invalid("to", reason),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ZoneOffset;

    #[test]
    fn reads_lengths_and_moments_of_the_readers_clock() {
        let now = Timestamp::parse_rfc3339("2026-11-23T00:00:00Z").expect("a moment");
        let form = |step: &str, to: &str| ClockForm {
            project: ProjectId("p".into()),
            step: step.into(),
            to: to.into(),
            zone: ZoneOffset::KST,
        };
        let read = |step, to| read_target(&form(step, to), now).map(Timestamp::to_rfc3339).ok();
        assert_eq!(read("P1M", "").as_deref(), Some("2026-12-23T00:00:00.000Z"));
        assert_eq!(read("", "2026-12-01T09:00").as_deref(), Some("2026-12-01T00:00:00.000Z"));
        assert_eq!(read("", "2026-12-01T09:00:30").as_deref(), Some("2026-12-01T00:00:30.000Z"));
        for (step, to) in [("", ""), ("", "tomorrow"), ("a month", "")] {
            assert_eq!(read(step, to), None, "{step:?} {to:?}");
        }
    }
}
