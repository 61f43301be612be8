use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, NotificationNo, ProjectId};

/// A notification to apply again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplyAgainForm {
    pub project: ProjectId,
    pub notification: NotificationNo,
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
