use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{
    ExtensionReason, Fault, Page, ProjectId, Subscription, SubscriptionDetail, SubscriptionId, SubscriptionQuery,
};

/// A subscription's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionPage {
    pub detail: SubscriptionDetail,
    /// Whether the reader may ask the store again.
    pub may_support: bool,
    /// Whether the reader may have it extended.
    pub may_extend: bool,
}

/// A subscription to ask the store about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshForm {
    pub project: ProjectId,
    pub subscription: SubscriptionId,
}

/// A subscription to have extended; field names as the use case's errors name them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtendForm {
    pub project: ProjectId,
    pub subscription: SubscriptionId,
    pub extend_by_days: String,
    pub reason: ExtensionReason,
}

/// One page of a project's subscriptions. Readers of the project.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn list_subscriptions(project: ProjectId, query: SubscriptionQuery) -> Result<Page<Subscription>, Fault> {
    use crate::{auth, model::Permission, state::AppState, subscriptions};
    let state = expect_context::<AppState>();
    auth::member(&state, &expect_context::<http::request::Parts>(), &project, Permission::Read).await?;
    Ok(subscriptions::list(&state, &project, &query).await?)
}

/// One subscription, period by period. Readers of the project.
#[server]
pub async fn get_subscription(project: ProjectId, subscription: SubscriptionId) -> Result<SubscriptionPage, Fault> {
    use crate::{auth, model::Permission, state::AppState, subscriptions};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    auth::member(&state, &parts, &project, Permission::Read).await?;
    let may_support = auth::member(&state, &parts, &project, Permission::Support).await.is_ok();
    let may_extend = auth::member(&state, &parts, &project, Permission::Configure).await.is_ok();
    Ok(SubscriptionPage { detail: subscriptions::get_detail(&state, &project, &subscription).await?, may_support, may_extend })
}

/// Asks the store how a subscription stands now. Support of the project.
#[server]
pub async fn refresh_subscription(input: RefreshForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, state::AppState, subscriptions};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    subscriptions::refresh(&state, &by, &input.project, &input.subscription).await?;
    Ok(())
}

/// Has the store extend a subscription's present period. Operators of the project.
#[server]
pub async fn extend_subscription(input: ExtendForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, state::AppState, subscriptions};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    let what = subscriptions::Extend { days: input.extend_by_days.trim().parse().unwrap_or_default(), reason: input.reason };
    subscriptions::extend(&state, &by, &input.project, &input.subscription, what).await?;
    Ok(())
}
