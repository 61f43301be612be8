//! Members of a project: who adds whom, and what they may from then on. Each role against each call is in `access.rs`.

use axum::Router;
use axum::http::StatusCode;
use purser::model::{OperatorId, ProjectId, Role};
use purser::router::router;

use crate::people::{Answer, account, between, call, session, visible_text, visit};
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
        visit(&self.app, &format!("/projects/{}", self.project), Some(cookie)).await.status
    }

    /// The members as their page lists them: each row's address and role.
    async fn members(&self) -> Vec<String> {
        let page = visit(&self.app, &format!("/projects/{}/members", self.project), Some(&self.cookie)).await;
        let rows = between(&page.body, "<tbody", "</tbody>").next().expect("a table");
        let row = |row: &str| {
            let texts = visible_text(row);
            let role = ["Viewer", "Support", "Operator", "Admin"].into_iter().find(|role| texts.contains(role));
            format!("{} {}", texts.split(' ').find(|text| text.contains('@')).expect("an address"), role.expect("a role"))
        };
        between(rows, "<tr", "</tr>").map(row).collect()
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
        assert_eq!(lead.members().await, ["kim@example.com Operator", "lead@example.com Admin"]);
        lead.post("/fn/remove_member", &[("input[operator]", kim.as_str())]).await;
        assert_eq!(lead.reads(&cookie).await, StatusCode::NOT_FOUND, "at once");
        assert_eq!(lead.post("/fn/remove_member", &[("input[operator]", kim.as_str())]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(lead.post("/fn/set_member_role", &change).await.status, StatusCode::NOT_FOUND);
        let log = visit(&lead.app, &format!("/projects/{}/audit.csv", lead.project), Some(&lead.cookie)).await.body;
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

    async fn an_invitation_can_name_the_project_and_the_role(state: TestState) {
        let lead = Lead::new(&state).await;
        let boss = session(&state, &account(&state, "boss@example.com", true, None).await).await;
        let invite = async |email: &str, project: &str| {
            let fields = [("input[email]", email), ("input[name]", ""), ("input[project]", project), ("input[role]", "SUPPORT")];
            call(&lead.app, "/fn/invite_operator", &fields, Some(&boss)).await
        };
        assert!(invite("kim@example.com", lead.project.as_str()).await.location().starts_with("/operators/"));
        assert!(lead.members().await.contains(&"kim@example.com Support".to_owned()));
        let refused = invite("lee@example.com", "none").await;
        assert!(!refused.location().starts_with("/operators/"), "no such project: nobody is invited");
        assert!(invite("lee@example.com", "").await.location().starts_with("/operators/"), "the address is still free");
        assert_eq!(lead.members().await.len(), 2);
    }
}
