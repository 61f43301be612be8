use serde_json::json;

use crate::audit::{By, Change, Stamp};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::keys::random_text;
use crate::model::{AppKey, ProjectId, Reason, Timestamp, Unit};
use crate::state::AppState;

const NEW_BYTES: usize = 18;
const CHARS_MIN: usize = 8;
const CHARS_MAX: usize = 128;
const OVERLAP_HOURS_MAX: i64 = 30 * 24;

/// The given AppKey, checked, or a new one.
pub(crate) fn draft_app_key(given: Option<&str>) -> Result<String> {
    given.map_or_else(|| random_text(NEW_BYTES), |text| parse_app_key(text).map(str::to_owned))
}

/// An AppKey given from outside: 8 to 128 letters, digits, `-`, `_` or `.`.
pub fn parse_app_key(text: &str) -> Result<&str> {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if (CHARS_MIN..=CHARS_MAX).contains(&text.len()) && text.bytes().all(is_safe) {
        return Ok(text);
    }
    Err(Error::invalid("appKey", Reason::length(Unit::KeyCharacters, CHARS_MIN, CHARS_MAX)))
}

/// All AppKeys, the present one first.
pub async fn list_app_keys(state: &AppState, project: &ProjectId) -> Result<Vec<AppKey>> {
    db::app_keys::list(&mut state.db.read().await?, project).await
}

/// Gives the project a new AppKey (or the given one); the old ones work for `overlap_hours` more, 0 to 720.
pub async fn rotate_app_key(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    given: Option<&str>,
    overlap_hours: i64,
) -> Result<String> {
    if !(0..=OVERLAP_HOURS_MAX).contains(&overlap_hours) {
        return Err(Error::invalid("overlapHours", Reason::range(0, OVERLAP_HOURS_MAX)));
    }
    let app_key = draft_app_key(given)?;
    let at = state.clock.now();
    let ends_at = at.plus_millis(overlap_hours * Timestamp::HOUR);
    let stamp = Stamp { by, at };
    state.db.write(async |tx| write_app_key(tx, &stamp, project, &app_key, ends_at).await).await?;
    Ok(app_key)
}

pub(crate) async fn write_app_key(
    tx: &mut Tx,
    stamp: &Stamp<'_>,
    project: &ProjectId,
    app_key: &str,
    ends_at: Timestamp,
) -> Result<()> {
    if !db::app_keys::insert(tx, project, app_key, stamp.at).await? {
        return Err(Error::invalid("appKey", Reason::InUse));
    }
    db::app_keys::expire_others(tx, project, app_key, ends_at).await?;
    let change = Change {
        action: "app_key.rotate",
        project: Some(project),
        target: format!("project:{project}"),
        before: None,
        after: Some(json!({ "appKey": app_key, "oldKeysEnd": ends_at.to_rfc3339() })),
    };
    stamp.record(tx, change).await
}
