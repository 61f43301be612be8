//! Importing products from the store's own catalog: shown first, confirmed as it was shown, or not written at all.

use std::net::SocketAddr;

use axum::Router;
use axum::http::StatusCode;
use purser::audit::{self, By};
use purser::catalog::{self, CatalogImport, CatalogImported, ChosenProduct, NewProduct, ProductInput, ProductQuery};
use purser::error::Error;
use purser::model::{
    AppSeq, AuditQuery, CatalogChange, CatalogPreview, Environment, Product, ProductReason, ProductType, ProjectId, RefusalCode,
    Role, StoreCode, UseStatus,
};
use purser::projects::{self, AppInput};
use purser::router::router;
use tokio::net::TcpListener;

use crate::people::{account, between, call, session, visible_text, visit};
use crate::support::{TestState, on_both};

const PACKAGE: &str = "com.example.catalog";
const BY: By = By::System("test");
const STORES: [StoreCode; 2] = [StoreCode::GooglePlay, StoreCode::AppStore];

/// An app of a project.
struct OneApp {
    project: ProjectId,
    app: AppSeq,
}

/// Two projects with an app of the same name in a simulated store: the first one's products are the store's catalog.
struct Two {
    state: TestState,
    at_store: OneApp,
    ours: OneApp,
}

impl OneApp {
    async fn open(state: &TestState, name: &str, store: StoreCode) -> Self {
        let project = projects::create_project(state, &BY, name, None).await.expect("a project").id;
        let input = AppInput { environment: Some(Environment::Simulator), ..AppInput::default() };
        let app = projects::create_app(state, &BY, &project, store, PACKAGE, &input).await.expect("an app").app_seq;
        Self { project, app }
    }

    async fn add(&self, state: &TestState, product_id: &str, name: &str, product_type: ProductType) -> Product {
        let details = ProductInput { name: Some(name.into()), ..ProductInput::default() };
        let new = NewProduct { app: self.app, store_product_id: product_id, product_type, details: &details };
        catalog::create_product(state, &BY, &self.project, &new).await.expect("a product")
    }

    async fn products(&self, state: &TestState) -> Vec<Product> {
        let query = ProductQuery { app: Some(self.app), ..ProductQuery::default() };
        catalog::list_products(state, &self.project, &query).await.expect("lists").items
    }
}

impl Two {
    async fn open(state: TestState, store: StoreCode) -> Self {
        let at_store = OneApp::open(&state, "At the store", store).await;
        let ours = OneApp::open(&state, "Ours", store).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        state.stores.set_own_address(listener.local_addr().expect("an address"));
        let router = router(state.state.clone()).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { state, at_store, ours }
    }

    /// A store with a good, one that was taken from sale, and a subscription.
    async fn stocked(state: TestState, store: StoreCode) -> Self {
        let two = Self::open(state, store).await;
        two.at_store.add(&two.state, "gem_100", "보석 100개", ProductType::Consumable).await;
        two.at_store.add(&two.state, "vip", "VIP", ProductType::AutoSubscription).await;
        let old = two.at_store.add(&two.state, "old", "Old", ProductType::Consumable).await;
        let stop = ProductInput { status: Some(UseStatus::Stop), ..ProductInput::default() };
        catalog::update_product(&two.state, &BY, &two.at_store.project, old.product_seq, &stop).await.expect("stops");
        two
    }

    async fn preview(&self) -> CatalogPreview {
        catalog::preview_catalog(&self.state, &self.ours.project, self.ours.app).await.expect("a preview")
    }

    async fn import(&self, revision: &str, chosen: &[(&str, Option<ProductType>)]) -> Result<CatalogImported, Error> {
        let chosen = chosen.iter().map(|(id, kind)| ChosenProduct { product_id: (*id).to_owned(), product_type: *kind });
        let import = CatalogImport { revision: revision.to_owned(), chosen: chosen.collect() };
        catalog::import_catalog(&self.state, &BY, &self.ours.project, self.ours.app, &import).await
    }

    /// Our products as `(id, name, type, status)`.
    async fn ours(&self) -> Vec<(String, String, ProductType, UseStatus)> {
        let products = self.ours.products(&self.state).await.into_iter();
        let mut ours: Vec<_> = products.map(|one| (one.store_product_id, one.name, one.product_type, one.status)).collect();
        ours.sort_by(|one, other| one.0.cmp(&other.0));
        ours
    }
}

