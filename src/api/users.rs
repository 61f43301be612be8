//! Payment users, and what is theirs.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::Caller;
use super::input::{Body, Query, words};
use super::subscriptions::SubscriptionsView;
use super::views::{PaymentView, PaymentsView, Problem};
use crate::error::Result;
use crate::payments;
use crate::state::AppState;
use crate::subscriptions;
use crate::users::{self, User};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(register_user)).routes(routes!(list_consumables)).routes(routes!(list_subscriptions))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RegisterIn {
    /// The developer's own user id, 1 to 128 characters.
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
}

/// Register a payment user
///
/// Step 1 of the flow. Safe to repeat: 201 the first time, 200 after. Callers: client, server.
#[utoipa::path(post, path = "/users", tag = "Users", request_body = RegisterIn,
    responses((status = 200, body = UserView), (status = 201, body = UserView), (status = 422, body = Problem)))]
async fn register_user(
    caller: Caller,
    State(state): State<AppState>,
    Body(input): Body<RegisterIn>,
) -> Result<(StatusCode, Json<UserView>)> {
    let user = User::parse(&input.user_key, input.user_channel.as_deref())?;
    let done = users::register(&state, &caller.project, user).await?;
    let status = if done.is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(UserView { user_key: done.user.key, user_channel: done.user.channel, account_token: done.account_token })))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct OwnedQuery {
    /// Comma-separated store codes; all when absent.
    stores: Option<String>,
    /// `GF` when absent.
    user_channel: Option<String>,
    /// Also those that are over (subscriptions only).
    include_expired: Option<bool>,
}

/// List what a user paid for and has not consumed
///
/// SUCCESS payments of consumable types with the access token each needs, oldest first. Callers: client, server.
#[utoipa::path(get, path = "/users/{userKey}/consumables", tag = "Users", params(("userKey" = String, Path), OwnedQuery),
    responses((status = 200, body = PaymentsView), (status = 422, body = Problem)))]
async fn list_consumables(
    caller: Caller,
    State(state): State<AppState>,
    Path(user_key): Path<String>,
    Query(query): Query<OwnedQuery>,
) -> Result<Json<PaymentsView>> {
    let user = User::parse(&user_key, query.user_channel.as_deref())?;
    let stores = words("stores", query.stores.as_deref())?;
    let found = payments::list_unconsumed(&state, &caller.project, &user, &stores).await?;
    let items = found.into_iter().map(|(payment, token)| PaymentView::new(payment, Some(token))).collect();
    Ok(Json(PaymentsView { items, next_cursor: None }))
}

/// List a user's subscriptions with their state
///
/// Newest first; those that are over only with `includeExpired=true`. Callers: client, server.
#[utoipa::path(get, path = "/users/{userKey}/subscriptions", tag = "Users", params(("userKey" = String, Path), OwnedQuery),
    responses((status = 200, body = SubscriptionsView), (status = 422, body = Problem)))]
async fn list_subscriptions(
    caller: Caller,
    State(state): State<AppState>,
    Path(user_key): Path<String>,
    Query(query): Query<OwnedQuery>,
) -> Result<Json<SubscriptionsView>> {
    let user = User::parse(&user_key, query.user_channel.as_deref())?;
    let stores = words("stores", query.stores.as_deref())?;
    let include_expired = query.include_expired.unwrap_or_default();
    let found = subscriptions::list_of_user(&state, &caller.project, &user, &stores, include_expired).await?;
    Ok(Json(SubscriptionsView { items: found.into_iter().map(Into::into).collect(), next_cursor: None }))
}
