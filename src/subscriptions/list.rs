use crate::db::{self, PAGE_ROWS_MAX, PageRequest};
use crate::error::{Error, Result};
use crate::model::{
    Cursor, Page, ProjectId, StoreCode, Subscription, SubscriptionDetail, SubscriptionId, SubscriptionQuery, Timestamp,
};
use crate::state::AppState;
use crate::users::User;

/// More than any chain has.
const PERIODS_MAX: u32 = 200;
const NOTIFICATIONS_MAX: u32 = 200;

/// One page of a project's subscriptions, those begun last first.
pub async fn list(state: &AppState, project: &ProjectId, query: &SubscriptionQuery) -> Result<Page<Subscription>> {
    let page = PageRequest::parse(query.cursor.as_deref(), query.limit)?;
    let found = db::subscriptions::list(&mut state.db.read().await?, project, query, &page).await?;
    let found = found.into_iter().map(|found| as_of(found, state.clock.now())).collect();
    Ok(page.page(found, |last: &Subscription| Cursor { at: last.started_at, key: last.subscription_id.clone() }))
}

/// A user's subscriptions, newest first; those that give no access only when asked for.
pub async fn list_of_user(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    stores: &[StoreCode],
    include_expired: bool,
) -> Result<Vec<Subscription>> {
    let query = SubscriptionQuery {
        user_key: Some(user.key.clone()),
        user_channel: Some(user.channel.clone()),
        limit: PAGE_ROWS_MAX,
        ..SubscriptionQuery::default()
    };
    let found = list(state, project, &query).await?.items;
    let is_wanted = |found: &Subscription| {
        (stores.is_empty() || stores.contains(&found.store)) && (include_expired || found.state.gives_access())
    };
    Ok(found.into_iter().filter(is_wanted).collect())
}

/// A subscription of the project, or `NotFound`.
pub async fn get(state: &AppState, project: &ProjectId, id: &SubscriptionId) -> Result<Subscription> {
    let found = db::subscriptions::find(&mut state.db.read().await?, project, id).await?;
    found.map(|found| as_of(found, state.clock.now())).ok_or(Error::NotFound("subscription"))
}

/// A subscription with its paid periods and what the store told of it.
pub async fn get_detail(state: &AppState, project: &ProjectId, id: &SubscriptionId) -> Result<SubscriptionDetail> {
    let subscription = get(state, project, id).await?;
    let (app, chain_id) = (subscription.app_seq, &subscription.chain_id);
    let mut tx = state.db.read().await?;
    let periods = db::payments::list_of_chain(&mut tx, project, app, chain_id, PERIODS_MAX).await?;
    let notifications = db::notifications::list_of_chain(&mut tx, project, app, chain_id, NOTIFICATIONS_MAX).await?;
    Ok(SubscriptionDetail { subscription, periods, notifications })
}

/// Time passes between writes: the row's state is brought to the present.
fn as_of(found: Subscription, now: Timestamp) -> Subscription {
    Subscription { state: found.state_at(now), ..found }
}
