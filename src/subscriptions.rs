//! USE CASE: subscriptions, one per store chain, whatever the store.
//!
//! What the stores say is recorded by `ledger`, which derives a subscription's state; the job `expire_subscriptions` lets time pass.
//! The rest reads:
//!
//! - `list(state, project, &SubscriptionQuery)`: a page, newest first;
//! - `list_of_user(state, project, &User, stores, include_expired)`: what a player has;
//! - `get(state, project, &id)`, `get_detail(state, project, &id)`: with its periods (payments) and notifications;
//! - `refresh(state, by, project, &id)`: asks the store how it stands now, and is audited;
//! - `extend(state, by, project, &id, input)`: has the store make the present period longer;
//! - `act(state, by, project, &id, StoreAction)`: has the store end or defer it;
//! - `sign_offer_for_app(state, project, of, &input)`: signs an offer for a player.
//!
//! May call `db`, `stores`, and the public functions of `payments`, `projects`, `catalog` and `users`.

mod extend;
mod sign_offer;
mod store_actions;

use serde_json::json;

use crate::audit::{self, By, Change};
use crate::db::{self, PAGE_ROWS_MAX, PageRequest};
use crate::error::{Error, Result};
use crate::model::{
    Cursor, Page, Payment, ProjectId, StoreCode, Subscription, SubscriptionDetail, SubscriptionId, SubscriptionQuery, Timestamp,
};
use crate::state::AppState;
use crate::users::User;

pub use crate::db::subscriptions::{OfUser, States};
pub use extend::{Extend, Extended, extend};
pub use sign_offer::{Buyer, OfferInput, OfferedProduct, sign_offer_for_app, sign_offer_for_product};
pub use store_actions::{StoreAction, act, act_by_payment};

/// How many of a user's subscriptions a list without pages has.
const OF_USER_MAX: usize = 500;
/// More than any chain has.
const PERIODS_MAX: u32 = 200;
const NOTIFICATIONS_MAX: u32 = 200;

/// One page of a project's subscriptions, those begun last first.
pub async fn list(state: &AppState, project: &ProjectId, query: &SubscriptionQuery) -> Result<Page<Subscription>> {
    let page = PageRequest::parse(query.cursor.as_deref(), query.limit)?;
    let found = db::subscriptions::list(&mut state.db.read().await?, project, query, &page).await?;
    let found = found.into_iter().map(|found| as_of(found, state.clock.now())).collect();
    Ok(page.page(found, cursor_of))
}

fn cursor_of(last: &Subscription) -> Cursor<SubscriptionId> {
    Cursor { at: last.started_at, key: last.subscription_id.clone() }
}

/// The newest of a user's subscriptions, at most a page; those that give no access only when asked for.
pub async fn list_of_user(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    stores: &[StoreCode],
    include_expired: bool,
) -> Result<Vec<Subscription>> {
    let states = if include_expired { States::All } else { States::WithAccess };
    let wanted = OfUser { stores, states, ..OfUser::default() };
    Ok(list_page_of_user(state, project, user, &wanted, None).await?.items)
}

/// One page of a user's subscriptions, newest first.
pub async fn list_page_of_user(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    wanted: &OfUser<'_>,
    cursor: Option<&str>,
) -> Result<Page<Subscription>> {
    let page = PageRequest::parse(cursor, PAGE_ROWS_MAX)?;
    let limit = PAGE_ROWS_MAX as usize;
    let (items, has_more) = collect_of_user(state, project, user, wanted, page.after, limit).await?;
    let next_cursor = items.last().filter(|_| has_more).map(|last| cursor_of(last).to_text());
    Ok(Page { items, next_cursor })
}

/// The newest of a user's subscriptions for surfaces that know no pages, at most 500.
pub(crate) async fn list_whole_of_user(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    wanted: &OfUser<'_>,
) -> Result<Vec<Subscription>> {
    Ok(collect_of_user(state, project, user, wanted, None, OF_USER_MAX).await?.0)
}

/// So many of a user's subscriptions, and whether there are more.
async fn collect_of_user(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    wanted: &OfUser<'_>,
    mut after: Option<Cursor<SubscriptionId>>,
    limit: usize,
) -> Result<(Vec<Subscription>, bool)> {
    let (now, mut tx, mut items) = (state.clock.now(), state.db.read().await?, Vec::new());
    loop {
        let names = (user.channel.as_str(), user.key.as_str());
        let found = db::subscriptions::list_of_user(&mut tx, project, names, wanted, after.as_ref(), limit + 1).await?;
        let is_end = found.len() <= limit;
        after = found.last().map(cursor_of);
        items.extend(found.into_iter().map(|found| as_of(found, now)).filter(|found| wanted.states.has(found)));
        if is_end || items.len() > limit {
            let has_more = items.len() > limit;
            items.truncate(limit);
            return Ok((items, has_more));
        }
    }
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

/// The subscription a payment is a period of; none where it is no period.
pub async fn find_of_payment(state: &AppState, project: &ProjectId, payment: &Payment) -> Result<Option<Subscription>> {
    let Some(chain_id) = payment.original_order_id.as_deref().filter(|_| payment.product_type.is_subscription()) else {
        return Ok(None);
    };
    let found = db::subscriptions::find_by_chain(&mut state.db.read().await?, project, payment.app_seq, chain_id).await?;
    Ok(found.map(|found| as_of(found, state.clock.now())))
}

/// Time passes between writes: the row's state is brought to the present.
fn as_of(found: Subscription, now: Timestamp) -> Subscription {
    Subscription { state: found.state_at(now), ..found }
}

/// Asks the store how a subscription stands now and enters the answer. Asks for the SUPPORT right at the edge.
pub async fn refresh(state: &AppState, by: &By, project: &ProjectId, id: &SubscriptionId) -> Result<Subscription> {
    let before = get(state, project, id).await?;
    crate::notifications::refetch_subscription(state, by, project, before.app_seq, &before.chain_id).await?;
    let after = get(state, project, id).await?;
    let at = state.clock.now();
    let change = Change {
        action: "subscription.refresh",
        project: Some(project),
        target: format!("subscription:{id}"),
        before: Some(json!({ "state": before.state, "periodEnd": before.period_end.to_rfc3339() })),
        after: Some(json!({ "state": after.state, "periodEnd": after.period_end.to_rfc3339() })),
    };
    state.db.write(async |tx| audit::record(tx, by, at, change).await).await?;
    Ok(after)
}
