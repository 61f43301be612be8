use serde_json::json;

use crate::audit::{self, By, Change};
use crate::db;
use crate::error::{Error, Result};
use crate::model::{AppReason, Consent, ConsumptionPolicy, ProjectId, StorePolicy, Version};
use crate::state::AppState;

/// How a project deals with what stores ask.
pub async fn get_policy(state: &AppState, project: &ProjectId) -> Result<StorePolicy> {
    db::projects::find_policy(&mut state.db.read().await?, project).await?.ok_or(Error::NotFound("project"))
}

/// Changes it. `has_consent` states that players agreed to their use being told to the store: it is kept with the time and
/// the operator, and taken back when false. `seen` is the version the change is based on; none for any. Asks for the ADMINISTER right at the edge.
pub async fn update_policy(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    consumption: ConsumptionPolicy,
    has_consent: bool,
    seen: Option<Version>,
) -> Result<StorePolicy> {
    if consumption != ConsumptionPolicy::Off && !has_consent {
        return Err(Error::invalid("consent", AppReason::NoConsent));
    }
    let at = state.clock.now();
    state
        .db
        .write(async |tx| {
            let before = db::projects::find_policy(tx, project).await?.ok_or(Error::NotFound("project"))?;
            if !before.version.is_base_of(seen) {
                return Err(Error::edited_meanwhile());
            }
            let stated = || Consent { at, by: by.name().unwrap_or(by.actor().as_str()).to_owned() };
            let consent = has_consent.then(|| before.consent.clone().unwrap_or_else(stated));
            let after = StorePolicy { consumption, consent, version: before.version };
            if !db::projects::update_policy(tx, project, &after, at).await? {
                return Err(Error::edited_meanwhile());
            }
            let view = |policy: &StorePolicy| json!({ "consumption": policy.consumption, "consent": policy.consent });
            let change = Change {
                action: "project.update_policy",
                project: Some(project),
                target: format!("project:{project}"),
                before: Some(view(&before)),
                after: Some(view(&after)),
            };
            audit::record(tx, by, at, change).await?;
            Ok(after)
        })
        .await
}
