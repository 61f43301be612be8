//! Purchases that cost nothing beside purchases that cost money: anyone can write a TEST proof, and the simulator sells for
//! free, so that in a project with LIVE apps both give goods to anybody who knows the AppKey.

use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::model::{App, AppReason, Environment, ProjectId, UseStatus};

/// Refuses a change that puts an app which sells for free beside a LIVE one, unless it is confirmed on the app or on all of
/// those it would stand beside. What stands so already goes on.
pub(super) async fn refuse_free_beside_live(tx: &mut Tx, project: &ProjectId, before: Option<&App>, after: &App) -> Result<()> {
    if after.beside_live || before.is_some_and(|before| kind(before) == kind(after)) {
        return Ok(());
    }
    let apps = db::apps::list(tx, project).await?;
    let is_open = |other: &App| !other.beside_live && are_free_beside_live(other, after);
    match apps.iter().find(|stored| is_open(&stored.app)) {
        Some(other) => {
            let (free, live) = if after.sells_for_free() { (after, &other.app) } else { (&other.app, after) };
            let (free, live) = (&free.store_app_id, &live.store_app_id);
            Err(Error::invalid("allowTestStoreBesideLive", AppReason::FreeBesideLive { free: free.clone(), live: live.clone() }))
        }
        None => Ok(()),
    }
}

/// Whether one of the two is LIVE and the other sells for free, both in use.
pub(super) fn are_free_beside_live(one: &App, other: &App) -> bool {
    matches!((kind(one), kind(other)), (Kind::Free, Kind::Live) | (Kind::Live, Kind::Free))
}

#[derive(PartialEq, Eq)]
enum Kind {
    Free,
    Live,
    /// A store's sandbox, or an app out of use.
    Neither,
}

fn kind(app: &App) -> Kind {
    match app.status {
        UseStatus::Stop => Kind::Neither,
        UseStatus::Use if app.sells_for_free() => Kind::Free,
        UseStatus::Use if app.environment == Environment::Live => Kind::Live,
        UseStatus::Use => Kind::Neither,
    }
}
