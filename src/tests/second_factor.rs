//! The second factor: set up, asked for at the door, each code taken once, lost and found.

use axum::Router;
use axum::http::StatusCode;
use purser::audit::{By, SignedIn};
use purser::auth::make_second_factor_link;
use purser::model::{OperatorId, Timestamp};
use purser::router::router;
use totp_rs::{Builder, Secret};

use crate::people::{Answer, PASSWORD, account, between, call, session, sign_in, visible_text, visit};
use crate::support::{TestState, on_both};

const EMAIL: &str = "kim@example.com";
const STEP: i64 = 30 * Timestamp::SECOND;

/// A person with a session and, once set up, a second factor.
struct Kim {
    app: Router,
    id: OperatorId,
    cookie: String,
    secret: String,
    codes: Vec<String>,
}

impl Kim {
    async fn new(state: &TestState) -> Self {
        let id = account(state, EMAIL, false, None).await;
        let cookie = session(state, &id).await;
        Self { app: router(state.state.clone()), id, cookie, secret: String::new(), codes: Vec::new() }
    }

    /// Sets the second factor up as the page does.
    async fn with_factor(state: &TestState) -> Self {
        let mut kim = Self::new(state).await;
        kim.draft().await;
        let answer = kim.change("enable", PASSWORD, &kim.code(state)).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        kim.codes = kim.page().await.new_codes;
        kim
    }

    async fn draft(&mut self) {
        call(&self.app, "/fn/draft_second_factor", NOTHING, Some(&self.cookie)).await;
        self.secret = self.page().await.secret.expect("a secret");
    }

    async fn page(&self) -> FactorPage {
        FactorPage::read(&visit(&self.app, "/account/second-factor", Some(&self.cookie)).await.body)
    }

    /// The code an authenticator app shows now.
    fn code(&self, state: &TestState) -> String {
        let secret = Secret::try_from_base32(&self.secret).expect("base32");
        let totp = Builder::new().with_secret(secret).build_noncompliant();
        totp.generate(u64::try_from(state.clock.now().0 / 1000).expect("after 1970")).to_string()
    }

    /// Sends the password and a code to one of the page's forms.
    async fn change(&self, what: &str, password: &str, code: &str) -> Answer {
        let path = if what == "renew" { "/fn/renew_recovery_codes".to_owned() } else { format!("/fn/{what}_second_factor") };
        call(&self.app, &path, &[("input[password]", password), ("input[code]", code)], Some(&self.cookie)).await
    }

    /// The first step of signing in; the cookie of who is half in.
    async fn half_in(&self) -> String {
        let answer = sign_in(&self.app, EMAIL, PASSWORD).await;
        assert_eq!(answer.location(), "/login/code?next=%2F");
        answer.cookie().expect("a session")
    }

    async fn enter(&self, half: &str, code: &str) -> Answer {
        call(&self.app, "/fn/enter_code", &[("input[code]", code), ("input[next]", "/account")], Some(half)).await
    }
}

/// What the second factor's page shows.
struct FactorPage {
    is_on: bool,
    codes_left: Option<usize>,
    /// To be set up in an authenticator app.
    secret: Option<String>,
    new_codes: Vec<String>,
}

impl FactorPage {
    fn read(page: &str) -> Self {
        let secret = between(page, "<code class=\"factor-secret\">", "</code>").next().map(|text| text.replace(' ', ""));
        let list = between(page, "<ul class=\"recovery-codes\">", "</ul>").next().unwrap_or_default();
        let new_codes = between(list, "<code>", "</code>").map(str::to_owned).collect();
        let texts = visible_text(page);
        let left = texts.split_once("Recovery codes left ").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
        Self { is_on: page.contains("/fn/disable_second_factor"), codes_left: left, secret, new_codes }
    }
}

const NOTHING: &[(&str, &str)] = &[];

fn is_in(answer: &Answer) -> bool {
    answer.location() == "/account" && answer.cookie().is_some()
}

