//! The download of a project's payments.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use leptos::server_fn::ServerFn;
use purser::audit::By;
use purser::auth::{NewAccount, add_operator};
use purser::console::server_fns::SignIn;
use purser::model::{ProjectId, Role};
use purser::router::router;
use purser::state::AppState;
use tower::ServiceExt;

use crate::shop::Shop;
use crate::support::{TestState, on_both};

const PASSWORD: &str = "correct horse battery staple";

async fn send(app: &Router, request: Request<Body>) -> Response<Body> {
    app.clone().oneshot(request).await.expect("answers")
}

/// A person of a project and the cookie of their session.
async fn sign_in(state: &AppState, app: &Router, email: &str, membership: Option<(ProjectId, Role)>) -> String {
    let new = NewAccount { email: email.into(), name: String::new(), password: PASSWORD.into(), is_admin: false, membership };
    add_operator(state, &By::System("test"), &new).await.expect("an account");
    let form = [("input[email]", email), ("input[password]", PASSWORD)];
    let body = serde_urlencoded::to_string(form).expect("a form");
    let request = Request::post(SignIn::url()).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let response = send(app, request.body(Body::from(body)).expect("a request")).await;
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
    let Some(cookie) = parts.headers.get(header::SET_COOKIE) else { panic!("no session: {} {body:?}", parts.status) };
    cookie.to_str().expect("text").split(';').next().expect("a pair").to_owned()
}

async fn download(app: &Router, project: &ProjectId, query: &str, cookie: Option<&str>) -> (StatusCode, String) {
    let mut request = Request::get(format!("/projects/{project}/payments.csv{query}"));
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let response = send(app, request.body(Body::empty()).expect("a request")).await;
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, String::from_utf8(bytes.to_vec()).expect("text"))
}

on_both! {
    async fn streams_every_row_once_and_defuses_formulas(state: TestState) {
        let shop = Shop::open(&state).await;
        let app = router(state.state.clone());
        let cookie = sign_in(&state, &app, "a@example.com", Some((shop.project.clone(), Role::Viewer))).await;
        for number in 0..101 {
            shop.reserve("AS", &format!("player-{number}"), "gem_100").await;
        }
        shop.reserve("TEST", "=1+1", "gem_100").await;
        let (status, text) = download(&app, &shop.project, "", Some(&cookie)).await;
        assert_eq!((status, text.lines().count()), (StatusCode::OK, 103));
        assert!(text.contains(",'=1+1,") && !text.contains(",=1+1,"));
        assert_eq!(text.matches("paymentSeq").count(), 1);
        let (_, text) = download(&app, &shop.project, "?store=TEST&status=", Some(&cookie)).await;
        assert_eq!(text.lines().count(), 2);
    }

    async fn only_readers_of_the_project_get_it(state: TestState) {
        let shop = Shop::open(&state).await;
        let app = router(state.state.clone());
        let (status, _) = download(&app, &shop.project, "", None).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        let stranger = sign_in(&state, &app, "b@example.com", None).await;
        let (status, _) = download(&app, &shop.project, "", Some(&stranger)).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}
