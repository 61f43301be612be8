use super::overview::count_attention;
use crate::db;
use crate::db::watch::Seen;
use crate::error::Result;
use crate::model::{
    App, AppHealth, AppSeq, AppWatch, ProjectId, RefusedGroup, StoreCode, Timestamp, UnappliedGroup, UseStatus, Watch,
};
use crate::projects;
use crate::state::AppState;

/// A store is expected to have said something within this time while its app sells.
const SILENCE_MILLIS: i64 = Timestamp::DAY;
/// So many sales in that time are no chance.
const SALES_MIN: i64 = 5;
const WEEK_MILLIS: i64 = 7 * Timestamp::DAY;

/// What needs a person in a project, and how each of its apps does.
pub async fn get_watch(state: &AppState, project: &ProjectId) -> Result<Watch> {
    let now = state.clock.now();
    let (day, week) = (now.plus_millis(-SILENCE_MILLIS), now.plus_millis(-WEEK_MILLIS));
    let apps = projects::list_apps(state, project).await?;
    let health = projects::list_health(state, project).await?;
    let mut tx = state.db.read().await?;
    let sales = db::watch::count_sales(&mut tx, project, day).await?;
    let recent = db::watch::count_notifications(&mut tx, project, day).await?;
    let earlier = db::watch::count_notifications(&mut tx, project, week).await?;
    let refused = db::watch::count_refused(&mut tx, project, week).await?;
    let unapplied = db::watch::count_unapplied(&mut tx, project).await?;
    drop(tx);
    let app_of = |seq: AppSeq| apps.iter().find(|app| app.app_seq == seq).cloned();
    let refused = refused.into_iter().filter_map(|found| {
        let app = app_of(found.app_seq)?;
        Some(RefusedGroup { app, refusal: found.refusal, count: found.count, last_at: found.last_at })
    });
    let unapplied = unapplied.into_iter().filter_map(|found| {
        let app = app_of(found.app_seq)?;
        Some(UnappliedGroup { app, status: found.status, count: found.count, first_at: found.first_at })
    });
    Ok(Watch {
        alarms: db::jobs::list_alarms_of_project(&mut state.db.read().await?, project, state.clock.now()).await?,
        attention: count_attention(state, project).await?,
        refused: refused.collect(),
        unapplied: unapplied.collect(),
        apps: apps.iter().map(|app| watch_of(app, &health, &sales, &recent, &earlier)).collect(),
    })
}

fn watch_of(app: &App, health: &[(AppSeq, AppHealth)], sales: &[Seen], recent: &[Seen], earlier: &[Seen]) -> AppWatch {
    let of = |seen: &[Seen]| seen.iter().find(|seen| seen.app_seq == app.app_seq).copied();
    let (sales, notifications) = (of(sales).map_or(0, |seen| seen.count), of(recent).map_or(0, |seen| seen.count));
    AppWatch {
        app: app.clone(),
        health: health.iter().find(|(of, _)| *of == app.app_seq).map(|(_, health)| health.clone()),
        sales,
        notifications,
        last_notification_at: of(earlier).map(|seen| seen.last_at),
        is_silent: app.status == UseStatus::Use && app.store != StoreCode::Test && sales >= SALES_MIN && notifications == 0,
    }
}