fn changes(preview: &CatalogPreview) -> Vec<(&str, &CatalogChange)> {
    preview.rows.iter().map(|row| (row.product_id.as_str(), &row.change)).collect()
}

#[track_caller]
fn assert_changed(answer: &Result<CatalogImported, Error>) {
    assert!(matches!(answer, Err(Error::Conflict { code: "CATALOG_CHANGED", .. })), "{answer:?}");
}

/// What is confirmed is written as it was shown, once, and is in the log.
async fn previewed_then_imported(state: TestState, store: StoreCode) {
    let two = Two::stocked(state, store).await;
    let preview = two.preview().await;
    let add = CatalogChange::Add;
    assert_eq!(changes(&preview), [("gem_100", &add), ("old", &add), ("vip", &add)]);
    let chosen: Vec<_> = preview.rows.iter().filter(|row| row.is_chosen_at_first()).map(|row| row.product_id.as_str()).collect();
    assert_eq!(chosen, ["gem_100", "vip"], "what is not on sale is not chosen");
    assert_eq!(two.ours().await, [], "a preview writes nothing");

    let wanted = [("gem_100", None), ("vip", Some(ProductType::ConsumableAutoSubscription)), ("old", None)];
    let done = two.import(&preview.revision, &wanted).await.expect("imports");
    assert_eq!(done, CatalogImported { added: 3, renamed: 0 });
    let ours = two.ours().await;
    let expected = [
        ("gem_100", "보석 100개", ProductType::Consumable, UseStatus::Use),
        ("old", "Old", ProductType::Consumable, UseStatus::Stop),
        ("vip", "VIP", ProductType::ConsumableAutoSubscription, UseStatus::Use),
    ];
    let expected = expected.map(|(id, name, kind, status)| (id.to_owned(), name.to_owned(), kind, status));
    assert_eq!(ours, expected);
    let query =
        AuditQuery { project: Some(two.ours.project.clone()), action: Some("product.create".into()), ..Default::default() };
    assert_eq!(audit::list(&two.state, &query).await.expect("rows").items.len(), 3);

    assert_changed(&two.import(&preview.revision, &wanted).await);
    assert_eq!(two.ours().await, ours, "the same once more changes nothing");
    let rows = two.preview().await.rows;
    assert!(rows.iter().all(|row| matches!(row.change, CatalogChange::Same { .. })), "{rows:?}");
}

/// Nothing of a preview that is out of date is written, whoever changed what.
async fn changed_since_the_preview(state: TestState, store: StoreCode) {
    let two = Two::stocked(state, store).await;
    let shown = two.preview().await;
    two.at_store.add(&two.state, "new", "New", ProductType::Consumable).await;
    assert_changed(&two.import(&shown.revision, &[("gem_100", None)]).await);
    let shown = two.preview().await;
    two.ours.add(&two.state, "vip", "Mine", ProductType::AutoSubscription).await;
    assert_changed(&two.import(&shown.revision, &[("gem_100", None)]).await);
    assert_eq!(two.ours().await.len(), 1, "only what was added by hand");

    let shown = two.preview().await;
    let vip = shown.rows.iter().find(|row| row.product_id == "vip").expect("listed");
    assert!(matches!(&vip.change, CatalogChange::Rename { name_now, .. } if name_now == "Mine"), "{vip:?}");
    let done = two.import(&shown.revision, &[("vip", None), ("gem_100", None)]).await.expect("imports");
    assert_eq!(done, CatalogImported { added: 1, renamed: 1 });
    assert!(two.ours().await.iter().any(|(id, name, ..)| id == "vip" && name == "VIP"));
}

