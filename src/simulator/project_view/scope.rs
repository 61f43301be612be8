//! What of the simulated stores is one project's, and who may set what is everybody's.

use crate::db;
use crate::error::{Error, Result};
use crate::model::{AppSeq, Environment, ProjectId, StoreCode};
use crate::simulator::translate::notifying_stores;
use crate::state::AppState;

/// The project's app whose simulated customers are the project's: those of an app that several projects simulate are the first
/// one's. Others learn nothing of them.
pub(super) async fn own_app(state: &AppState, project: &ProjectId, store: StoreCode, store_app_id: &str) -> Result<AppSeq> {
    let apps = db::apps::list_by_store_app(&mut state.db.read().await?, store, store_app_id).await?;
    let first = apps.into_iter().find(|(_, stored)| stored.app.environment == Environment::Simulator);
    let own = first.filter(|(holder, _)| holder == project);
    own.map(|(_, stored)| stored.app.app_seq).ok_or(Error::NotFound("simulated app"))
}

/// Whether someone who supports these projects may do what reaches all that simulate.
pub(super) async fn may_set_store(state: &AppState, supported: &[ProjectId]) -> Result<bool> {
    let mut tx = state.db.read().await?;
    for store in notifying_stores() {
        let simulating = db::apps::list_simulating(&mut tx, store).await?;
        if !simulating.iter().all(|project| supported.contains(project)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Fails for whom it would reach a project that is not theirs.
pub(super) async fn require_whole_store(state: &AppState, supported: &[ProjectId]) -> Result<()> {
    match may_set_store(state, supported).await? {
        true => Ok(()),
        false => Err(Error::Denied("another project on this server uses the simulator too")),
    }
}
