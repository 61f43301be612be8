//! The audit log as its pages and downloads give it.

use axum::Router;
use axum::http::StatusCode;
use purser::audit::{self, By};
use purser::model::{ProjectId, Role, Timestamp};
use purser::projects;
use purser::router::router;
use serde_json::{Value, json};

use crate::people::{account, call_json, session, visit};
use crate::shop::{Shop, project_input};
use crate::support::{START, TestState, on_both};

struct Reader {
    app: Router,
    project: ProjectId,
    admin: String,
    lead: String,
}

impl Reader {
    async fn new(state: &TestState) -> Self {
        let project = Shop::open(state).await.project;
        let admin = account(state, "admin@example.com", true, None).await;
        let lead = account(state, "lead@example.com", false, Some((&project, Role::Admin))).await;
        let (admin, lead) = (session(state, &admin).await, session(state, &lead).await);
        Self { app: router(state.state.clone()), project, admin, lead }
    }

    async fn list(&self, query: Value) -> (Vec<Value>, Option<String>) {
        page(&call_json(&self.app, "/fn/list_audit", json!({ "query": query }).to_string(), &self.admin).await.body)
    }

    async fn list_of_project(&self, query: Value) -> (Vec<Value>, Option<String>) {
        let body = json!({ "project": self.project, "query": query }).to_string();
        page(&call_json(&self.app, "/fn/list_project_audit", body, &self.lead).await.body)
    }
}

fn page(body: &str) -> (Vec<Value>, Option<String>) {
    let page: Value = serde_json::from_str(body).expect("a page");
    let rows = page["rows"]["items"].as_array().unwrap_or_else(|| panic!("{page}")).clone();
    (rows, page["rows"]["next_cursor"].as_str().map(str::to_owned))
}

on_both! {
    async fn each_filter_finds_its_rows_and_no_others(state: TestState) {
        let reader = Reader::new(&state).await;
        let by = By::System("night shift");
        state.clock.advance(Timestamp::HOUR);
        projects::update_project(&state, &by, &reader.project, &project_input("Renamed", true)).await.expect("changes");
        let target = format!("project:{}", reader.project);
        for query in [json!({ "actor": "night shift" }), json!({ "action": "project.update" }), json!({ "from": START.0 + Timestamp::HOUR })] {
            let (rows, _) = reader.list(query.clone()).await;
            assert_eq!((rows.len(), rows[0]["action"].as_str()), (1, Some("project.update")), "{query}");
            assert_eq!((rows[0]["project_name"].as_str(), rows[0]["target"].as_str()), (Some("Renamed"), Some(target.as_str())));
        }
        let (rows, _) = reader.list(json!({ "target": target })).await;
        assert_eq!(rows.iter().map(|row| row["action"].as_str().expect("text")).collect::<Vec<_>>(), ["project.update", "project.create"]);
        let (rows, _) = reader.list(json!({ "to": START.0 + Timestamp::HOUR, "actor": "night shift" })).await;
        assert!(rows.is_empty(), "until just before that moment");
        let (rows, _) = reader.list(json!({ "action": "operator.create" })).await;
        let emails: Vec<_> = rows.iter().map(|row| row["target_email"].as_str().expect("an address")).collect();
        assert_eq!(emails, ["lead@example.com", "admin@example.com"], "newest first, by name");
        let actions = audit::list_actions(&state).await.expect("lists");
        assert!(actions.is_sorted() && actions.iter().any(|action| action == "project.update"), "{actions:?}");
        let named: std::collections::BTreeSet<_> = actions.iter().collect();
        assert_eq!(named.len(), actions.len());
    }

    async fn pages_by_key_without_losing_or_repeating_a_row(state: TestState) {
        let reader = Reader::new(&state).await;
        let by = By::System("test");
        for number in 0..120 {
            projects::update_project(&state, &by, &reader.project, &project_input(&format!("Name {number}"), false)).await.expect("changes");
        }
        let (mut seen, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let (rows, next) = reader.list_of_project(json!({ "action": "project.update", "cursor": cursor })).await;
            assert!(rows.len() <= 50);
            seen.extend(rows.into_iter().map(|row| row["after"].as_str().expect("text").to_owned()));
            // A row that comes while one reads moves nothing.
            projects::update_project(&state, &by, &reader.project, &project_input("Meanwhile", false)).await.expect("changes");
            match next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        let numbers: Vec<_> = (0..120).rev().map(|number| format!("Name {number}")).collect();
        assert!(seen.iter().zip(&numbers).all(|(row, name)| row.contains(name)) && seen.len() == 120);
    }

    async fn a_projects_log_is_of_that_project_alone(state: TestState) {
        let reader = Reader::new(&state).await;
        let by = By::System("test");
        let other = projects::create_project(&state, &by, "Other", None).await.expect("a project").id;
        let (rows, _) = reader.list_of_project(json!({ "project": other })).await;
        assert!(rows.iter().all(|row| row["project"] == reader.project.as_str()) && !rows.is_empty());
        assert!(!rows.iter().any(|row| row["target_email"] == "admin@example.com"));
        let page = visit(&reader.app, &format!("/projects/{other}/audit"), Some(&reader.lead)).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }

    async fn the_download_has_every_row_once_and_defuses_formulas(state: TestState) {
        let reader = Reader::new(&state).await;
        let by = By::System("=cmd()");
        for number in 0..60 {
            projects::update_project(&state, &by, &reader.project, &project_input(&format!("Name {number}"), false)).await.expect("changes");
        }
        let path = format!("/projects/{}/audit.csv?action=project.update", reader.project);
        let answer = visit(&reader.app, &path, Some(&reader.lead)).await;
        assert_eq!((answer.status, answer.body.lines().count()), (StatusCode::OK, 61));
        assert!(answer.body.starts_with("\u{FEFF}at,actor,") && answer.body.contains(",'=cmd(),") && !answer.body.contains(",=cmd(),"));
        assert!(answer.headers["content-disposition"].to_str().expect("text").contains("audit.csv"));
        let all = visit(&reader.app, "/audit.csv?actor=admin%40example.com", Some(&reader.admin)).await;
        assert_eq!(all.body.lines().count(), 1, "the session was made without the door");
        assert_eq!(visit(&reader.app, "/audit.csv", Some(&reader.lead)).await.status, StatusCode::FORBIDDEN);
    }

    async fn no_secret_of_a_person_is_written_down(state: TestState) {
        let reader = Reader::new(&state).await;
        account(&state, "kim@example.com", false, None).await;
        let cookie = crate::people::sign_in(&reader.app, "kim@example.com", crate::people::PASSWORD).await.cookie().expect("in");
        let fields = [("input[currentPassword]", crate::people::PASSWORD), ("input[newPassword]", "a quite unusual secret")];
        crate::people::call(&reader.app, "/fn/change_password", &fields, Some(&cookie)).await;
        let log = visit(&reader.app, "/audit.csv", Some(&reader.admin)).await.body;
        assert!(log.contains("operator.change_password") && log.contains("operator.sign_in"));
        assert!(!log.contains(crate::people::PASSWORD) && !log.contains("unusual secret") && !log.contains("argon2"));
    }
}
