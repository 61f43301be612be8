//! Products as a file: all of it is taken, or none with the reasons.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use purser::catalog::{self, ImportCheck, Imported, ProductQuery};
use purser::model::{AppSeq, ImportCounts, ProjectId, Role};
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
        assert_eq!((status, to), (StatusCode::SEE_OTHER, format!("/projects/{}/products?added=3&changed=0", shop.project)));
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
            (FILE.replace("coin_1,CONSUMABLE", "gem_100,NON_CONSUMABLE"), "gem_100"),
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
        assert!(catalog::import_products(&state, &BY, &shop.project, Some(seq), more.as_bytes()).await.is_err());
        let done = catalog::import_products(&state, &BY, &shop.project, Some(seq), file.as_bytes()).await.expect("taken");
        assert_eq!(done, Imported::Done(ImportCounts { added: 1_000, ..ImportCounts::default() }));
        let other = AppSeq(1);
        assert!(catalog::import_products(&state, &BY, &shop.project, Some(other), FILE.as_bytes()).await.is_err(), "no app of ours");
    }

    async fn a_download_is_taken_back_and_says_what_it_would_change(state: TestState) {
        let shop = Shop::open(&state).await;
        let router = router(state.state.clone());
        let cookie = person(&state, "o@example.com", Some((&shop.project, Role::Operator))).await;
        let file = page(&router, &format!("/projects/{}/products.csv", shop.project), &cookie).await;
        let import = async |file: &str| {
            catalog::import_products(&state, &BY, &shop.project, None, file.as_bytes()).await.expect("read")
        };
        let all = file.lines().count() - 1;
        let same = ImportCounts { unchanged: all, ..ImportCounts::default() };
        assert_eq!(import(&file).await, Imported::Done(same), "{file}");
        let other = file.replacen(",USE,", ",STOP,", 1) + "AS,com.example.elsewhere,coin,,CONSUMABLE,USE,\n";
        let Imported::Refused(rows) = import(&other).await else { panic!("an app of nobody") };
        assert_eq!(rows.iter().map(|row| row.fault.param.as_deref()).collect::<Vec<_>>(), [Some("appId")]);
        let other = file.replacen(",USE,", ",STOP,", 1);
        let check = catalog::check_products(&state, &shop.project, None, other.as_bytes()).await.expect("read");
        let counts = ImportCounts { changed: 1, unchanged: all - 1, added: 0 };
        let ImportCheck::Ready { counts: told, changes } = check else { panic!("{check:?}") };
        assert_eq!((told, changes.len(), changes[0].line), (counts, 1, 2));
        assert_eq!(import(&file).await, Imported::Done(same), "a check writes nothing");
        assert_eq!(import(&other).await, Imported::Done(counts));
    }

    async fn every_fault_of_a_file_is_said_at_once(state: TestState) {
        let shop = Shop::open(&state).await;
        let seq = first_app(&state, &shop.project).await;
        let file = "productId,type\nbad id,GIFT\ncoin,CONSUMABLE\ncoin,CONSUMABLE\ngem_100,NON_CONSUMABLE\n";
        let done = catalog::check_products(&state, &shop.project, Some(seq), file.as_bytes()).await.expect("read");
        let ImportCheck::Refused(rows) = done else { panic!("{done:?}") };
        let named: Vec<_> = rows.iter().map(|row| (row.line, row.fault.param.as_deref().unwrap_or_default())).collect();
        assert_eq!(named, [(2, "productId"), (2, "type"), (4, "productId"), (5, "type")]);
    }
}
