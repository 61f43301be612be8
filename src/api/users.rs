//! Payment users, and what is theirs.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::Caller;
use super::idempotency::MayChange;
use super::input::{Body, Query, parse_enums};
use super::subscriptions::SubscriptionsView;
use super::views::{PaymentView, PaymentsView, Problem};
use crate::error::Result;
use crate::payments;
use crate::state::AppState;
use crate::subscriptions::{self, OfUser, States};
use crate::users::{self, User};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(register_user))
        .routes(routes!(list_consumables))
        .routes(routes!(list_owned))
        .routes(routes!(list_subscriptions))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RegisterIn {
    /// The developer's own user id, 1 to 128 characters; not `.` or `..`, which HTTP clients take out of an address.
    #[schema(example = "player-1", min_length = 1, max_length = 128)]
    user_key: String,
    /// A namespace of user ids; `GF` when absent.
    #[schema(max_length = 32)]
    user_channel: Option<String>,
}

/// A registered user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UserView {
    user_key: String,
    user_channel: String,
    /// Hand this UUID to the store with the purchase (appAccountToken, obfuscated account id).
    account_token: String,
    /// For game servers only: hand it to this user's app, which sends it as `X-User-Token` to list and consume in the
    /// built-in model.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_token: Option<String>,
    /// Until when the user token is good, an hour from now.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_token_expires_at: Option<String>,
}

/// Register a payment user
///
/// Step 1 of the flow. Safe to repeat: 201 the first time, 200 after. A game server also gets a user token for its app.
/// Callers: client, server.
#[utoipa::path(post, path = "/users", tag = "Users", request_body = RegisterIn,
    responses((status = 200, body = UserView), (status = 201, body = UserView), (status = 422, body = Problem)))]
async fn register_user(
    caller: Caller,
    State(state): State<AppState>,
    Body(input): Body<RegisterIn>,
) -> Result<(StatusCode, Option<Extension<MayChange>>, Json<UserView>)> {
    let user = User::parse(&input.user_key, input.user_channel.as_deref())?;
    caller.check_user(&user)?;
    let done = users::register(&state, &caller.project, user).await?;
    let status = if done.is_new { StatusCode::CREATED } else { StatusCode::OK };
    // A token that was kept for a repeated call might be over by then.
    let token = caller.is_server().then(|| users::sign_user_token(&state, &caller.project, &done.user));
    let may_change = token.as_ref().map(|_| Extension(MayChange));
    let view = UserView {
        user_key: done.user.key,
        user_channel: done.user.channel,
        account_token: done.account_token,
        user_token_expires_at: token.as_ref().map(|token| token.expires_at.to_rfc3339()),
        user_token: token.map(|token| token.token),
    };
    Ok((status, may_change, Json(view)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct UserQuery {
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
async fn list_consumables(
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
async fn list_owned(
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
async fn list_subscriptions(
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
