use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, NoticeDetail, NoticeNo, NoticeQuery, Page, ProjectId, StoreNotice};

/// A notice's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoticePage {
    pub detail: NoticeDetail,
    /// Whether the reader may have it applied again.
    pub may_support: bool,
}

/// A notice to apply again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplyAgainForm {
    pub project: ProjectId,
    pub notice: NoticeNo,
}

/// One page of what stores told a project. Readers of the project.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn list_notices(project: ProjectId, query: NoticeQuery) -> Result<Page<StoreNotice>, Fault> {
    use crate::{auth, model::Permission, notifications, state::AppState};
    let state = expect_context::<AppState>();
    auth::member(&state, &expect_context::<http::request::Parts>(), &project, Permission::Read).await?;
    Ok(notifications::list(&state, &project, &query).await?)
}

/// One notice, decoded. Readers of the project.
#[server]
pub async fn get_notice(project: ProjectId, notice: NoticeNo) -> Result<NoticePage, Fault> {
    use crate::{auth, model::Permission, notifications, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    auth::member(&state, &parts, &project, Permission::Read).await?;
    let may_support = auth::member(&state, &parts, &project, Permission::Support).await.is_ok();
    Ok(NoticePage { detail: notifications::get_detail(&state, &project, notice).await?, may_support })
}

/// Has a notice applied again that could not be. Support of the project.
#[server]
pub async fn apply_notice_again(input: ApplyAgainForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, notifications, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    notifications::apply_again(&state, &by, &input.project, input.notice).await?;
    Ok(())
}
