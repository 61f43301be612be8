use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::db::{self, subscriptions::OfUser, subscriptions::States};
use crate::error::{Error, Result};
use crate::model::{Page, ProjectId, StoreCode, Subscription, SubscriptionDetail, SubscriptionId, SubscriptionQuery, Timestamp};
use crate::state::AppState;
use crate::users::User;

const LIMIT_MAX: u32 = 100;
/// A number in a cursor is no longer than this.
const NUMBER_BYTES_MAX: usize = 32;
const LIMIT_DEFAULT: u32 = 50;
/// How many of a user's subscriptions a list without pages has.
const OF_USER_MAX: usize = 500;
/// More than any chain has.
const PERIODS_MAX: u32 = 200;
const NOTIFICATIONS_MAX: u32 = 200;

/// One page of a project's subscriptions, those begun last first.
pub async fn list(state: &AppState, project: &ProjectId, query: &SubscriptionQuery) -> Result<Page<Subscription>> {
    let limit = match query.limit {
        0 => LIMIT_DEFAULT,
        limit if limit <= LIMIT_MAX => limit,
        _ => return Err(Error::invalid("limit", format!("must be 1 to {LIMIT_MAX}"))),
    };
    let after = query.cursor.as_deref().map(parse_cursor).transpose()?;
    let found = db::subscriptions::list(&mut state.db.read().await?, project, query, after, limit + 1).await?;
    let has_more = found.len() > limit as usize;
    let items: Vec<Subscription> = found.into_iter().take(limit as usize).map(|found| as_of(found, state.clock.now())).collect();
    let next_cursor = items.last().filter(|_| has_more).map(to_cursor);
    Ok(Page { items, next_cursor })
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
    let after = cursor.map(parse_cursor).transpose()?;
    let (items, has_more) = collect_of_user(state, project, user, wanted, after, LIMIT_MAX as usize).await?;
    let next_cursor = items.last().filter(|_| has_more).map(to_cursor);
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
    mut after: db::subscriptions::After,
    limit: usize,
) -> Result<(Vec<Subscription>, bool)> {
    let (now, mut tx, mut items) = (state.clock.now(), state.db.read().await?, Vec::new());
    loop {
        let (channel, key) = (&user.channel, &user.key);
        let found = db::subscriptions::list_of_user(&mut tx, project, channel, key, wanted, after, limit + 1).await?;
        let is_end = found.len() <= limit;
        after = found.last().map(|last| (last.started_at, last.subscription_id.clone()));
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

/// Time passes between writes: the row's state is brought to the present.
fn as_of(found: Subscription, now: Timestamp) -> Subscription {
    Subscription { state: found.terms().state_at(now), ..found }
}

fn to_cursor(last: &Subscription) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{}", last.started_at.0, last.subscription_id))
}

fn parse_cursor(text: &str) -> Result<(Timestamp, SubscriptionId)> {
    let parse = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (at, id) = text.split_once('.')?;
        let is_number = id.len() <= NUMBER_BYTES_MAX && id.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some((Timestamp(at.parse().ok()?), SubscriptionId(id.to_owned())))
    };
    parse().ok_or_else(|| Error::invalid("cursor", "is not one that a list gave"))
}
