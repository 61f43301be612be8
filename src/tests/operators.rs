//! The first operator, invitations, resets, rights.

use axum::Router;
use axum::http::StatusCode;
use purser::auth::make_set_up_link;
use purser::model::{OperatorId, Timestamp};
use purser::router::router;

use crate::people::{Answer, PASSWORD, account, between, call, session, sign_in, visit};
use crate::support::{TestState, on_both};

const CHOSEN: &str = "a password of their own";

/// An instance administrator at the console.
struct Admin {
    state: purser::state::AppState,
    app: Router,
    id: OperatorId,
    cookie: String,
}

impl Admin {
    async fn new(state: &TestState) -> Self {
        let id = account(state, "admin@example.com", true, None).await;
        Self { state: state.state.clone(), app: router(state.state.clone()), cookie: session(state, &id).await, id }
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        call(&self.app, path, fields, Some(&self.cookie)).await
    }

    /// Invites somebody; their id and the link's token.
    async fn invite(&self, email: &str) -> (OperatorId, String) {
        let answer = self.post("/fn/invite_operator", &[("input[email]", email), ("input[name]", "")]).await;
        let id = answer.location().strip_prefix("/operators/").unwrap_or_else(|| panic!("{answer:?}")).to_owned();
        let token = self.shown_token(&id).await.expect("a link");
        (OperatorId(id), token)
    }

    /// The token of the link that an operator's page shows, if it shows one.
    async fn shown_token(&self, id: &str) -> Option<String> {
        let page = visit(&self.app, &format!("/operators/{id}"), Some(&self.cookie)).await;
        assert_eq!(page.status, StatusCode::OK);
        between(&page.body, "<code>http://127.0.0.1:3000/invitation?token=", "</code>").next().map(str::to_owned)
    }

    async fn set(&self, id: &OperatorId, right: &str, value: &str) -> Answer {
        let found = purser::auth::get_account(&self.state, id).await;
        let version = found.map_or(1, |(account, _)| account.version.0).to_string();
        let (right, version) = (format!("input[{right}]"), version.as_str());
        self.post("/fn/update_operator", &[("input[operator]", id.as_str()), ("input[version]", version), (&right, value)]).await
    }
}

async fn accept(app: &Router, token: &str, password: &str) -> Answer {
    call(app, "/fn/accept_invitation", &[("input[token]", token), ("input[password]", password)], None).await
}

