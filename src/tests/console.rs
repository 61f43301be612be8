//! The console's front door: who is sent where, and what needs no session.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use purser::router::router;
use tower::ServiceExt;

use crate::people::{HOME, account, send, session, visit};
use crate::support::{TestState, on_both};

on_both! {
    async fn sign_in_is_reached_without_a_session(state: TestState) {
        let form = "input[next]=/&input[email]=nobody@purser.example&input[password]=wrong+password";
        let request = Request::post("/fn/sign_in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = router(state.state.clone()).oneshot(request.body(Body::from(form)).expect("a request")).await.expect("answers");
        assert!(!answer.status().is_redirection(), "{:?}", answer.headers().get(header::LOCATION));
        let body = axum::body::to_bytes(answer.into_body(), 10_000).await.expect("a body");
        assert!(String::from_utf8_lossy(&body).contains("no such account"), "{body:?}");
    }

    async fn pages_lead_to_the_set_up_until_there_is_an_operator(state: TestState) {
        let request = Request::get("/").header(header::ACCEPT, "text/html").body(Body::empty()).expect("a request");
        let answer = router(state.state.clone()).oneshot(request).await.expect("answers");
        assert_eq!(answer.headers().get(header::LOCATION).map(|to| to.as_bytes()), Some(&b"/setup"[..]));
    }

    async fn an_unknown_page_is_a_page_and_an_unknown_call_is_a_problem(state: TestState) {
        for (accept, is_page) in [("text/html", true), ("application/json", false)] {
            let request = Request::get("/no/such/page").header(header::ACCEPT, accept).body(Body::empty()).expect("a request");
            let answer = router(state.state.clone()).oneshot(request).await.expect("answers");
            assert_eq!(answer.status(), StatusCode::NOT_FOUND);
            let body = axum::body::to_bytes(answer.into_body(), 100_000).await.expect("a body");
            assert_eq!(String::from_utf8_lossy(&body).contains("<main"), is_page);
        }
    }

    async fn a_refused_form_says_why_in_the_readers_language(state: TestState) {
        let app = router(state.state.clone());
        let operator = account(&state, "admin@example.com", true, None).await;
        let cookie = session(&state, &operator).await;
        let request = Request::post("/fn/create_project")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "text/html")
            .header(header::COOKIE, &cookie)
            .header(header::REFERER, "http://127.0.0.1:3000/projects/new");
        let form = format!("input[name]={}&input[appKey]=", "x".repeat(81));
        let refused = send(&app, HOME, request.body(Body::from(form)).expect("a request")).await;
        let back = refused.location().replace("http://127.0.0.1:3000", "");
        assert!(back.starts_with("/projects/new?") && back.len() < 1_000, "{back}");
        for (language, words) in [("en", "Please enter 1 to 80 characters."), ("ko", "1자 이상 80자 이하로 입력해 주세요.")] {
            let shown = visit(&app, &back, Some(&format!("{cookie}; lang={language}"))).await.body;
            assert!(shown.contains(words), "{language}: {shown}");
        }
    }
}
