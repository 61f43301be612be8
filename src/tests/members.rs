//! Members of a project: who adds whom, and what they may from then on. Each role against each call is in `access.rs`.

use axum::Router;
use axum::http::StatusCode;
use purser::model::{OperatorId, ProjectId, Role};
use purser::router::router;
use serde_json::Value;

use crate::people::{Answer, account, call, session};
use crate::shop::Shop;
use crate::support::{TestState, on_both};

/// A project's administrator at the console.
struct Lead {
    app: Router,
    id: OperatorId,
    project: ProjectId,
    cookie: String,
}

impl Lead {
    async fn new(state: &TestState) -> Self {
        let project = Shop::open(state).await.project;
        let id = account(state, "lead@example.com", false, Some((&project, Role::Admin))).await;
        Self { app: router(state.state.clone()), cookie: session(state, &id).await, id, project }
    }

    async fn add(&self, email: &str, role: &str) -> Answer {
        self.post("/fn/add_member", &[("input[email]", email), ("input[role]", role)]).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let project = [("input[project]", self.project.as_str())];
        call(&self.app, path, &[&project, fields].concat(), Some(&self.cookie)).await
    }

    async fn reads(&self, cookie: &str) -> StatusCode {
        call(&self.app, "/fn/get_overview", &[("project", self.project.as_str())], Some(cookie)).await.status
    }

    async fn members(&self) -> Vec<(String, String)> {
        let answer = call(&self.app, "/fn/list_members", &[("project", self.project.as_str())], Some(&self.cookie)).await;
        let page: Value = serde_json::from_str(&answer.body).expect("a page");
        let text = |member: &Value, name: &str| member[name].as_str().expect("text").to_owned();
        page["members"].as_array().expect("members").iter().map(|one| (text(one, "email"), text(one, "role"))).collect()
    }
}

on_both! {
    async fn a_member_comes_changes_and_goes(state: TestState) {
        let lead = Lead::new(&state).await;
        let kim = account(&state, "kim@example.com", false, None).await;
        let cookie = session(&state, &kim).await;
        assert_eq!(lead.reads(&cookie).await, StatusCode::NOT_FOUND);
        assert_eq!(lead.add(" KIM@example.com", "VIEWER").await.location(), format!("/projects/{}/members", lead.project));
        assert_eq!(lead.reads(&cookie).await, StatusCode::OK);
        assert_eq!(lead.add("kim@example.com", "ADMIN").await.param(), "email");
        let change = [("input[operator]", kim.as_str()), ("input[role]", "OPERATOR"), ("input[version]", "1")];
        assert_eq!(lead.post("/fn/set_member_role", &change).await.status, StatusCode::OK);
        let held = |email: &str, role: &str| (email.to_owned(), role.to_owned());
        assert_eq!(lead.members().await, [held("kim@example.com", "OPERATOR"), held("lead@example.com", "ADMIN")]);
        lead.post("/fn/remove_member", &[("input[operator]", kim.as_str())]).await;
        assert_eq!(lead.reads(&cookie).await, StatusCode::NOT_FOUND, "at once");
        assert_eq!(lead.post("/fn/remove_member", &[("input[operator]", kim.as_str())]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(lead.post("/fn/set_member_role", &change).await.status, StatusCode::NOT_FOUND);
        let query = serde_json::json!({ "project": lead.project, "query": {} }).to_string();
        let log = crate::people::call_json(&lead.app, "/fn/list_project_audit", query, &lead.cookie).await.body;
        for action in ["member.add", "member.update", "member.remove"] {
            assert!(log.contains(action), "{action}: {log}");
        }
    }

    async fn only_who_has_an_account_is_added(state: TestState) {
        let lead = Lead::new(&state).await;
        assert_eq!(lead.add("nobody@example.com", "VIEWER").await.param(), "email");
        assert_eq!(lead.add("no address", "VIEWER").await.param(), "email");
        assert_eq!(lead.add("kim@example.com", "OWNER").await.code(), "INVALID_PARAMETER");
    }

    async fn nobody_changes_their_own_role(state: TestState) {
        let lead = Lead::new(&state).await;
        let own = [("input[operator]", lead.id.as_str()), ("input[role]", "VIEWER"), ("input[version]", "1")];
        assert_eq!(lead.post("/fn/set_member_role", &own).await.status, StatusCode::FORBIDDEN);
        assert_eq!(lead.post("/fn/remove_member", &own[..1]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(lead.members().await.len(), 1);
    }

    async fn an_administrator_of_one_project_is_nobody_in_another(state: TestState) {
        let lead = Lead::new(&state).await;
        let by = purser::audit::By::System("test");
        let other = purser::projects::create_project(&state, &by, "Other", None).await.expect("a project").id;
        let fields = [("input[project]", other.as_str()), ("input[email]", "lead@example.com"), ("input[role]", "ADMIN")];
        assert_eq!(call(&lead.app, "/fn/add_member", &fields, Some(&lead.cookie)).await.status, StatusCode::NOT_FOUND);
    }
}
