//! Products as a file: all of it is taken, or none with the reasons.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use purser::catalog::{self, Imported, ProductQuery};
use purser::model::{AppSeq, ProjectId, Role};
use purser::projects;
use purser::router::router;
use purser::state::AppState;

use crate::people::{HOME, account, send, session, visit};
use crate::shop::Shop;
use crate::support::{TestState, on_both};

const BY: purser::audit::By = purser::audit::By::System("test");
const FILE: &str = "\u{FEFF}productId,type,name\ncoin_1,CONSUMABLE,동전\nvip,AUTO_RENEWABLE,\nno_ads,NON_CONSUMABLE,\n";

async fn first_app(state: &AppState, project: &ProjectId) -> AppSeq {
    projects::list_apps(state, project).await.expect("lists")[0].app_seq
}

async fn ids(state: &AppState, project: &ProjectId, app: AppSeq) -> Vec<String> {
    let query = ProductQuery { app: Some(app), ..ProductQuery::default() };
    let page = catalog::list_products(state, project, &query).await.expect("lists");
    page.items.into_iter().map(|product| product.store_product_id).collect()
}

/// Posts the file as a browser's form does; where the answer leads.
async fn upload(app: &Router, project: &ProjectId, seq: AppSeq, file: &str, cookie: &str) -> (StatusCode, String) {
    let part = |head: &str, body: &str| format!("--cut\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
    let body =
        format!("{}{}--cut--\r\n", part("name=\"app\"", &seq.to_string()), part("name=\"file\"; filename=\"p.csv\"", file));
    let request = Request::post(format!("/projects/{project}/products.csv"))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")
        .header(header::COOKIE, cookie);
    let answer = send(app, HOME, request.body(Body::from(body)).expect("a request")).await;
    (answer.status, answer.location().to_owned())
}

async fn page(app: &Router, path: &str, cookie: &str) -> String {
    visit(app, path, Some(cookie)).await.body
}

/// The cookie of a person of the project.
async fn person(state: &AppState, email: &str, membership: Option<(&ProjectId, Role)>) -> String {
    session(state, &account(state, email, false, membership).await).await
}

on_both! {
    async fn a_good_file_is_taken_whole_and_can_be_got_back(state: TestState) {
        let shop = Shop::open(&state).await;
        let router = router(state.state.clone());
        let seq = first_app(&state, &shop.project).await;
        let cookie = person(&state, "o@example.com", Some((&shop.project, Role::Operator))).await;
        let (status, to) = upload(&router, &shop.project, seq, FILE, &cookie).await;
        assert_eq!((status, to), (StatusCode::SEE_OTHER, format!("/projects/{}/products?added=3", shop.project)));
        assert_eq!(ids(&state, &shop.project, seq).await, ["gem_100", "gem_500", "coin_1", "vip", "no_ads"]);
        let file = page(&router, &format!("/projects/{}/products.csv?app={seq}", shop.project), &cookie).await;
        assert!(file.contains("no_ads,no_ads,NON_CONSUMABLE,USE,"), "{file}");
        assert!(file.contains("coin_1,동전,CONSUMABLE,USE,") && file.contains("vip,vip,AUTO_SUBSCRIPTION,USE,"), "{file}");
    }

    async fn a_bad_row_leaves_nothing_and_is_shown_once(state: TestState) {
        let shop = Shop::open(&state).await;
        let router = router(state.state.clone());
        let seq = first_app(&state, &shop.project).await;
        let cookie = person(&state, "o@example.com", Some((&shop.project, Role::Operator))).await;
        let import = format!("/projects/{}/products/import", shop.project);
        for (file, shown) in [
            (FILE.replace("AUTO_RENEWABLE", "GIFT"), "vip"),
            (FILE.replace("coin_1", "gem_100"), "gem_100"),
            (FILE.replace("type", "colour"), "p.csv"),
        ] {
            let (status, to) = upload(&router, &shop.project, seq, &file, &cookie).await;
            assert_eq!((status, &to), (StatusCode::SEE_OTHER, &import));
            assert_eq!(ids(&state, &shop.project, seq).await.len(), 2, "nothing was added");
            assert!(page(&router, &import, &cookie).await.contains(shown), "{shown}");
            assert!(!page(&router, &import, &cookie).await.contains("p.csv"), "it is shown once");
        }
    }

    async fn only_operators_of_the_project_add_products(state: TestState) {
        let shop = Shop::open(&state).await;
        let router = router(state.state.clone());
        let seq = first_app(&state, &shop.project).await;
        let viewer = person(&state, "v@example.com", Some((&shop.project, Role::Support))).await;
        assert_eq!(upload(&router, &shop.project, seq, FILE, &viewer).await.0, StatusCode::FORBIDDEN);
        assert_eq!(upload(&router, &shop.project, seq, FILE, "").await.0, StatusCode::UNAUTHORIZED);
        let stranger = person(&state, "s@example.com", None).await;
        assert_eq!(upload(&router, &shop.project, seq, FILE, &stranger).await.0, StatusCode::NOT_FOUND);
        assert_eq!(ids(&state, &shop.project, seq).await.len(), 2);
    }

    async fn a_thousand_rows_are_taken_and_one_more_is_not(state: TestState) {
        let shop = Shop::open(&state).await;
        let seq = first_app(&state, &shop.project).await;
        let rows: String = (0..1_000).map(|number| format!("coin_{number},CONSUMABLE\n")).collect();
        let file = format!("productId,type\n{rows}");
        let more = format!("{file}coin_1000,CONSUMABLE\n");
        assert!(catalog::import_products(&state, &BY, &shop.project, seq, more.as_bytes()).await.is_err());
        let done = catalog::import_products(&state, &BY, &shop.project, seq, file.as_bytes()).await.expect("taken");
        assert_eq!(done, Imported::Added(1_000));
        let other = AppSeq(1);
        assert!(catalog::import_products(&state, &BY, &shop.project, other, FILE.as_bytes()).await.is_err(), "no app of ours");
    }
}
