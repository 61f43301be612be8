//! The console's routes: pages rendered by Leptos, server functions under `/fn`, CSV files; all with sessions.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::{FromRef, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::{expect_context, provide_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list};

use super::outcome::settle;
use super::{App, Reader, SiteLinks, downloads, paths, shell};
use crate::auth;
use crate::error::Error;
use crate::http::{FUNCTIONS, check_function, check_site, console_policy, refuse_foreign};
use crate::state::AppState;

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(_: &AppState) -> Self {
        Self::builder().output_name("purser").build()
    }
}

/// The pages' routes, listed once: Leptos holds all loading of data in the process while it lists them.
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

/// Pages, server functions and CSV files. Pages need a session, but for signing in; the others check for themselves.
pub fn router(state: &AppState) -> Router<AppState> {
    let context = {
        let state = state.clone();
        move || provide_contexts(&state)
    };
    Router::new()
        .leptos_routes_with_context(state, PAGES.clone(), context, document)
        .route_layer(middleware::from_fn_with_state(state.clone(), require_session))
        .merge(downloads::router())
        .layer(auth::layer(state))
        .layer(middleware::from_fn_with_state(state.clone(), settle))
        .layer(middleware::from_fn_with_state(state.clone(), refuse_foreign))
}

/// What is at no route: a page for people, with their frame around it; problem details for programs.
pub fn not_found_router(state: &AppState) -> Router {
    Router::new().fallback(not_found).layer(auth::layer(state)).with_state(state.clone())
}

async fn not_found(State(state): State<AppState>, request: Request) -> Response {
    let accepts_html = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"));
    let is_call = request.uri().path().starts_with("/api/");
    if request.method() != Method::GET || !accepts_html || is_call {
        return Error::NotFound("page").into_response();
    }
    if let Err(error) = check_site(&state.config, &request) {
        return error.into_response();
    }
    let context = move || {
        provide_contexts(&state);
        expect_context::<ResponseOptions>().set_status(StatusCode::NOT_FOUND);
    };
    leptos_axum::render_app_async_with_context(context, document)(request).await.into_response()
}

fn document() -> impl leptos::IntoView {
    shell(Reader::from_request())
}

fn provide_contexts(state: &AppState) {
    provide_context(state.clone());
    let href = |name: &str| state.assets.href(name);
    provide_context(SiteLinks {
        css: href("purser.css"),
        js_boot: href("boot.js"),
        js: href("purser.js"),
        wasm: href("purser.wasm"),
        icon: href("favicon.svg"),
    });
    if let (Some(nonce), Some(response)) = (use_nonce(), leptos::prelude::use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&console_policy(&nonce.to_string()))
    {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Leads who is not signed in to the door; before the first account there is only the set-up.
async fn require_session(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if path.starts_with(FUNCTIONS) {
        return check_function(request, next).await;
    }
    if paths::is_before_sign_in(&path) {
        return next.run(request).await;
    }
    let here = request.uri().path_and_query().map_or(path, |both| both.as_str().to_owned());
    let (parts, body) = request.into_parts();
    let who = auth::signed_in(&state, &parts).await;
    match who {
        Ok(_) => next.run(Request::from_parts(parts, body)).await,
        Err(Error::Unauthenticated) => match auth::any_operator(&state).await {
            Ok(true) => Redirect::to(&door(&here)).into_response(),
            Ok(false) => Redirect::to(paths::SETUP).into_response(),
            Err(error) => error.into_response(),
        },
        Err(error) => error.into_response(),
    }
}

/// The door for who is not signed in. Who comes from a form that was refused is told that nothing was done.
fn door(here: &str) -> String {
    let (path, query) = here.split_once('?').unwrap_or((here, ""));
    let is_refusal = |pair: &&str| pair.starts_with("__err=") || pair.starts_with("__path=");
    if !query.split('&').any(|pair| is_refusal(&pair)) {
        return paths::login_then(here);
    }
    let rest: Vec<_> = query.split('&').filter(|pair| !is_refusal(pair)).collect();
    let next = if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
    paths::with_query(&paths::login_then(&next), &[(paths::SIGNED_OUT, "1")])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_form_leads_to_a_door_that_says_so() {
        for (here, expected) in [
            ("/", "/login"),
            ("/projects/p?q=1", "/login?next=%2Fprojects%2Fp%3Fq%3D1"),
            ("/projects/p?__path=%2Ffn%2Fx&__err=abc", "/login?next=%2Fprojects%2Fp&signedOut=1"),
            ("/projects/p?q=1&__path=x&__err=abc", "/login?next=%2Fprojects%2Fp%3Fq%3D1&signedOut=1"),
            ("/?__err=abc", "/login?signedOut=1"),
        ] {
            assert_eq!(door(here), expected, "{here}");
        }
    }
}
