//! Payment users, and what is theirs.

mod lists;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::Caller;
use super::idempotency::MayChange;
use super::input::Body;
use super::views::Problem;
use crate::error::Result;
use crate::state::AppState;
use crate::users::{self, User};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(register_user))
        .routes(routes!(lists::list_consumables))
        .routes(routes!(lists::list_owned))
        .routes(routes!(lists::list_subscriptions))
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
