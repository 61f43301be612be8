use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::model::{
    Fault, NotificationDetail, NotificationNo, NotificationQuery, Page, Permission, ProjectId, StoreNotification,
};
use crate::notifications;

/// A notification's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotificationPage {
    pub detail: NotificationDetail,
    /// Whether the reader may have it applied again.
    pub may_support: bool,
}

/// One page of what stores told a project. Readers of the project.
pub async fn list_notifications(project: ProjectId, query: NotificationQuery) -> Result<Page<StoreNotification>, Fault> {
    let Request { state, .. } = Request::of_member(&project, Permission::Read).await?;
    Ok(notifications::list(&state, &project, &query).await?)
}

/// One notification, decoded. Readers of the project.
pub async fn get_notification(project: ProjectId, notification: NotificationNo) -> Result<NotificationPage, Fault> {
    let request = Request::of_member(&project, Permission::Read).await?;
    let may_support = request.may(&project, Permission::Support).await;
    let detail = notifications::get_detail(&request.state, &project, notification).await?;
    Ok(NotificationPage { detail, may_support })
}
