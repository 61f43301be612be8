use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Call;
use crate::api::nhn::body::Text;
use crate::api::nhn::code::Fail;
use crate::api::nhn::envelope::{Envelope, answer};
use crate::api::nhn::price::Whole;
use crate::api::nhn::views::ActiveSubscription;
use crate::api::nhn::work::{self, Stores};
use crate::model::ProjectId;
use crate::state::AppState;
use crate::subscriptions::States;

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ActiveSubscriptionsIn {
    #[schema(value_type = String)]
    pub market_id: Text,
    /// The store's package name or bundle id.
    #[schema(value_type = String)]
    pub package_name: Text,
    /// `GF` when absent.
    #[schema(value_type = Option<String>)]
    pub user_channel: Text,
    #[schema(value_type = String)]
    pub user_key: Text,
}

/// List a user's subscriptions that give access
///
/// By payment number, the 500 begun last at most.
#[utoipa::path(post, path = "/v1/service/activeSubscriptionList", tag = "NHN Cloud IAP", request_body = ActiveSubscriptionsIn,
    security(("nhnAppKey" = [])), responses((status = 200, body = Envelope<Vec<ActiveSubscription>>)))]
pub(super) async fn list_active_subscriptions(
    State(state): State<AppState>,
    Call { project, body }: Call<ActiveSubscriptionsIn>,
) -> Response {
    let result = active_subscriptions(&state, &project, &body, Whole::Bare).await;
    answer(Some(project), "SUCCESS", result)
}

/// The subscriptions, as `/v1/service` and Gamebase v1.2 give them.
pub async fn active_subscriptions(
    state: &AppState,
    project: &ProjectId,
    body: &ActiveSubscriptionsIn,
    whole: Whole,
) -> Result<Vec<ActiveSubscription>, Fail> {
    let stores = Stores::parse([body.market_id.required("marketId")?])?;
    let package = body.package_name.required("packageName")?;
    let user = work::user(&body.user_key, "userKey", body.user_channel.given())?;
    let found = work::list_subscriptions(state, project, &user, &stores, package, States::WithAccess).await?;
    Ok(found.into_iter().map(|period| ActiveSubscription::new(period, whole)).collect())
}
