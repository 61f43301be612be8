//! Strangers at the console's door: whom they can hold up, and what leads away from it.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use purser::auth::make_set_up_link;
use purser::model::Timestamp;
use purser::router::router;
use purser::state::AppState;

use crate::people::{Answer, HOME, PASSWORD, account, call, send, session, visit};
use crate::support::{Kind, TestState, on_both};

const EMAIL: &str = "kim@example.com";
const WRONG: &str = "not the password at all";
const OWNER: &str = "198.51.100.7:40000";

/// Tries to sign in from somewhere, with cookies.
async fn try_in(app: &Router, from: &str, email: &str, password: &str, headers: &[(&str, &str)]) -> Answer {
    let body = serde_urlencoded::to_string([("input[email]", email), ("input[password]", password)]).expect("a form");
    let mut request = Request::post("/fn/sign_in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(app, from, request.body(Body::from(body)).expect("a request")).await
}

/// The device cookie an answer sets.
fn device(answer: &Answer) -> String {
    let mut lines = answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
    let line = lines.rfind(|line| line.starts_with("purser_device_")).expect("a device cookie");
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Strict") && line.contains("Max-Age=31536000"), "{line}");
    line.split(';').next().expect("a pair").to_owned()
}

/// The same server behind a proxy it trusts.
async fn behind_proxy(state: &TestState) -> AppState {
    let mut config = (*state.config).clone();
    config.trust_proxy = true;
    AppState::open(config, state.clock.clone()).await.expect("opens")
}

/// Leads home, or is refused for its control characters and leads nowhere.
fn assert_stays(answer: &Answer, asked: &str) {
    let is_refused = answer.status == 422 && answer.location().is_empty();
    assert!(answer.location() == "/" || is_refused, "{asked:?}: {answer:?}");
}

on_both! {
    async fn strangers_elsewhere_lock_nobody_out(state: TestState) {
        account(&state, EMAIL, false, None).await;
        let app = router(state.state.clone());
        for _ in 0..6 {
            try_in(&app, "203.0.113.9:1", EMAIL, WRONG, &[]).await;
        }
        assert_eq!(try_in(&app, "203.0.113.9:1", EMAIL, PASSWORD, &[]).await.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(try_in(&app, OWNER, EMAIL, PASSWORD, &[]).await.cookie().is_some(), "another address has tries of its own");
    }

    async fn many_strangers_are_slowed_and_a_known_browser_is_not(state: TestState) {
        account(&state, EMAIL, false, None).await;
        let app = router(state.state.clone());
        let first = try_in(&app, OWNER, EMAIL, PASSWORD, &[]).await;
        assert!(first.cookie().is_some_and(|cookie| cookie.starts_with("purser_session=")), "the session comes first");
        let cookie = device(&first);
        let mut refused = 0;
        for number in 0..60 {
            let from = format!("203.0.113.{number}:1");
            refused += usize::from(try_in(&app, &from, EMAIL, WRONG, &[]).await.status == StatusCode::TOO_MANY_REQUESTS);
        }
        assert_eq!(refused, 10, "fifty an hour from everywhere");
        assert_eq!(try_in(&app, "192.0.2.1:1", EMAIL, PASSWORD, &[]).await.status, StatusCode::TOO_MANY_REQUESTS);
        for from in [OWNER, "203.0.113.1:1"] {
            let known = try_in(&app, from, EMAIL, PASSWORD, &[("cookie", &cookie)]).await;
            assert!(known.cookie().is_some(), "a known browser gets in from {from}: {known:?}");
        }
        state.clock.advance(Timestamp::HOUR);
        assert!(try_in(&app, "192.0.2.1:1", EMAIL, PASSWORD, &[]).await.cookie().is_some());
    }

    async fn a_known_browser_has_tries_of_its_own(state: TestState) {
        account(&state, EMAIL, false, None).await;
        account(&state, "lee@example.com", false, None).await;
        let app = router(state.state.clone());
        let cookie = device(&try_in(&app, OWNER, EMAIL, PASSWORD, &[]).await);
        for _ in 0..10 {
            let wrong = try_in(&app, OWNER, EMAIL, WRONG, &[("cookie", &cookie)]).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let locked = try_in(&app, OWNER, EMAIL, PASSWORD, &[("cookie", &cookie)]).await;
        assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS, "a stolen cookie guesses no more than that");
        assert!(try_in(&app, OWNER, EMAIL, PASSWORD, &[]).await.cookie().is_some(), "and holds nobody else up");
        for _ in 0..5 {
            try_in(&app, OWNER, "lee@example.com", WRONG, &[("cookie", &cookie)]).await;
        }
        let other = try_in(&app, OWNER, "lee@example.com", PASSWORD, &[("cookie", &cookie)]).await;
        assert_eq!(other.status, StatusCode::TOO_MANY_REQUESTS, "it is for one account");
    }

    async fn forged_and_outdated_device_cookies_are_none(state: TestState) {
        let id = account(&state, EMAIL, false, None).await;
        let app = router(state.state.clone());
        let cookie = device(&try_in(&app, OWNER, EMAIL, PASSWORD, &[]).await);
        let session = session(&state, &id).await;
        for _ in 0..5 {
            try_in(&app, OWNER, EMAIL, WRONG, &[]).await;
        }
        let is_known = async |cookie: &str, password: &str| {
            try_in(&app, OWNER, EMAIL, password, &[("cookie", cookie)]).await.status != StatusCode::TOO_MANY_REQUESTS
        };
        assert!(is_known(&cookie, WRONG).await);
        let (name, value) = cookie.split_once('=').expect("a pair");
        let (head, signature) = value.rsplit_once('.').expect("signed");
        let turned: String = signature.chars().rev().collect();
        for forged in [format!("{name}={head}.{turned}"), format!("{name}={head}."), format!("{name}=x"), format!("{name}=9{value}"), name.to_owned()] {
            assert!(!is_known(&forged, PASSWORD).await, "{forged}");
        }
        let fields = [("input[currentPassword]", PASSWORD), ("input[newPassword]", "another long password")];
        let changed = call(&app, "/fn/change_password", &fields, Some(&session)).await;
        assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
        assert!(!is_known(&cookie, PASSWORD).await, "a changed password ends it");
        assert!(is_known(&device(&changed), WRONG).await, "but for the browser it was changed in");
        state.clock.advance(366 * Timestamp::DAY);
        for _ in 0..5 {
            try_in(&app, OWNER, EMAIL, WRONG, &[]).await;
        }
        assert!(!is_known(&device(&changed), WRONG).await, "and so does a year");
    }

    async fn the_hop_our_proxy_added_is_the_address(state: TestState) {
        account(&state, EMAIL, false, None).await;
        let app = router(behind_proxy(&state).await);
        let from = async |forwarded: &str, password: &str| try_in(&app, HOME, EMAIL, password, &[("x-forwarded-for", forwarded)]).await.status;
        for number in 0..5 {
            assert_eq!(from(&format!("10.0.0.{number}, 2001:db8:1:2::{number}"), WRONG).await, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(from("2001:db8:1:2:ffff::1", PASSWORD).await, StatusCode::TOO_MANY_REQUESTS, "one network, one caller");
        assert_eq!(from("2001:db8:1:2::1, 2001:db8:1:3::1", PASSWORD).await, StatusCode::OK);
        assert_eq!(from("2001:db8:1:2::1, nonsense", PASSWORD).await, StatusCode::OK, "what is no address is the proxy's own");
    }

    async fn behind_a_proxy_that_is_not_trusted_not_all_are_one(state: TestState) {
        account(&state, EMAIL, false, None).await;
        let app = router(state.state.clone());
        for number in 0..40 {
            let wrong = try_in(&app, HOME, &format!("nobody-{number}@example.com"), WRONG, &[("x-forwarded-for", "203.0.113.9")]).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert!(try_in(&app, HOME, EMAIL, PASSWORD, &[]).await.cookie().is_some());
    }

    async fn a_wrong_link_costs_a_look_and_no_hash(state: TestState) {
        let link = make_set_up_link(&state).await.expect("a link").expect("nobody is there yet");
        let token = link.split("token=").nth(1).expect("a token").to_owned();
        let app = router(state.state.clone());
        let set_up = async |token: &str, password: &str| {
            let fields = [("input[token]", token), ("input[email]", EMAIL), ("input[password]", password)];
            call(&app, "/fn/set_up", &fields, None).await
        };
        // A password that may not be chosen is refused before it would be hashed, so what is said first tells what is done first.
        assert_eq!(set_up("wrong", "short").await.code(), "LINK_USED");
        assert_eq!(set_up(&token, "short").await.param(), "password");
        let made = set_up(&token, PASSWORD).await;
        assert!(made.cookie().is_some_and(|cookie| cookie.starts_with("purser_session=")), "{made:?}");
        assert_eq!(set_up(&token, PASSWORD).await.code(), "LINK_USED");
        for path in ["/fn/accept_invitation", "/fn/reset_second_factor"] {
            let fields = [("input[token]", "wrong"), ("input[password]", "short")];
            assert_eq!(call(&app, path, &fields, None).await.code(), "LINK_USED", "{path}");
        }
    }

    async fn nothing_leads_away_from_the_console(state: TestState) {
        account(&state, EMAIL, false, None).await;
        let app = router(state.state.clone());
        for outside in ["//evil.example", "/\t/evil.example", "/\\evil.example", "https://evil.example", "/.//evil.example", "\\\\evil.example"] {
            let fields = [("input[email]", EMAIL), ("input[password]", PASSWORD), ("input[next]", outside)];
            assert_stays(&call(&app, "/fn/sign_in", &fields, None).await, outside);
            let fields = [("input[lang]", "ko"), ("input[back]", outside)];
            assert_stays(&call(&app, "/fn/set_preferences", &fields, None).await, outside);
        }
        let fields = [("input[lang]", "ko"), ("input[back]", "/projects/new?a=b")];
        assert_eq!(call(&app, "/fn/set_preferences", &fields, None).await.location(), "/projects/new?a=b");
        let page = visit(&app, "/login?next=/%09/evil.example", None).await;
        assert_eq!((page.status.as_u16(), page.location()), (422, ""), "an address with a control character is nobody's");
        // A refused form leads back to its page as the browser names it.
        for (referer, expected) in [("http://127.0.0.1:3000/login?next=%2Fa", "/login?next=%2Fa&"), ("https://evil.example/login", "/")] {
            let request = Request::post("/fn/sign_in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let request = request.header(header::ACCEPT, "text/html").header(header::REFERER, referer);
            let body = Body::from("input[email]=x&input[password]=y");
            let answer = send(&app, OWNER, request.body(body).expect("a request")).await;
            assert!(answer.location().starts_with(expected) && !answer.location().contains("evil"), "{referer}: {}", answer.location());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_call_that_did_its_work_is_named_in_a_cookie() {
    let state = TestState::new(Kind::Sqlite).await;
    let id = account(&state, EMAIL, false, None).await;
    let (app, cookie) = (router(state.state.clone()), session(&state, &id).await);
    let rename = async |name: &str, cookie: Option<&str>, call: &str| {
        let mut request = Request::post("/fn/rename_account").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        request = request.header(header::ACCEPT, "text/html").header(header::REFERER, "http://127.0.0.1:3000/account");
        request = request.header("x-purser-call", call);
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let body = serde_urlencoded::to_string([("input[name]", name)]).expect("a form");
        send(&app, HOME, request.body(Body::from(body)).expect("a request")).await
    };
    let named = |answer: &Answer| {
        let lines = answer.headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok());
        lines.filter_map(|line| line.strip_prefix("done=")?.split(';').next().map(str::to_owned)).next()
    };
    assert_eq!(named(&rename("Kim", Some(&cookie), "call1").await).as_deref(), Some("call1"));
    assert_eq!(named(&rename("", Some(&cookie), "call2").await), None, "a refused form");
    let lost = rename("Kim", None, "call3").await;
    assert_eq!((named(&lost), lost.status), (None, StatusCode::FOUND), "a lost session");
    assert_eq!(named(&rename("Kim", Some(&cookie), "x; Path=/").await), None, "a name that is none");
    let door = visit(&app, lost.location(), None).await;
    assert_eq!(door.location(), "/login?next=%2Faccount&signedOut=1");
    assert!(visit(&app, door.location(), None).await.body.contains("Nothing was done"));
}
