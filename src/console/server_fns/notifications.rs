use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, NotificationDetail, NotificationNo, NotificationQuery, Page, ProjectId, StoreNotification};

/// A notification's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotificationPage {
    pub detail: NotificationDetail,
    /// Whether the reader may have it applied again.
    pub may_support: bool,
}

/// A notification to apply again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplyAgainForm {
    pub project: ProjectId,
    pub notification: NotificationNo,
}

/// One page of what stores told a project. Readers of the project.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn list_notifications(project: ProjectId, query: NotificationQuery) -> Result<Page<StoreNotification>, Fault> {
    use crate::{auth, model::Permission, notifications, state::AppState};
    let state = expect_context::<AppState>();
    auth::member(&state, &expect_context::<http::request::Parts>(), &project, Permission::Read).await?;
    Ok(notifications::list(&state, &project, &query).await?)
}

/// One notification, decoded. Readers of the project.
#[server]
pub async fn get_notification(project: ProjectId, notification: NotificationNo) -> Result<NotificationPage, Fault> {
    use crate::{auth, model::Permission, notifications, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    auth::member(&state, &parts, &project, Permission::Read).await?;
    let may_support = auth::member(&state, &parts, &project, Permission::Support).await.is_ok();
    Ok(NotificationPage { detail: notifications::get_detail(&state, &project, notification).await?, may_support })
}

/// Has a notification applied again that could not be. Support of the project.
#[server]
pub async fn apply_notification_again(input: ApplyAgainForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, notifications, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    notifications::apply_again(&state, &by, &input.project, input.notification).await?;
    Ok(())
}
