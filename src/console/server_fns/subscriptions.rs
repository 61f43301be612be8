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

/// A subscription whose renewal is to be stopped.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancelSubscriptionForm {
    pub project: ProjectId,
    pub subscription: SubscriptionId,
}

/// A subscription that is to renew again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReactivateSubscriptionForm {
    pub project: ProjectId,
    pub subscription: SubscriptionId,
}

/// A subscription to end, and how much is given back: `FULL` or `PRORATED`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RevokeSubscriptionForm {
    pub project: ProjectId,
    pub subscription: SubscriptionId,
    pub refund: String,
}

/// A subscription whose next charge is to come later.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DeferSubscriptionForm {
    pub project: ProjectId,
    pub subscription: SubscriptionId,
    pub days: String,
    /// The period's end as the page showed it.
    #[serde(default, rename = "periodEnd")]
    pub period_end: String,
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

/// Has the store stop a subscription's renewal. Support of the project.
#[server]
pub async fn cancel_subscription(input: CancelSubscriptionForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, state::AppState, subscriptions};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    subscriptions::act(&state, &by, &input.project, &input.subscription, subscriptions::StoreAction::Cancel).await?;
    Ok(())
}

/// Has the store renew a subscription again whose renewal was stopped. Support of the project.
#[server]
pub async fn reactivate_subscription(input: ReactivateSubscriptionForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, state::AppState, subscriptions};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    subscriptions::act(&state, &by, &input.project, &input.subscription, subscriptions::StoreAction::Reactivate).await?;
    Ok(())
}

/// Has the store end a subscription and give money back. Operators of the project.
#[server]
pub async fn revoke_subscription(input: RevokeSubscriptionForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, state::AppState, subscriptions};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    let action = subscriptions::StoreAction::revoke(Some(&input.refund))?;
    subscriptions::act(&state, &by, &input.project, &input.subscription, action).await?;
    Ok(())
}

/// Has the store charge a subscription later. Operators of the project.
#[server]
pub async fn defer_subscription(input: DeferSubscriptionForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, state::AppState, subscriptions};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    let action = subscriptions::StoreAction::Defer {
        days: input.days.trim().parse().unwrap_or_default(),
        shown_end: crate::model::Timestamp::parse_rfc3339(&input.period_end),
    };
    subscriptions::act(&state, &by, &input.project, &input.subscription, action).await?;
    Ok(())
}
