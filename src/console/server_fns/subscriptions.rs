use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{ExtensionReason, Fault, ProjectId, SubscriptionId};

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
