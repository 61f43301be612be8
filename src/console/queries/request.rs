use axum::http::request::Parts;
use leptos::prelude::expect_context;

use crate::audit::SignedIn;
use crate::auth;
use crate::error::Result;
use crate::model::{Permission, ProjectId};
use crate::state::AppState;

/// The request for the page that is being rendered, from a reader who may see what the query answers.
pub(super) struct Request {
    pub state: AppState,
    pub parts: Parts,
}

impl Request {
    /// A request from anyone, signed in or not.
    pub fn of_anyone() -> Self {
        Self { state: expect_context(), parts: expect_context() }
    }

    /// A request from someone signed in, and who that is.
    pub async fn of_signed_in() -> Result<(Self, SignedIn)> {
        let request = Self::of_anyone();
        let operator = auth::signed_in(&request.state, &request.parts).await?;
        Ok((request, operator))
    }

    /// A request from someone who may do `what` in the project; for everybody else the project is not there.
    pub async fn of_member(project: &ProjectId, what: Permission) -> Result<Self> {
        let request = Self::of_anyone();
        auth::member(&request.state, &request.parts, project, what).await?;
        Ok(request)
    }

    /// A request from an instance administrator.
    pub async fn of_administrator() -> Result<Self> {
        let request = Self::of_anyone();
        auth::administrator(&request.state, &request.parts).await?;
        Ok(request)
    }

    /// Whether the reader may do `what` in the project too.
    pub async fn may(&self, project: &ProjectId, what: Permission) -> bool {
        auth::member(&self.state, &self.parts, project, what).await.is_ok()
    }
}
