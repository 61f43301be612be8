use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::model::{Fault, Page, Permission, ProjectId, Subscription, SubscriptionDetail, SubscriptionId, SubscriptionQuery};
use crate::subscriptions;

/// A subscription's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SubscriptionPage {
    pub detail: SubscriptionDetail,
    /// Whether the reader may ask the store again.
    pub may_support: bool,
    /// Whether the reader may have it extended.
    pub may_extend: bool,
}

/// One page of a project's subscriptions. Readers of the project.
pub async fn list_subscriptions(project: ProjectId, query: SubscriptionQuery) -> Result<Page<Subscription>, Fault> {
    let Request { state, .. } = Request::of_member(&project, Permission::Read).await?;
    Ok(subscriptions::list(&state, &project, &query).await?)
}

/// One subscription, period by period. Readers of the project.
pub async fn get_subscription(project: ProjectId, subscription: SubscriptionId) -> Result<SubscriptionPage, Fault> {
    let request = Request::of_member(&project, Permission::Read).await?;
    let may_support = request.may(&project, Permission::Support).await;
    let may_extend = request.may(&project, Permission::Configure).await;
    let detail = subscriptions::get_detail(&request.state, &project, &subscription).await?;
    Ok(SubscriptionPage { detail, may_support, may_extend })
}
