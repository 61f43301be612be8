//! USE CASE: declaring projects, apps and products from a file; safe to repeat, all or nothing. It is read and checked, then
//! planned against what is there, then written in one transaction. May call `db`, `projects` and `catalog`.

mod file;
mod plan;
mod prepare;
mod secret;
mod step;

use std::path::Path;

use crate::audit::{By, Stamp};
use crate::error::{Error, Result};
use crate::model::Reason;
use crate::state::AppState;
use file::File;
use plan::plan;
use prepare::{prepare, refuse_twins, within};

/// What some editors put before UTF-8 text.
const BYTE_ORDER_MARK: char = '\u{feff}';

static BY: By = By::System("apply");

/// Brings the instance to what the file declares, all of it or nothing, and tells what was changed, a line each. What the
/// file does not name is left alone. An error names the table and the field.
pub async fn apply(state: &AppState, path: &Path) -> Result<Vec<String>> {
    let at = |error: &dyn std::fmt::Display| Error::invalid(path.display().to_string(), Reason::unreadable(error));
    let text = std::fs::read_to_string(path).map_err(|error| at(&error))?;
    let file: File = toml::from_str(text.trim_start_matches(BYTE_ORDER_MARK)).map_err(|error| at(&error))?;
    let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
    let prepared = file.project.iter().map(|project| prepare(project, &folder)).collect::<Result<Vec<_>>>()?;
    refuse_twins(&prepared)?;
    let now = state.clock.now();
    let mut steps = Vec::new();
    for project in &prepared {
        steps.extend(plan(state, project, now).await?);
    }
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    state
        .db
        .write(async |tx| {
            for step in &steps {
                let stamp = Stamp { by: &BY, at: now };
                step.take(tx, &stamp).await.map_err(|error| within(step.table(), error))?;
            }
            Ok(())
        })
        .await?;
    Ok(steps.iter().map(ToString::to_string).collect())
}
