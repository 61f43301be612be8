//! The door: who gets in, what others are told, and how often one may try.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use purser::model::Timestamp;
use purser::router::router;

use crate::people::{Answer, HOME, PASSWORD, account, call, send, sign_in, visit};
use crate::support::{TestState, on_both};

const EMAIL: &str = "kim@example.com";
const WRONG: &str = "not the password at all";

/// What an answer tells whoever tries.
fn told(answer: &Answer) -> (StatusCode, String, String) {
    (answer.status, answer.param(), answer.body.clone())
}

on_both! {
    async fn the_right_password_opens_and_goes_where_one_was_headed(state: TestState) {
        account(&state, EMAIL, false, None).await;
        let app = router(state.state.clone());
        let fields = [("input[email]", " Kim@Example.com "), ("input[password]", PASSWORD), ("input[next]", "/projects/new")];
        let answer = call(&app, "/fn/sign_in", &fields, None).await;
        assert_eq!(answer.location(), "/projects/new");
        let set = answer.headers["set-cookie"].to_str().expect("text").to_owned();
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"), "{set}");
        let cookie = answer.cookie().expect("a session");
        assert_eq!(visit(&app, "/", Some(&cookie)).await.status, StatusCode::OK);
        let outside = [("input[email]", EMAIL), ("input[password]", PASSWORD), ("input[next]", "//evil.example")];
        assert_eq!(call(&app, "/fn/sign_in", &outside, None).await.location(), "/");
    }

    async fn a_session_known_from_before_is_not_the_one_after(state: TestState) {
        account(&state, EMAIL, false, None).await;
        let app = router(state.state.clone());
        let first = sign_in(&app, EMAIL, PASSWORD).await.cookie().expect("a session");
        let fields = [("input[email]", EMAIL), ("input[password]", PASSWORD)];
        let second = call(&app, "/fn/sign_in", &fields, Some(&first)).await.cookie().expect("a session");
        assert_ne!(first, second);
        assert!(visit(&app, "/", Some(&first)).await.location().starts_with("/login"));
    }

    async fn a_wrong_password_and_no_account_get_the_same_answer(state: TestState) {
        account(&state, EMAIL, false, None).await;
        let gone = account(&state, "gone@example.com", false, None).await;
        let admin = account(&state, "admin@example.com", true, None).await;
        let by = purser::audit::SignedIn { id: admin, email: "admin@example.com".into(), is_admin: true, address: None };
        let rights = purser::auth::Rights { is_active: Some(false), ..purser::auth::Rights::default() };
        purser::auth::update_account(&state, &purser::audit::By::Operator(by), &gone, rights).await.expect("deactivates");
        let app = router(state.state.clone());
        let wrong = sign_in(&app, EMAIL, WRONG).await;
        assert_eq!((wrong.status, wrong.param().as_str(), wrong.cookie()), (StatusCode::UNPROCESSABLE_ENTITY, "password", None));
        assert_eq!(told(&sign_in(&app, "nobody@example.com", PASSWORD).await), told(&wrong));
        assert_eq!(told(&sign_in(&app, "gone@example.com", PASSWORD).await), told(&wrong));
    }

    async fn five_failures_lock_an_account_known_or_not_until_they_are_old(state: TestState) {
        account(&state, EMAIL, false, None).await;
        let app = router(state.state.clone());
        for email in [EMAIL, "nobody@example.com"] {
            for _ in 0..5 {
                assert_eq!(sign_in(&app, email, WRONG).await.status, StatusCode::UNPROCESSABLE_ENTITY);
            }
            let locked = sign_in(&app, email, PASSWORD).await;
            assert_eq!((locked.status, locked.code().as_str()), (StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_ATTEMPTS"));
            assert!(locked.body.contains("try again in 900 s"), "{}", locked.body);
        }
        state.clock.advance(15 * Timestamp::MINUTE - 1);
        assert_eq!(sign_in(&app, EMAIL, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        state.clock.advance(1);
        assert!(sign_in(&app, EMAIL, PASSWORD).await.cookie().is_some());
    }
    async fn an_address_is_locked_after_thirty_failures_of_any_accounts(state: TestState) {
        account(&state, EMAIL, false, None).await;
        let app = router(state.state.clone());
        let from = async |address: &str, email: &str, password: &str| {
            let fields = [("input[email]", email), ("input[password]", password)];
            let body = serde_urlencoded::to_string(fields).expect("a form");
            let request = Request::post("/fn/sign_in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            send(&app, address, request.body(Body::from(body)).expect("a request")).await
        };
        for number in 0..30 {
            let answer = from("203.0.113.9:1", &format!("nobody-{number}@example.com"), WRONG).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(from("203.0.113.9:2", EMAIL, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS, "whatever the port");
        assert!(from("203.0.113.10:1", EMAIL, PASSWORD).await.cookie().is_some(), "others are not held up");
    }

    async fn a_right_password_gives_its_try_back(state: TestState) {
        account(&state, EMAIL, false, None).await;
        let app = router(state.state.clone());
        for _ in 0..3 {
            for _ in 0..4 {
                sign_in(&app, EMAIL, WRONG).await;
            }
            assert!(sign_in(&app, EMAIL, PASSWORD).await.cookie().is_some());
        }
    }

    async fn a_change_from_another_site_is_refused(state: TestState) {
        account(&state, EMAIL, false, None).await;
        let app = router(state.state.clone());
        let cookie = sign_in(&app, EMAIL, PASSWORD).await.cookie().expect("a session");
        let from = async |headers: &[(&str, &str)]| {
            let mut request = Request::post("/fn/rename_account").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            request = request.header(header::COOKIE, &cookie).header(header::HOST, "127.0.0.1:3000");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            send(&app, HOME, request.body(Body::from("input[name]=Kim")).expect("a request")).await.status
        };
        assert_eq!(from(&[("origin", "http://127.0.0.1:3000")]).await, StatusCode::OK);
        for headers in [
            [("origin", "https://evil.example")],
            [("origin", "null")],
            [("origin", "http://127.0.0.1:3001")],
            [("sec-fetch-site", "cross-site")],
        ] {
            assert_eq!(from(&headers).await, StatusCode::FORBIDDEN, "{headers:?}");
        }
    }
}
