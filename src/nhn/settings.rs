mod gamebase;

use serde_json::json;

use super::addresses::parse_addresses;
use crate::audit::{By, Change, Stamp};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::model::{NhnSettings, ProjectId, Reason, Version};
use crate::state::AppState;
use gamebase::{SECRET_CHARS_MIN, bad_secret};

pub use gamebase::{parse_gamebase_app_id, parse_gamebase_secret};

/// What an operator or a declared file says. Absent fields stay as they are.
#[derive(Clone, Default)]
pub struct NhnInput {
    /// Whether `/v1/service/*` is answered.
    pub compatible: Option<bool>,
    /// From where, with the legacy calls; empty means from anywhere.
    pub addresses: Option<String>,
    pub legacy: Option<bool>,
    /// Empty goes back to the project's own id.
    pub gamebase_app_id: Option<String>,
    /// Empty takes it away.
    pub gamebase_secret: Option<String>,
    /// The version the change is based on; none for any.
    pub seen: Option<Version>,
}

/// A project's settings, or `NotFound`.
pub async fn get_nhn_settings(state: &AppState, project: &ProjectId) -> Result<NhnSettings> {
    db::nhn_settings::find(&mut state.db.read().await?, project).await?.ok_or(Error::NotFound("project"))
}

/// What is to be kept: every value checked, the secret already hashed.
pub(crate) struct NhnDraft {
    compatible: Option<bool>,
    addresses: Option<String>,
    legacy: Option<bool>,
    app_id: Option<Option<String>>,
    secret_hash: Option<Option<String>>,
    /// Whether the secret is too short to be taken over anew.
    is_secret_short: bool,
    seen: Option<Version>,
}

impl NhnDraft {
    fn after(&self, before: &NhnSettings, project: &ProjectId) -> NhnSettings {
        let mut after = before.clone();
        after.door.is_open = self.compatible.unwrap_or(before.door.is_open);
        if let Some(addresses) = &self.addresses {
            after.door.addresses.clone_from(addresses);
        }
        after.legacy = self.legacy.unwrap_or(before.legacy);
        if let Some(app_id) = &self.app_id {
            after.gamebase_app_id = app_id.clone().filter(|id| id != project.as_str());
        }
        if let Some(hash) = &self.secret_hash {
            after.has_gamebase_secret = hash.is_some();
            after.has_weak_gamebase_secret = hash.is_some() && self.is_secret_short;
        }
        after
    }
}

/// Checks an input for a project that may not be there yet.
pub(crate) fn draft_nhn_settings(state: &AppState, project: &ProjectId, input: &NhnInput) -> Result<NhnDraft> {
    let app_id = input.gamebase_app_id.as_deref().map(parse_gamebase_app_id).transpose()?;
    let secret = input.gamebase_secret.as_deref().map(parse_gamebase_secret).transpose()?;
    let hash = |secret: &str| state.keys.tokens.short_secret_hash(project.as_str(), secret);
    Ok(NhnDraft {
        compatible: input.compatible,
        addresses: input.addresses.as_deref().map(parse_addresses).transpose()?,
        legacy: input.legacy,
        app_id: app_id.map(|id| id.map(str::to_owned)),
        is_secret_short: secret.flatten().is_some_and(|secret| secret.len() < SECRET_CHARS_MIN),
        secret_hash: secret.map(|secret| secret.map(hash)),
        seen: input.seen,
    })
}

/// Whether a draft would change anything; always for a project that is not there yet.
pub(crate) async fn is_nhn_different(state: &AppState, project: &ProjectId, draft: &NhnDraft) -> Result<bool> {
    let mut tx = state.db.read().await?;
    let Some(before) = db::nhn_settings::find(&mut tx, project).await? else { return Ok(true) };
    Ok(draft.after(&before, project) != before || is_secret_new(&mut tx, project, draft).await?)
}

async fn is_secret_new(tx: &mut Tx, project: &ProjectId, draft: &NhnDraft) -> Result<bool> {
    match &draft.secret_hash {
        Some(hash) => Ok(!db::nhn_settings::has_secret(tx, project, hash.as_deref()).await?),
        None => Ok(false),
    }
}

/// Keeps a draft, with its audit row. True when anything was different.
pub(crate) async fn write_nhn_settings(tx: &mut Tx, stamp: &Stamp<'_>, project: &ProjectId, draft: &NhnDraft) -> Result<bool> {
    let before = db::nhn_settings::find(tx, project).await?.ok_or(Error::NotFound("project"))?;
    if !before.version.is_base_of(draft.seen) {
        return Err(Error::edited_meanwhile());
    }
    let after = draft.after(&before, project);
    let is_secret_new = is_secret_new(tx, project, draft).await?;
    if after == before && !is_secret_new {
        return Ok(false);
    }
    if is_secret_new && draft.is_secret_short {
        return Err(bad_secret());
    }
    if let Some(app_id) = &after.gamebase_app_id
        && db::nhn_settings::is_app_id_taken(tx, project, app_id).await?
    {
        return Err(taken());
    }
    if !db::nhn_settings::update(tx, project, &after, stamp.at).await? {
        return Err(Error::edited_meanwhile());
    }
    if let Some(hash) = &draft.secret_hash {
        db::nhn_settings::set_secret(tx, project, hash.as_deref(), !draft.is_secret_short, stamp.at).await?;
    }
    let view = |settings: &NhnSettings| {
        json!({ "compatible": settings.door.is_open, "addresses": settings.door.addresses, "legacy": settings.legacy, "gamebaseAppId": settings.gamebase_app_id,
            "hasGamebaseSecret": settings.has_gamebase_secret })
    };
    let mut after_view = view(&after);
    after_view["gamebaseSecretReplaced"] = (is_secret_new && after.has_gamebase_secret).into();
    let change = Change {
        action: "project.nhn",
        project: Some(project),
        target: format!("project:{project}"),
        before: Some(view(&before)),
        after: Some(after_view),
    };
    stamp.record(tx, change).await?;
    Ok(true)
}

/// Changes what a project takes over. True when anything was different. The secret itself is kept as a keyed hash only.
pub async fn update_nhn_settings(state: &AppState, by: &By, project: &ProjectId, input: &NhnInput) -> Result<bool> {
    let draft = draft_nhn_settings(state, project, input)?;
    let stamp = Stamp { by, at: state.clock.now() };
    let result = state.db.write(async |tx| write_nhn_settings(tx, &stamp, project, &draft).await).await;
    match result {
        // Another project took the id between our look and our write.
        Err(error) if error.is_unique_violation() => Err(taken()),
        other => other,
    }
}

fn taken() -> Error {
    Error::invalid("gamebaseAppId", Reason::OfAnotherProject)
}
