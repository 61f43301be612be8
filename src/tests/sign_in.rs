//! The door: who gets in, what others are told, and how often one may try.

use axum::http::StatusCode;
use purser::model::Timestamp;
use purser::router::router;

use crate::people::{Answer, PASSWORD, account, call, sign_in, visit};
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
        let rights = purser::auth::Rights { is_admin: false, is_active: false };
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
}
