//! `purser operator add`, as whoever installs Purser runs it.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use axum::http::StatusCode;
use purser::audit::By;
use purser::projects::create_project;
use purser::router::router;
use purser::state::AppState;

use crate::people::{PASSWORD, sign_in, visit};
use crate::support::{TestState, on_both};

const EMAIL: &str = "kim@example.com";

/// Runs the command on the test's database, with a password on its standard input.
fn add(state: &AppState, args: &[&str], password: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_purser"))
        .args(["operator", "add"])
        .args(args)
        .env("PURSER_DATABASE_URL", &state.config.database_url)
        .env("PURSER_MASTER_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    // A command that refuses its arguments does not wait for the password.
    drop(writeln!(child.stdin.take().expect("piped"), "{password}"));
    child.wait_with_output().expect("ends")
}

/// What a refusal says; that it said nothing of the password.
fn refusal(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!said.contains(PASSWORD), "{said}");
    said
}

on_both! {
    async fn an_administrator_is_made_and_can_sign_in(state: TestState) {
        let output = add(&state, &[EMAIL, "--role", "ADMIN", "--name", "Kim"], PASSWORD);
        assert!(output.status.success(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).contains("kim@example.com: account made"));
        let app = router(state.state.clone());
        let cookie = sign_in(&app, EMAIL, PASSWORD).await.cookie().expect("a session");
        assert_eq!(visit(&app, "/operators", Some(&cookie)).await.status, StatusCode::OK);
        assert!(refusal(&add(&state, &[EMAIL, "--role", "ADMIN"], PASSWORD)).contains("email"), "only once");
    }

    async fn a_role_in_a_project_is_no_more_than_that(state: TestState) {
        let project = create_project(&state, &By::System("test"), "Game", None).await.expect("a project").id;
        let output = add(&state, &[EMAIL, "--role", "SUPPORT", "--project", project.as_str()], PASSWORD);
        assert!(output.status.success(), "{output:?}");
        let app = router(state.state.clone());
        let cookie = sign_in(&app, EMAIL, PASSWORD).await.cookie().expect("a session");
        let overview = visit(&app, &format!("/projects/{project}"), Some(&cookie)).await;
        assert_eq!(overview.status, StatusCode::OK);
        assert_eq!(visit(&app, "/operators", Some(&cookie)).await.status, StatusCode::FORBIDDEN);
    }

    async fn what_is_wrong_is_named_and_nothing_is_made(state: TestState) {
        for (args, password, named) in [
            (&[EMAIL, "--role", "ADMIN"][..], "short", "password"),
            (&["no address", "--role", "ADMIN"], PASSWORD, "email"),
            (&[EMAIL, "--role", "SUPPORT"], PASSWORD, "--project"),
            (&[EMAIL, "--role", "ADMIN", "--project", "nowhere"], PASSWORD, "project"),
            (&[EMAIL, "--role", "OWNER"], PASSWORD, "OWNER"),
        ] {
            let said = refusal(&add(&state, args, password));
            assert!(said.contains(named), "{args:?}: {said}");
        }
        let app = router(state.state.clone());
        assert!(sign_in(&app, EMAIL, PASSWORD).await.cookie().is_none());
    }
}
