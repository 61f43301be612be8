//! The download of a project's payments.

use axum::Router;
use axum::http::StatusCode;
use purser::model::{ProjectId, Role};
use purser::router::router;

use crate::people::{account, session, visit};
use crate::shop::Shop;
use crate::support::{TestState, on_both};

async fn download(app: &Router, project: &ProjectId, query: &str, cookie: Option<&str>) -> (StatusCode, String) {
    let answer = visit(app, &format!("/projects/{project}/payments.csv{query}"), cookie).await;
    (answer.status, answer.body)
}

on_both! {
    async fn streams_every_row_once_and_defuses_formulas(state: TestState) {
        let shop = Shop::open(&state).await;
        let app = router(state.state.clone());
        let reader = account(&state, "a@example.com", false, Some((&shop.project, Role::Viewer))).await;
        let cookie = session(&state, &reader).await;
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
        let stranger = account(&state, "b@example.com", false, None).await;
        let stranger = session(&state, &stranger).await;
        let (status, _) = download(&app, &shop.project, "", Some(&stranger)).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}
