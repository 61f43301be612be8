//! v1.3: a user's subscriptions, where they stand, and ending them.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::{Call, Caller};
use super::envelope::{GamebaseBare, GamebaseEnvelope};
use super::payments::stores;
use super::views::{Names, Status, Subscription};
use crate::api::nhn::body::Text;
use crate::api::nhn::code::{Code, Fail};
use crate::api::nhn::service::ConsumeIn;
use crate::api::nhn::views::SERVER_ENDED;
use crate::api::nhn::work;
use crate::model::{Payment, ProjectId};
use crate::nhn::{self, Period};
use crate::payments;
use crate::state::AppState;
use crate::subscriptions::{self, States, StoreAction};

/// How many subscriptions one status call may ask for.
const STATUSES_MAX: usize = 10;
/// The one inactive state `includeInactiveGoogleStatuses` may name.
const ON_HOLD: &str = "ON_HOLD";

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_active))
        .routes(routes!(cancel))
        .routes(routes!(revoke))
        .routes(routes!(get_statuses))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
struct ActiveIn {
    /// Store codes; all when absent or empty.
    market_ids: Option<Vec<String>>,
    /// One store code, for callers that know no list.
    #[schema(value_type = Option<String>)]
    market_id: Text,
    /// The store's package name or bundle id.
    #[schema(value_type = String)]
    package_name: Text,
    #[schema(value_type = String)]
    user_id: Text,
    /// `ON_HOLD` also lists Google Play subscriptions on hold.
    include_inactive_google_statuses: Option<Vec<String>>,
}

/// List a user's subscriptions that give access
///
/// By payment number, the 500 begun last at most.
#[utoipa::path(post, path = "/tcgb-inapp/v1.3/apps/{appId}/active-subscriptions", tag = "Gamebase", request_body = ActiveIn,
    security(("gamebaseSecretKey" = [])), params(("appId" = String, Path)),
    responses((status = 200, body = GamebaseEnvelope<Vec<Subscription>>)))]
async fn list_active(State(state): State<AppState>, Call { caller, body }: Call<ActiveIn>) -> Response {
    let result = active(&state, &caller.project, &body).await;
    caller.answer("SUCCESS", result)
}

async fn active(state: &AppState, project: &ProjectId, body: &ActiveIn) -> Result<Vec<Subscription>, Fail> {
    let stores = stores(body.market_ids.as_deref(), &body.market_id)?;
    let package = body.package_name.required("packageName")?;
    let user = work::user(&body.user_id, "userId", None)?;
    let inactive = body.include_inactive_google_statuses.as_deref().unwrap_or_default();
    if inactive.iter().any(|status| status != ON_HOLD) {
        return Err(Fail::invalid("includeInactiveGoogleStatuses", "may name ON_HOLD only"));
    }
    let states = if inactive.is_empty() { States::WithAccess } else { States::WithAccessOrOnHold(SERVER_ENDED) };
    let found = work::list_subscriptions(state, project, &user, &stores, package, states).await?;
    let names = Names::of(state, project, found.iter().map(|period| &period.payment)).await?;
    let view = |period: Period| {
        let token = payments::access_token(state, &period.payment);
        Subscription::new(period, token, &names)
    };
    Ok(found.into_iter().map(view).collect())
}

/// Stop a subscription's renewal
///
/// Google Play only, as at Gamebase; other stores' subscriptions are ended by the player.
#[utoipa::path(post, path = "/tcgb-inapp/v1.3/apps/{appId}/subscriptions/cancel", tag = "Gamebase", request_body = ConsumeIn,
    security(("gamebaseSecretKey" = [])), params(("appId" = String, Path)), responses((status = 200, body = GamebaseBare)))]
async fn cancel(State(state): State<AppState>, Call { caller, body }: Call<ConsumeIn>) -> Response {
    let result = end(&state, &caller, &body, StoreAction::Cancel).await;
    caller.answer_bare("SUCCESS", result)
}

/// End a subscription now and refund it
///
/// Google Play only, as at Gamebase.
#[utoipa::path(post, path = "/tcgb-inapp/v1.3/apps/{appId}/subscriptions/revoke", tag = "Gamebase", request_body = ConsumeIn,
    security(("gamebaseSecretKey" = [])), params(("appId" = String, Path)), responses((status = 200, body = GamebaseBare)))]
async fn revoke(State(state): State<AppState>, Call { caller, body }: Call<ConsumeIn>) -> Response {
    let result = end(&state, &caller, &body, StoreAction::Revoke { is_prorated: false }).await;
    caller.answer_bare("SUCCESS", result)
}

/// Only one store lets a server end a subscription, as at Gamebase.
async fn end(state: &AppState, caller: &Caller, body: &ConsumeIn, action: StoreAction) -> Result<(), Fail> {
    let project = &caller.project;
    let payment = find(state, project, body).await?;
    if payment.store != SERVER_ENDED {
        let reason = format!("only Google Play subscriptions can be ended here; this one is of {}", payment.store);
        return Err(Fail::new(Code::InvalidParameters, reason));
    }
    if !payment.product_type.is_subscription() {
        return Err(Fail::invalid("paymentSeq", "is no subscription's"));
    }
    match subscriptions::act_by_payment(state, &caller.by("gamebase"), project, &payment, action).await {
        Ok(_) => Ok(()),
        Err(error) if error.code().starts_with("STORE_") => Err(Fail::new(Code::Remote, error.to_string())),
        Err(error) => Err(error.into()),
    }
}

/// The paid payment of a number and its own token.
async fn find(state: &AppState, project: &ProjectId, named: &ConsumeIn) -> Result<Payment, Fail> {
    let seq = named.payment_seq.required("paymentSeq")?;
    let token = named.access_token.required("accessToken")?;
    let found = payments::find_by_access_token(state, project, token).await?;
    found
        .filter(|payment| payment.payment_seq.as_str() == seq)
        .ok_or_else(|| Fail::invalid("accessToken", "is not the payment's"))
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
struct StatusesIn {
    /// At most 10.
    payments: Option<Vec<ConsumeIn>>,
}

/// Get where subscriptions stand
///
/// Each by any of its payments; the answer names its newest one.
#[utoipa::path(post, path = "/tcgb-inapp/v1.3/apps/{appId}/subscriptions/status", tag = "Gamebase", request_body = StatusesIn,
    security(("gamebaseSecretKey" = [])), params(("appId" = String, Path)), responses((status = 200, body = GamebaseEnvelope<Vec<Status>>)))]
async fn get_statuses(State(state): State<AppState>, Call { caller, body }: Call<StatusesIn>) -> Response {
    let result = statuses(&state, &caller.project, body.payments.as_deref().unwrap_or_default()).await;
    caller.answer("SUCCESS", result)
}

async fn statuses(state: &AppState, project: &ProjectId, named: &[ConsumeIn]) -> Result<Vec<Status>, Fail> {
    if named.is_empty() {
        return Err(Fail::invalid("payments", "is missing"));
    }
    if named.len() > STATUSES_MAX {
        return Err(Fail::new(Code::TooLong, format!("payments must have at most {STATUSES_MAX} entries")));
    }
    let mut all = Vec::with_capacity(named.len());
    for one in named {
        let payment = find(state, project, one).await?;
        let period = nhn::find_period(state, project, &payment).await?;
        let period = period.ok_or_else(|| Fail::invalid("paymentSeq", "is no subscription's"))?;
        let token = payments::access_token(state, &period.payment);
        all.push(Status::new(period, token));
    }
    Ok(all)
}