on_both! {
    async fn the_first_operator_is_made_once_by_the_link(state: TestState) {
        let app = router(state.state.clone());
        let link = make_set_up_link(&state).await.expect("works").expect("a link while there is nobody");
        let token = link.split("token=").nth(1).expect("a token");
        let set_up = async |token: &str, email: &str| {
            let fields = [("input[token]", token), ("input[email]", email), ("input[password]", PASSWORD)];
            call(&app, "/fn/set_up", &fields, None).await
        };
        assert_eq!(set_up("no-such-token", "a@example.com").await.code(), "LINK_USED");
        assert_eq!(set_up(token, "no address").await.param(), "email", "a refusal does not use it up");
        let (one, two) = tokio::join!(set_up(token, "a@example.com"), set_up(token, "b@example.com"));
        let made: Vec<_> = [one, two].into_iter().filter(|answer| answer.location() == "/").collect();
        assert_eq!(made.len(), 1, "one of two at the same time");
        assert_eq!(visit(&app, "/operators", made[0].cookie().as_deref()).await.status, StatusCode::OK, "an administrator, and in");
        assert_eq!(set_up(token, "c@example.com").await.code(), "LINK_USED");
        assert_eq!(make_set_up_link(&state).await.expect("works"), None);
    }

    async fn a_set_up_link_ends_after_a_day(state: TestState) {
        let app = router(state.state.clone());
        let link = make_set_up_link(&state).await.expect("works").expect("a link");
        let fields = [("input[token]", link.split("token=").nth(1).expect("a token")), ("input[email]", "a@example.com"), ("input[password]", PASSWORD)];
        state.clock.advance(24 * Timestamp::HOUR);
        assert_eq!(call(&app, "/fn/set_up", &fields, None).await.code(), "LINK_USED");
    }

    async fn the_invited_choose_their_password_and_are_in(state: TestState) {
        let admin = Admin::new(&state).await;
        let (id, token) = admin.invite("New@Example.com").await;
        assert_eq!(admin.shown_token(id.as_str()).await, None, "a link is shown once");
        assert!(sign_in(&admin.app, "new@example.com", "").await.cookie().is_none(), "there is no password yet");
        let page = visit(&admin.app, &format!("/invitation?token={token}"), None).await.body;
        assert!(page.contains("new@example.com") && page.contains("/fn/accept_invitation"), "{page}");
        assert_eq!(accept(&admin.app, &token, "short").await.param(), "password");
        let accepted = accept(&admin.app, &token, CHOSEN).await;
        assert_eq!(accepted.location(), "/");
        assert_eq!(visit(&admin.app, "/", accepted.cookie().as_deref()).await.status, StatusCode::OK);
        assert_eq!(visit(&admin.app, "/operators", accepted.cookie().as_deref()).await.status, StatusCode::FORBIDDEN);
        assert_eq!(accept(&admin.app, &token, CHOSEN).await.code(), "LINK_USED");
        assert!(sign_in(&admin.app, "new@example.com", CHOSEN).await.cookie().is_some());
        let again = admin.post("/fn/invite_operator", &[("input[email]", "new@example.com"), ("input[name]", "")]).await;
        assert_eq!(again.param(), "email");
    }

    async fn links_end_with_time_and_with_a_newer_one(state: TestState) {
        let admin = Admin::new(&state).await;
        let (id, first) = admin.invite("new@example.com").await;
        assert_eq!(admin.post("/fn/make_password_link", &[("input[operator]", id.as_str())]).await.status, StatusCode::OK);
        let second = admin.shown_token(id.as_str()).await.expect("a link");
        assert_eq!(accept(&admin.app, &first, CHOSEN).await.code(), "LINK_USED");
        state.clock.advance(24 * Timestamp::HOUR);
        assert_eq!(accept(&admin.app, &second, CHOSEN).await.code(), "LINK_USED");
    }

    async fn a_reset_ends_the_old_password_and_every_session(state: TestState) {
        let admin = Admin::new(&state).await;
        let kim = account(&state, "kim@example.com", false, None).await;
        let open = session(&state, &kim).await;
        admin.post("/fn/make_password_link", &[("input[operator]", kim.as_str())]).await;
        let token = admin.shown_token(kim.as_str()).await.expect("a link");
        assert_eq!(visit(&admin.app, "/", Some(&open)).await.status, StatusCode::OK, "the link alone ends nothing");
        assert_eq!(accept(&admin.app, &token, CHOSEN).await.location(), "/");
        assert!(visit(&admin.app, "/", Some(&open)).await.location().starts_with("/login"));
        assert!(sign_in(&admin.app, "kim@example.com", PASSWORD).await.cookie().is_none());
    }

    async fn a_deactivated_account_is_out_at_once_until_it_is_active_again(state: TestState) {
        let admin = Admin::new(&state).await;
        let kim = account(&state, "kim@example.com", false, None).await;
        let open = session(&state, &kim).await;
        admin.post("/fn/make_password_link", &[("input[operator]", kim.as_str())]).await;
        let token = admin.shown_token(kim.as_str()).await.expect("a link");
        assert_eq!(admin.set(&kim, "isActive", "false").await.status, StatusCode::OK);
        assert!(visit(&admin.app, "/", Some(&open)).await.location().starts_with("/login"));
        assert_eq!(accept(&admin.app, &token, CHOSEN).await.code(), "LINK_USED");
        assert_eq!(admin.post("/fn/make_password_link", &[("input[operator]", kim.as_str())]).await.code(), "INACTIVE");
        assert!(sign_in(&admin.app, "kim@example.com", PASSWORD).await.cookie().is_none());
        assert_eq!(admin.set(&kim, "isActive", "true").await.status, StatusCode::OK);
        assert!(visit(&admin.app, "/", Some(&open)).await.location().starts_with("/login"), "an ended session stays so");
        assert!(sign_in(&admin.app, "kim@example.com", PASSWORD).await.cookie().is_some());
    }

    async fn nobody_changes_their_own_rights_and_an_administrator_stays(state: TestState) {
        let admin = Admin::new(&state).await;
        for (right, value) in [("isAdmin", "false"), ("isActive", "false")] {
            assert_eq!(admin.set(&admin.id, right, value).await.status, StatusCode::FORBIDDEN);
        }
        let own = admin.post("/fn/make_password_link", &[("input[operator]", admin.id.as_str())]).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN);
        // Two who remove each other at the same time: one of them stays.
        let lee = account(&state, "lee@example.com", true, None).await;
        let lee_cookie = session(&state, &lee).await;
        let fields = [("input[operator]", admin.id.as_str()), ("input[version]", "1"), ("input[isAdmin]", "false")];
        let (one, two) = tokio::join!(admin.set(&lee, "isAdmin", "false"), call(&admin.app, "/fn/update_operator", &fields, Some(&lee_cookie)));
        let done = [&one, &two].iter().filter(|answer| answer.status == StatusCode::OK).count();
        assert_eq!(done, 1, "{one:?} {two:?}");
    }

    async fn a_right_taken_is_gone_at_once(state: TestState) {
        let admin = Admin::new(&state).await;
        let lee = account(&state, "lee@example.com", true, None).await;
        let cookie = session(&state, &lee).await;
        assert_eq!(visit(&admin.app, "/audit", Some(&cookie)).await.status, StatusCode::OK);
        assert_eq!(admin.set(&lee, "isAdmin", "false").await.status, StatusCode::OK);
        assert_eq!(visit(&admin.app, "/audit", Some(&cookie)).await.status, StatusCode::FORBIDDEN);
        assert_eq!(admin.set(&OperatorId("nobody".into()), "isAdmin", "true").await.status, StatusCode::NOT_FOUND);
    }
}
