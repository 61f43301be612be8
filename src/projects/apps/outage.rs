//! Outage mode: while it lasts, purchases may be verified by their signature alone when the store can't be asked (docs/rules.md, Outage mode).

use super::AppInput;
use crate::error::{Error, Result};
use crate::model::{App, AppReason, OUTAGE_HOURS_DEFAULT, OUTAGE_HOURS_MAX, Reason, Timestamp};
use crate::stores::outage_fields_of;

/// What an operator does about outage mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutageChange {
    /// Begins it, or moves its end to so many hours from now.
    Begin {
        hours: u32,
    },
    End,
}

/// Brings an app's outage mode to what its input says. NHN Cloud IAP's switch begins it for a day when it turns to `YES`, and ends it
/// when it turns to `NO`; what it was already begins nothing anew, so that a file may be applied again and again.
pub(super) fn apply_outage(before: &App, app: &mut App, input: &AppInput, now: Timestamp) -> Result<()> {
    let Some(fields) = outage_fields_of(app.store) else {
        let reason = || Error::invalid("hours", AppReason::NoOutageMode(app.store));
        return if input.outage.is_some() { Err(reason()) } else { Ok(()) };
    };
    let is_on = |app: &App| app.settings.get(fields.switch).is_some_and(|value| value == "YES");
    match input.outage {
        Some(OutageChange::Begin { hours }) => {
            if !(1..=OUTAGE_HOURS_MAX).contains(&hours) {
                return Err(Error::invalid("hours", Reason::range(1, OUTAGE_HOURS_MAX)));
            }
            if !app.settings.contains_key(fields.key) {
                return Err(Error::invalid("hours", AppReason::NoOutageKey));
            }
            app.settings.insert(fields.switch.to_owned(), "YES".to_owned());
            app.outage_until = Some(now.plus_millis(i64::from(hours) * Timestamp::HOUR));
        }
        Some(OutageChange::End) => {
            app.settings.remove(fields.switch);
            app.outage_until = None;
        }
        None if is_on(app) && !is_on(before) => {
            app.outage_until = Some(now.plus_millis(i64::from(OUTAGE_HOURS_DEFAULT) * Timestamp::HOUR));
        }
        None if !is_on(app) => app.outage_until = None,
        None => {}
    }
    Ok(())
}
