//! The audit log as its pages and downloads give it.

use axum::Router;
use axum::http::StatusCode;
use purser::audit::{self, By};
use purser::model::{AuditQuery, AuditRow, Page, ProjectId, Role, Timestamp};
use purser::projects;
use purser::router::router;

use crate::people::{account, session, visit};
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
}

async fn list(state: &TestState, query: AuditQuery) -> Page<AuditRow> {
    audit::list(state, &query).await.expect("lists")
}

fn named(text: &str) -> Option<String> {
    Some(text.to_owned())
}

on_both! {
    async fn each_filter_finds_its_rows_and_no_others(state: TestState) {
        let reader = Reader::new(&state).await;
        let by = By::System("night shift");
        state.clock.advance(Timestamp::HOUR);
        projects::update_project(&state, &by, &reader.project, &project_input("Renamed", true)).await.expect("changes");
        let target = format!("project:{}", reader.project);
        let hour = Some(START.plus_millis(Timestamp::HOUR));
        for query in [
            AuditQuery { actor: named("night shift"), ..AuditQuery::default() },
            AuditQuery { action: named("project.update"), ..AuditQuery::default() },
            AuditQuery { from: hour, ..AuditQuery::default() },
        ] {
            let rows = list(&state, query.clone()).await.items;
            assert_eq!((rows.len(), rows[0].action.as_str()), (1, "project.update"), "{query:?}");
            assert_eq!((rows[0].project_name.as_deref(), rows[0].target.as_str()), (Some("Renamed"), target.as_str()));
        }
        let rows = list(&state, AuditQuery { target: Some(target), ..AuditQuery::default() }).await.items;
        assert_eq!(rows.iter().map(|row| row.action.as_str()).collect::<Vec<_>>(), ["project.update", "project.create"]);
        let rows = list(&state, AuditQuery { to: hour, actor: named("night shift"), ..AuditQuery::default() }).await.items;
        assert!(rows.is_empty(), "until just before that moment");
        let rows = list(&state, AuditQuery { action: named("operator.create"), ..AuditQuery::default() }).await.items;
        let emails: Vec<_> = rows.iter().map(|row| row.target_email.as_deref().expect("an address")).collect();
        assert_eq!(emails, ["lead@example.com", "admin@example.com"], "newest first, by name");
        let actions = audit::list_actions(&state).await.expect("lists");
        assert!(actions.is_sorted() && actions.iter().any(|action| action == "project.update"), "{actions:?}");
        let different: std::collections::BTreeSet<_> = actions.iter().collect();
        assert_eq!(different.len(), actions.len());
    }

    async fn pages_by_key_without_losing_or_repeating_a_row(state: TestState) {
        let reader = Reader::new(&state).await;
        let by = By::System("test");
        for number in 0..120 {
            projects::update_project(&state, &by, &reader.project, &project_input(&format!("Name {number}"), false)).await.expect("changes");
        }
        let (mut seen, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let query = AuditQuery { action: named("project.update"), project: Some(reader.project.clone()), cursor, ..AuditQuery::default() };
            let page = list(&state, query).await;
            assert!(page.items.len() <= 50);
            seen.extend(page.items.into_iter().map(|row| row.after.expect("text")));
            // A row that comes while one reads moves nothing.
            projects::update_project(&state, &by, &reader.project, &project_input("Meanwhile", false)).await.expect("changes");
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        let numbers: Vec<_> = (0..120).rev().map(|number| format!("Name {number}")).collect();
        assert!(seen.iter().zip(&numbers).all(|(row, name)| row.contains(name)) && seen.len() == 120);
    }

    async fn a_projects_log_is_of_that_project_alone(state: TestState) {
        let reader = Reader::new(&state).await;
        let by = By::System("test");
        let other = projects::create_project(&state, &by, "Other", None).await.expect("a project").id;
        for path in ["audit", "audit.csv"] {
            let asked = visit(&reader.app, &format!("/projects/{}/{path}?project={other}", reader.project), Some(&reader.lead)).await;
            assert_eq!(asked.status, StatusCode::OK);
            let own = format!("project:{}", reader.project);
            assert!(asked.body.contains(&own) && !asked.body.contains(&format!("project:{other}")), "{path} is asked for another's");
            assert!(!asked.body.contains("admin@example.com"), "{path}: made in no project");
        }
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
