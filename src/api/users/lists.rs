//! What is a user's: to consume, to keep, and subscriptions.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::caller::Caller;
use crate::api::input::{Query, parse_enums};
use crate::api::subscriptions::SubscriptionsView;
use crate::api::views::{PaymentView, PaymentsView, Problem};
use crate::error::Result;
use crate::payments;
use crate::state::AppState;
use crate::subscriptions::{self, OfUser, States};
use crate::users::User;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(super) struct UserQuery {
    /// Comma-separated store codes; all when absent.
    stores: Option<String>,
    /// `GF` when absent.
    user_channel: Option<String>,
    /// Also those that are over (subscriptions only).
    include_expired: Option<bool>,
    /// From `nextCursor` of the page before.
    cursor: Option<String>,
}

/// The user whose list is asked for, when the caller may see it.
fn owner(caller: &Caller, user_key: &str, query: &UserQuery) -> Result<User> {
    caller.check_built_in()?;
    let user = User::parse(user_key, query.user_channel.as_deref())?;
    caller.check_user(&user)?;
    Ok(user)
}

/// List what a user paid for and has not consumed
///
/// SUCCESS payments of consumable types with the access token each needs, oldest first, 500 a page. Callers: server; client only if the
/// project allows the built-in model, and with `X-User-Token` where the project demands it.
#[utoipa::path(get, path = "/users/{userKey}/consumables", tag = "Users", params(("userKey" = String, Path), UserQuery),
    responses((status = 200, body = PaymentsView), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list_consumables(
    caller: Caller,
    State(state): State<AppState>,
    Path(user_key): Path<String>,
    Query(query): Query<UserQuery>,
) -> Result<Json<PaymentsView>> {
    let user = owner(&caller, &user_key, &query)?;
    let stores = parse_enums("stores", query.stores.as_deref())?;
    let cursor = query.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let page = payments::list_unconsumed_page(&state, &caller.project, &user, &stores, cursor).await?;
    let items = page.items.into_iter().map(|(payment, token)| PaymentView::new(payment, Some(token))).collect();
    Ok(Json(PaymentsView { items, next_cursor: page.next_cursor }))
}

/// List what a user bought once and keeps
///
/// SUCCESS payments of type `NON_CONSUMABLE`, newest first, 100 a page. What was refunded is not among them. What a family
/// member shares is: `ownership` tells it apart, and it has no price. Nothing here is consumed; ask again after a reinstall or
/// on another device instead. Callers: server; client only if the project allows the built-in model, and with `X-User-Token`
/// where the project demands it.
#[utoipa::path(get, path = "/users/{userKey}/owned", tag = "Users", params(("userKey" = String, Path), UserQuery),
    responses((status = 200, body = PaymentsView), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list_owned(
    caller: Caller,
    State(state): State<AppState>,
    Path(user_key): Path<String>,
    Query(query): Query<UserQuery>,
) -> Result<Json<PaymentsView>> {
    let user = owner(&caller, &user_key, &query)?;
    let stores = parse_enums("stores", query.stores.as_deref())?;
    let page = payments::list_owned(&state, &caller.project, &user, &stores, query.cursor.as_deref()).await?;
    let items = page.items.into_iter().map(|payment| PaymentView::new(payment, None)).collect();
    Ok(Json(PaymentsView { items, next_cursor: page.next_cursor }))
}

/// List a user's subscriptions with their state
///
/// Newest first, 100 a page; those that are over only with `includeExpired=true`. Callers: server; client only if the project allows the
/// built-in model, and with `X-User-Token` where the project demands it.
#[utoipa::path(get, path = "/users/{userKey}/subscriptions", tag = "Users", params(("userKey" = String, Path), UserQuery),
    responses((status = 200, body = SubscriptionsView), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list_subscriptions(
    caller: Caller,
    State(state): State<AppState>,
    Path(user_key): Path<String>,
    Query(query): Query<UserQuery>,
) -> Result<Json<SubscriptionsView>> {
    let user = owner(&caller, &user_key, &query)?;
    let stores = parse_enums("stores", query.stores.as_deref())?;
    let states = if query.include_expired.unwrap_or_default() { States::All } else { States::WithAccess };
    let wanted = OfUser { stores: &stores, states, ..OfUser::default() };
    let cursor = query.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let page = subscriptions::list_page_of_user(&state, &caller.project, &user, &wanted, cursor).await?;
    Ok(Json(SubscriptionsView { items: page.items.into_iter().map(Into::into).collect(), next_cursor: page.next_cursor }))
}
