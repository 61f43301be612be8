//! How a session ends: unused, old, by the way out, and everywhere with the password.

use axum::http::StatusCode;
use purser::model::Timestamp;
use purser::router::router;

use crate::people::{PASSWORD, account, between, call, session, sign_in, visit};
use crate::support::{TestState, on_both};

const NEW: &str = "an entirely new password";
const NOTHING: &[(&str, &str)] = &[];

on_both! {
    async fn an_unused_session_ends_after_twelve_hours(state: TestState) {
        let cookie = session(&state, &account(&state, "kim@example.com", false, None).await).await;
        let app = router(state.state.clone());
        for _ in 0..3 {
            state.clock.advance(12 * Timestamp::HOUR - Timestamp::SECOND);
            assert_eq!(visit(&app, "/", Some(&cookie)).await.status, StatusCode::OK, "use prolongs it");
        }
        state.clock.advance(12 * Timestamp::HOUR);
        assert!(visit(&app, "/", Some(&cookie)).await.location().starts_with("/login"));
    }

    async fn any_session_ends_after_seven_days(state: TestState) {
        let cookie = session(&state, &account(&state, "kim@example.com", false, None).await).await;
        let app = router(state.state.clone());
        for _ in 0..7 * 24 - 1 {
            state.clock.advance(Timestamp::HOUR);
            assert_eq!(visit(&app, "/projects/new", Some(&cookie)).await.status, StatusCode::OK);
        }
        state.clock.advance(Timestamp::HOUR);
        assert!(visit(&app, "/projects/new", Some(&cookie)).await.location().starts_with("/login"));
        assert_eq!(call(&app, "/fn/end_other_sessions", NOTHING, Some(&cookie)).await.status, StatusCode::UNAUTHORIZED);
    }

    async fn signing_out_ends_the_session_for_good(state: TestState) {
        account(&state, "kim@example.com", false, None).await;
        let app = router(state.state.clone());
        let cookie = sign_in(&app, "kim@example.com", PASSWORD).await.cookie().expect("a session");
        assert_eq!(call(&app, "/fn/sign_out", NOTHING, Some(&cookie)).await.location(), "/login");
        assert!(visit(&app, "/", Some(&cookie)).await.location().starts_with("/login"));
    }

    async fn a_new_password_ends_every_other_session(state: TestState) {
        let kim = account(&state, "kim@example.com", false, None).await;
        let other = account(&state, "lee@example.com", false, None).await;
        let app = router(state.state.clone());
        let (here, there, lee) = (session(&state, &kim).await, session(&state, &kim).await, session(&state, &other).await);
        let change = async |current: &str, new: &str| {
            call(&app, "/fn/change_password", &[("input[currentPassword]", current), ("input[newPassword]", new)], Some(&here)).await
        };
        assert_eq!(change("not the password", NEW).await.param(), "currentPassword");
        assert_eq!(change(PASSWORD, "short").await.param(), "newPassword");
        assert_eq!(change(PASSWORD, "KIM@example.com").await.param(), "newPassword");
        assert_eq!(visit(&app, "/", Some(&there)).await.status, StatusCode::OK, "a refusal ends nothing");
        assert_eq!(change(PASSWORD, NEW).await.status, StatusCode::OK);
        assert_eq!(visit(&app, "/", Some(&here)).await.status, StatusCode::OK);
        assert!(visit(&app, "/", Some(&there)).await.location().starts_with("/login"));
        assert_eq!(visit(&app, "/", Some(&lee)).await.status, StatusCode::OK);
        assert!(sign_in(&app, "kim@example.com", PASSWORD).await.cookie().is_none());
        assert!(sign_in(&app, "kim@example.com", NEW).await.cookie().is_some());
    }

    async fn a_session_left_open_is_no_place_to_guess_the_password(state: TestState) {
        let here = session(&state, &account(&state, "kim@example.com", false, None).await).await;
        let app = router(state.state.clone());
        let fields = [("input[currentPassword]", "a guess at it"), ("input[newPassword]", NEW)];
        for _ in 0..5 {
            assert_eq!(call(&app, "/fn/change_password", &fields, Some(&here)).await.param(), "currentPassword");
        }
        assert_eq!(call(&app, "/fn/change_password", &fields, Some(&here)).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(sign_in(&app, "kim@example.com", PASSWORD).await.cookie().is_some(), "the door is another matter");
    }

    async fn one_signs_out_everywhere_else(state: TestState) {
        let kim = account(&state, "kim@example.com", false, None).await;
        let app = router(state.state.clone());
        let (here, there) = (session(&state, &kim).await, session(&state, &kim).await);
        let listed = visit(&app, "/account", Some(&here)).await.body;
        let rows = between(&listed, "<tbody", "</tbody>").last().expect("the open sessions");
        assert_eq!((rows.matches("<tr").count(), rows.matches("This one").count()), (2, 1), "{rows}");
        assert_eq!(call(&app, "/fn/end_other_sessions", NOTHING, Some(&here)).await.status, StatusCode::OK);
        assert!(visit(&app, "/", Some(&there)).await.location().starts_with("/login"));
        assert_eq!(visit(&app, "/", Some(&here)).await.status, StatusCode::OK);
    }
}