on_both! {
    async fn googles_catalog_is_previewed_then_imported(state: TestState) {
        previewed_then_imported(state, StoreCode::GooglePlay).await;
    }

    async fn apples_catalog_is_previewed_then_imported(state: TestState) {
        previewed_then_imported(state, StoreCode::AppStore).await;
    }

    async fn a_preview_of_google_that_is_out_of_date_is_refused(state: TestState) {
        changed_since_the_preview(state, StoreCode::GooglePlay).await;
    }

    async fn a_preview_of_apple_that_is_out_of_date_is_refused(state: TestState) {
        changed_since_the_preview(state, StoreCode::AppStore).await;
    }

    async fn one_choice_that_is_wrong_leaves_nothing(state: TestState) {
        let two = Two::stocked(state, StoreCode::GooglePlay).await;
        two.ours.add(&two.state, "old", "Old", ProductType::AutoSubscription).await;
        let shown = two.preview().await;
        let old = shown.rows.iter().find(|row| row.product_id == "old").expect("listed");
        let reason = ProductReason::OfAnotherType(ProductType::AutoSubscription);
        assert_eq!(old.change, CatalogChange::Refuse(reason.into()), "its type can't change");
        assert_changed(&two.import(&shown.revision, &[("gem_100", None), ("old", None)]).await);
        assert_changed(&two.import(&shown.revision, &[("gem_100", None), ("nothing_like_it", None)]).await);
        let wrong = two.import(&shown.revision, &[("vip", None), ("gem_100", Some(ProductType::AutoSubscription))]).await;
        assert!(matches!(&wrong, Err(Error::Invalid { field, .. }) if field == "type.gem_100"), "{wrong:?}");
        let none = two.import(&shown.revision, &[]).await;
        assert!(matches!(&none, Err(Error::Invalid { field, .. }) if field == "chosen"), "{none:?}");
        let twice = two.import(&shown.revision, &[("gem_100", None), ("gem_100", None)]).await;
        assert_changed(&twice);
        assert_eq!(two.ours().await.len(), 1);
        let stranger = OneApp { project: two.at_store.project.clone(), app: two.ours.app };
        assert!(catalog::preview_catalog(&two.state, &stranger.project, stranger.app).await.is_err(), "not another project's app");
    }

    async fn long_lists_come_page_by_page(state: TestState) {
        let two = Two::open(state, StoreCode::AppStore).await;
        let rows: String = (0..450).map(|number| format!("coin_{number:03},CONSUMABLE\nplan_{number:03},AUTO_SUBSCRIPTION\n")).collect();
        let file = format!("productId,type\n{rows}");
        catalog::import_products(&two.state, &BY, &two.at_store.project, Some(two.at_store.app), file.as_bytes()).await.expect("taken");
        let preview = two.preview().await;
        assert_eq!(preview.rows.len(), 900);
        assert!(preview.rows.iter().all(|row| row.change == CatalogChange::Add));
    }

    async fn a_store_that_gives_no_answer_changes_nothing(state: TestState) {
        for store in STORES {
            // It does not listen, so the simulated stores are away.
            let ours = OneApp::open(&state, store.as_str(), store).await;
            let answer = catalog::preview_catalog(&state, &ours.project, ours.app).await;
            assert!(matches!(&answer, Err(Error::Refused { code: RefusalCode::StoreUnavailable, .. })), "{answer:?}");
            let cookie = operator(&state, &ours.project, &format!("{store}@example.com")).await;
            let page = visit(&router(state.state.clone()), &page_of(&ours), Some(&cookie)).await;
            assert_eq!(page.status, StatusCode::OK);
            assert!(visible_text(&page.body).contains("The store's list could not be read"), "{}", visible_text(&page.body));
        }
    }

    async fn the_page_names_the_key_that_is_missing_and_stores_without_a_list(state: TestState) {
        let apple = OneApp::open(&state, "Apple", StoreCode::AppStore).await;
        let router = router(state.state.clone());
        let cookie = operator(&state, &apple.project, "operator@example.com").await;
        projects::remove_secret(&state, &BY, &apple.project, apple.app, "app_store_connect_private_key", None).await.expect("removes");
        let needed = catalog::list_needed_fields(&state, &apple.project, apple.app).await.expect("names");
        assert_eq!(needed, ["app_store_connect_private_key"]);
        let page = visible_text(&visit(&router, &page_of(&apple), Some(&cookie)).await.body);
        assert!(page.contains("Catalog import: private key (.p8)") && !page.contains("key ID of a team key"), "{page}");
        let input = AppInput { environment: Some(Environment::Simulator), ..AppInput::default() };
        let test = projects::create_app(&state, &BY, &apple.project, StoreCode::Test, "t", &input).await.expect("an app").app_seq;
        let test = OneApp { app: test, project: apple.project.clone() };
        assert!(visit(&router, &page_of(&test), Some(&cookie)).await.body.contains("has no list of products"));
        let app_page = |one: &OneApp| format!("/projects/{}/apps/{}", one.project, one.app);
        assert!(visit(&router, &app_page(&apple), Some(&cookie)).await.body.contains(&page_of(&apple)));
        assert!(!visit(&router, &app_page(&test), Some(&cookie)).await.body.contains(&page_of(&test)), "no way to what is not offered");
    }

    async fn an_operator_confirms_on_the_page(state: TestState) {
        let two = Two::stocked(state, StoreCode::GooglePlay).await;
        let router = router(two.state.state.clone());
        let cookie = operator(&two.state, &two.ours.project, "operator@example.com").await;
        let page = visit(&router, &page_of(&two.ours), Some(&cookie)).await.body;
        let fields = form_of(&page);
        assert!(fields.contains(&("input[take.vip]".into(), "true".into())), "{fields:?}");
        assert!(!fields.iter().any(|(name, _)| name == "input[take.old]"), "what is not on sale is not chosen");
        let chosen: Vec<_> = fields.iter().cloned().chain([("input[type.gem_100]".into(), "NON_CONSUMABLE".into())]).collect();
        let none: Vec<_> = fields.iter().filter(|(name, _)| !name.starts_with("input[take.")).cloned().collect();
        let answer = call(&router, "/fn/import_catalog", &none, Some(&cookie)).await;
        assert_eq!((answer.status, answer.param().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "chosen"), "{answer:?}");
        let answer = call(&router, "/fn/import_catalog", &chosen, Some(&cookie)).await;
        let list = format!("/projects/{}/products?app={}&added=2", two.ours.project, two.ours.app);
        assert_eq!((answer.status, answer.location()), (StatusCode::OK, list.as_str()), "{answer:?}");
        assert!(visible_text(&visit(&router, &list, Some(&cookie)).await.body).contains("Products added: 2"));
        assert_eq!(two.ours().await[0].2, ProductType::NonConsumable);
        let again = call(&router, "/fn/import_catalog", &chosen, Some(&cookie)).await;
        assert_eq!((again.status, again.code().as_str()), (StatusCode::CONFLICT, "CATALOG_CHANGED"), "{again:?}");
        let query = AuditQuery { project: Some(two.ours.project.clone()), action: Some("product.create".into()), ..Default::default() };
        let rows = audit::list(&two.state, &query).await.expect("rows").items;
        assert!(rows.len() == 2 && rows.iter().all(|row| row.actor.contains("operator@example.com")), "{rows:?}");
    }
}