on_both! {
    async fn is_turned_on_with_the_password_and_a_code_of_the_app(state: TestState) {
        let mut kim = Kim::new(&state).await;
        assert_eq!(kim.change("enable", PASSWORD, "000000").await.code(), "NO_DRAFT");
        kim.draft().await;
        assert_eq!(kim.change("enable", "wrong wrong wrong", &kim.code(&state)).await.param(), "password");
        assert_eq!(kim.change("enable", PASSWORD, "12345").await.param(), "code");
        assert!(kim.page().await.secret.is_some(), "a refusal leaves the draft");
        let cookie = session(&state, &kim.id).await;
        let mut elsewhere = Kim { app: kim.app.clone(), id: kim.id.clone(), cookie, secret: String::new(), codes: Vec::new() };
        elsewhere.draft().await;
        assert_eq!(kim.change("enable", PASSWORD, &kim.code(&state)).await.status, StatusCode::OK);
        let page = kim.page().await;
        assert_eq!((page.is_on, page.codes_left, page.new_codes.len(), page.secret), (true, Some(10), 10, None));
        assert!(kim.page().await.new_codes.is_empty(), "recovery codes are shown once");
        let over = elsewhere.change("enable", PASSWORD, &elsewhere.code(&state)).await;
        assert_eq!(over.code(), "SECOND_FACTOR_ON", "not set over another");
    }

    async fn the_password_alone_opens_nothing(state: TestState) {
        let kim = Kim::with_factor(&state).await;
        let half = kim.half_in().await;
        assert!(visit(&kim.app, "/", Some(&half)).await.location().starts_with("/login"));
        assert!(visit(&kim.app, "/account", Some(&half)).await.location().starts_with("/login"));
        assert_eq!(call(&kim.app, "/fn/end_other_sessions", NOTHING, Some(&half)).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(kim.enter(&half, "000000").await.param(), "code");
        state.clock.advance(STEP);
        let entered = kim.enter(&half, &kim.code(&state)).await;
        assert!(is_in(&entered), "{entered:?}");
        assert_ne!(entered.cookie(), Some(half), "a new id for who is in");
        assert_eq!(visit(&kim.app, "/account", entered.cookie().as_deref()).await.status, StatusCode::OK);
    }

    async fn a_code_is_taken_once_and_only_near_its_time(state: TestState) {
        let kim = Kim::with_factor(&state).await;
        let used = kim.code(&state);
        assert_eq!(kim.enter(&kim.half_in().await, &used).await.param(), "code", "the code that turned it on");
        state.clock.advance(STEP);
        let (half, other, code) = (kim.half_in().await, kim.half_in().await, kim.code(&state));
        let (one, two) = tokio::join!(kim.enter(&half, &code), kim.enter(&other, &code));
        assert_eq!([is_in(&one), is_in(&two)].iter().filter(|is_in| **is_in).count(), 1, "one of two at the same time");
        state.clock.advance(STEP);
        let stale = kim.code(&state);
        state.clock.advance(STEP);
        let half = kim.half_in().await;
        assert!(is_in(&kim.enter(&half, &stale).await), "a step late is in time");
        let stale = kim.code(&state);
        state.clock.advance(2 * STEP);
        let half = kim.half_in().await;
        assert_eq!(kim.enter(&half, &stale).await.param(), "code", "two are too late");
    }

    async fn a_recovery_code_works_once_however_it_is_written(state: TestState) {
        let kim = Kim::with_factor(&state).await;
        let half = kim.half_in().await;
        let typed = kim.codes[3].replace('-', " ").to_lowercase();
        assert!(is_in(&kim.enter(&half, &typed).await));
        let half = kim.half_in().await;
        assert_eq!(kim.enter(&half, &kim.codes[3]).await.param(), "code");
        assert_eq!(kim.page().await.codes_left, Some(9));
        assert!(is_in(&kim.enter(&half, &kim.codes[4]).await));
    }

    async fn codes_can_not_be_guessed(state: TestState) {
        let kim = Kim::with_factor(&state).await;
        state.clock.advance(STEP);
        for _ in 0..5 {
            let half = kim.half_in().await;
            assert_eq!(kim.enter(&half, "999999").await.param(), "code");
        }
        let half = kim.half_in().await;
        assert_eq!(kim.enter(&half, &kim.code(&state)).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(kim.enter(&half, &kim.codes[0]).await.status, StatusCode::TOO_MANY_REQUESTS);
        state.clock.advance(15 * Timestamp::MINUTE);
        let half = kim.half_in().await;
        assert!(is_in(&kim.enter(&half, &kim.code(&state)).await));
    }

    async fn who_is_half_in_does_not_stay_so(state: TestState) {
        let kim = Kim::with_factor(&state).await;
        let half = kim.half_in().await;
        state.clock.advance(10 * Timestamp::MINUTE);
        assert_eq!(kim.enter(&half, &kim.code(&state)).await.code(), "SIGN_IN_AGAIN");
        let half = kim.half_in().await;
        let fields = [("input[currentPassword]", PASSWORD), ("input[newPassword]", "another long password")];
        assert_eq!(call(&kim.app, "/fn/change_password", &fields, Some(&kim.cookie)).await.status, StatusCode::OK);
        state.clock.advance(STEP);
        assert_eq!(kim.enter(&half, &kim.code(&state)).await.code(), "SIGN_IN_AGAIN", "the password was another");
        assert_eq!(kim.enter("none=1", "000000").await.code(), "SIGN_IN_AGAIN");
    }

    async fn is_turned_off_with_both_factors(state: TestState) {
        let kim = Kim::with_factor(&state).await;
        state.clock.advance(STEP);
        assert_eq!(kim.change("disable", "wrong wrong wrong", &kim.code(&state)).await.param(), "password");
        assert_eq!(kim.change("disable", PASSWORD, "000000").await.param(), "code");
        assert_eq!(kim.change("disable", PASSWORD, &kim.code(&state)).await.status, StatusCode::OK);
        let page = kim.page().await;
        assert_eq!((page.is_on, page.codes_left), (false, None));
        assert_eq!(sign_in(&kim.app, EMAIL, PASSWORD).await.location(), "/");
    }

    async fn new_recovery_codes_end_the_old_ones(state: TestState) {
        let kim = Kim::with_factor(&state).await;
        state.clock.advance(STEP);
        assert_eq!(kim.change("renew", PASSWORD, &kim.code(&state)).await.status, StatusCode::OK);
        let codes = kim.page().await.new_codes;
        let half = kim.half_in().await;
        assert_eq!(kim.enter(&half, &kim.codes[0]).await.param(), "code");
        assert!(is_in(&kim.enter(&half, &codes[0]).await));
    }

    async fn a_lost_one_is_turned_off_by_a_link_and_the_password(state: TestState) {
        let kim = Kim::with_factor(&state).await;
        let admin = account(&state, "admin@example.com", true, None).await;
        let by = By::Operator(SignedIn { id: admin, email: "admin@example.com".into(), is_admin: true, address: None });
        let link = make_second_factor_link(&state, &by, &kim.id).await.expect("a link");
        let token = link.split("token=").nth(1).expect("a token");
        let reset = async |password: &str| {
            call(&kim.app, "/fn/reset_second_factor", &[("input[token]", token), ("input[password]", password)], None).await
        };
        let chosen = [("input[token]", token), ("input[password]", "a password by the wrong link")];
        assert_eq!(call(&kim.app, "/fn/accept_invitation", &chosen, None).await.code(), "LINK_USED", "it chooses no password");
        assert_eq!(reset("wrong wrong wrong").await.param(), "password");
        assert_eq!(reset(PASSWORD).await.location(), "/login");
        assert_eq!(reset(PASSWORD).await.code(), "LINK_USED");
        assert!(visit(&kim.app, "/", Some(&kim.cookie)).await.location().starts_with("/login"), "sessions end");
        assert_eq!(sign_in(&kim.app, EMAIL, PASSWORD).await.location(), "/");
        assert!(make_second_factor_link(&state, &by, &kim.id).await.is_err(), "there is none any more");
    }
}