fn page_of(one: &OneApp) -> String {
    format!("/projects/{}/apps/{}/catalog", one.project, one.app)
}

async fn operator(state: &TestState, project: &ProjectId, email: &str) -> String {
    session(state, &account(state, email, false, Some((project, Role::Operator))).await).await
}

/// The hidden fields and the check boxes that are on, as a browser would send them.
fn form_of(page: &str) -> Vec<(String, String)> {
    let attribute = |tag: &str, name: &str| {
        let start = format!("{name}=\"");
        tag.split_once(&start).and_then(|(_, rest)| rest.split_once('"')).map(|(value, _)| value.to_owned())
    };
    let inputs = between(page, "<input", ">").filter(|tag| tag.contains("type=\"hidden\"") || tag.contains(" checked"));
    let read = |tag: &str| Some((attribute(tag, "name")?, attribute(tag, "value")?));
    let form = page.split("/fn/import_catalog").nth(1).unwrap_or_default();
    let in_form = |(name, _): &(String, String)| form.contains(&format!("name=\"{name}\""));
    inputs.filter_map(read).filter(|(name, _)| name.starts_with("input[")).filter(in_form).collect()
}

/// Whoever may not change products does not see the catalog either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn support_staff_import_nothing() {
    let two = Two::stocked(TestState::new(crate::support::Kind::Sqlite).await, StoreCode::GooglePlay).await;
    let router: Router = router(two.state.state.clone());
    let id = account(&two.state, "support@example.com", false, Some((&two.ours.project, Role::Support))).await;
    let cookie = session(&two.state, &id).await;
    let shown = two.preview().await.revision;
    let (project, app) = (two.ours.project.to_string(), two.ours.app.to_string());
    let fields =
        [("input[project]", project), ("input[app]", app), ("input[revision]", shown), ("input[take.vip]", "true".into())];
    let answer = call(&router, "/fn/import_catalog", &fields, Some(&cookie)).await;
    assert_eq!((answer.status, two.ours().await.len()), (StatusCode::FORBIDDEN, 0));
}
