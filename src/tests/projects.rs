//! Keys, apps and products: what is refused, what is kept sealed, what is written down.

use std::collections::BTreeMap;

use purser::audit::By;
use purser::catalog::{self, NewProduct, ProductInput};
use purser::db::Tx;
use purser::error::Error;
use purser::model::{AppSeq, Environment, ProductType, ProjectId, StoreCode, UseStatus};
use purser::projects::{self, AppInput};
use purser::state::AppState;

use crate::support::{TestState, on_both};

const BY: By = By::System("test");
const SECRET: &str = "a-shared-secret-of-the-store";

async fn project(state: &AppState) -> ProjectId {
    projects::create_project(state, &BY, "Game", Some("first-app-key")).await.expect("a project").id
}

async fn app(state: &AppState, project: &ProjectId) -> AppSeq {
    let fields = BTreeMap::from([("shared_secret".to_owned(), SECRET.to_owned()), ("notice_mode".to_owned(), "V1".to_owned())]);
    let input = AppInput { environment: Some(Environment::Sandbox), fields, ..AppInput::default() };
    projects::create_app(state, &BY, project, StoreCode::AppStore, "com.example.game", &input).await.expect("an app").app_seq
}

async fn product(state: &AppState, project: &ProjectId, app: AppSeq, id: &str) -> purser::error::Result<purser::model::Product> {
    let details = ProductInput::default();
    let new = NewProduct { app, store_product_id: id, product_type: ProductType::Consumable, details: &details };
    catalog::create_product(state, &BY, project, &new).await
}

/// Rows of one text column, read past the use cases.
async fn texts(state: &AppState, sql: &'static str) -> Vec<String> {
    match &mut state.db.read().await.expect("reads") {
        Tx::SqliteRead(conn) => sqlx::query_scalar(sql).fetch_all(&mut **conn).await.expect("rows"),
        Tx::PostgresRead(conn) => sqlx::query_scalar(sql).fetch_all(&mut **conn).await.expect("rows"),
        _ => panic!("a connection to read from"),
    }
}

/// Everything the audit log says of changes.
async fn audited(state: &AppState) -> String {
    texts(state, "SELECT action || ' ' || COALESCE(before, '') || ' ' || COALESCE(after, '') FROM audit_log").await.join("\n")
}

/// The field an error names.
fn field<T>(result: purser::error::Result<T>) -> String {
    match result {
        Err(Error::Invalid { field, .. }) => field,
        Err(other) => panic!("not about a field: {other}"),
        Ok(_) => panic!("was accepted"),
    }
}

on_both! {
    async fn a_secret_key_is_kept_as_a_hash_only(state: TestState) {
        let project = project(&state).await;
        let created = projects::create_secret_key(&state, &BY, &project, "server", None).await.expect("a key");
        assert!(created.secret.starts_with("sk_"));
        let access = projects::authenticate_secret_key(&state, &created.secret).await.expect("known");
        assert_eq!((&access.project_id, access.name.as_str()), (&project, "server"));
        let rows = texts(&state, "SELECT id || name || hash || hint FROM secret_keys").await.join("");
        assert!(!rows.contains(&created.secret) && !audited(&state).await.contains(&created.secret));
        let keys = projects::list_secret_keys(&state, &project).await.expect("lists");
        assert!(created.secret.ends_with(&keys[0].hint) && keys[0].hint.len() == 4);
        projects::revoke_secret_key(&state, &BY, &project, &created.id).await.expect("revokes");
        let refused = projects::authenticate_secret_key(&state, &created.secret).await;
        assert!(matches!(refused, Err(Error::Unauthenticated)));
    }

    async fn an_app_key_is_taken_once_and_ends_with_its_overlap(state: TestState) {
        let first = project(&state).await;
        let taken = projects::create_project(&state, &BY, "Other", Some("first-app-key")).await;
        assert_eq!(field(taken), "appKey");
        assert_eq!(projects::list_projects(&state).await.expect("lists").len(), 1, "a refused project leaves nothing");
        let new = projects::rotate_app_key(&state, &BY, &first, None, 2).await.expect("rotates");
        assert!(projects::authenticate_app_key(&state, "first-app-key").await.is_ok());
        state.clock.advance(2 * 3_600_000);
        assert!(matches!(projects::authenticate_app_key(&state, "first-app-key").await, Err(Error::Unauthenticated)));
        assert!(projects::authenticate_app_key(&state, &new).await.is_ok());
        assert_eq!(field(projects::rotate_app_key(&state, &BY, &first, None, 721).await), "overlapHours");
        assert_eq!(field(projects::rotate_app_key(&state, &BY, &first, Some("short"), 0).await), "appKey");
    }

    async fn credentials_are_sealed_and_never_written_down(state: TestState) {
        let project = project(&state).await;
        let app = app(&state, &project).await;
        let input = AppInput { name: Some("Renamed".into()), ..AppInput::default() };
        assert!(projects::update_app(&state, &BY, &project, app, &input).await.expect("changes"));
        let detail = projects::get_app(&state, &project, app).await.expect("the app");
        assert_eq!(detail.stored_secrets, ["shared_secret"], "a change of the name keeps the secret");
        assert!(!format!("{detail:?}").contains(SECRET));
        let rows = texts(&state, "SELECT settings || COALESCE(credentials, '') FROM apps").await.join("");
        assert!(rows.contains("v1.") && !rows.contains(SECRET) && !rows.contains("shared_secret"));
        let log = audited(&state).await;
        assert!(log.contains("app.create") && log.contains("app.update") && !log.contains(SECRET));
        projects::remove_secret(&state, &BY, &project, app, "shared_secret", None).await.expect("removes");
        assert!(projects::get_app(&state, &project, app).await.expect("the app").stored_secrets.is_empty());
        assert!(audited(&state).await.contains(r#""secretsRemoved":["shared_secret"]"#));
        let again = projects::remove_secret(&state, &BY, &project, app, "shared_secret", None).await;
        assert!(matches!(again, Err(Error::NotFound("secret"))));
        assert_eq!(field(projects::remove_secret(&state, &BY, &project, app, "notice_mode", None).await), "name");
    }

    async fn a_simulator_app_trusts_more_roots_and_others_none(state: TestState) {
        let project = project(&state).await;
        let sandbox = app(&state, &project).await;
        let input = AppInput { environment: Some(Environment::Simulator), ..AppInput::default() };
        let created = projects::create_app(&state, &BY, &project, StoreCode::AppStore, "com.example.sim", &input).await;
        let simulated = created.expect("an app").app_seq;
        let root = state.simulator.as_deref().expect("on").root_pem();
        projects::add_trusted_root(&state, &BY, &project, simulated, &root).await.expect("trusts");
        let roots = projects::get_app(&state, &project, simulated).await.expect("the app").trusted_roots;
        assert!(roots.len() == 1 && roots[0].fingerprint.len() == 64 && roots[0].expires_at > state.clock.now());
        assert_eq!(field(projects::add_trusted_root(&state, &BY, &project, simulated, &root).await), "trustedRoots");
        assert_eq!(field(projects::add_trusted_root(&state, &BY, &project, simulated, "no certificate").await), "trustedRoots");
        assert_eq!(field(projects::add_trusted_root(&state, &BY, &project, sandbox, &root).await), "trustedRoots");
        projects::remove_trusted_root(&state, &BY, &project, simulated, &roots[0].fingerprint).await.expect("removes");
        assert!(projects::get_app(&state, &project, simulated).await.expect("the app").trusted_roots.is_empty());
        let gone = projects::remove_trusted_root(&state, &BY, &project, simulated, &roots[0].fingerprint).await;
        assert!(matches!(gone, Err(Error::NotFound(_))));
    }

    async fn duplicates_are_refused(state: TestState) {
        let project = project(&state).await;
        let app = app(&state, &project).await;
        let input = AppInput::default();
        let again = projects::create_app(&state, &BY, &project, StoreCode::AppStore, "com.example.game", &input).await;
        assert_eq!(field(again), "storeAppId");
        product(&state, &project, app, "gem_100").await.expect("a product");
        assert_eq!(field(product(&state, &project, app, "gem_100").await), "storeProductId");
    }

    async fn each_bad_value_is_named(state: TestState) {
        let project = project(&state).await;
        let app = app(&state, &project).await;
        assert_eq!(field(projects::create_project(&state, &BY, " ", None).await), "name");
        assert_eq!(field(product(&state, &project, app, "no spaces").await), "storeProductId");
        for (name, value) in [("issuer_id", "x"), ("key_id", "x"), ("private_key", "x"), ("app_apple_id", "x"), ("license_key", "x")] {
            let fields = BTreeMap::from([(name.to_owned(), value.to_owned())]);
            let input = AppInput { fields, ..AppInput::default() };
            assert_eq!(field(projects::update_app(&state, &BY, &project, app, &input).await), name);
        }
        let roots = AppInput { trusted_roots: Some(vec!["no certificate".into()]), ..AppInput::default() };
        assert_eq!(field(projects::update_app(&state, &BY, &project, app, &roots).await), "trustedRoots");
    }

    async fn what_is_stopped_is_not_on_sale_but_still_found(state: TestState) {
        let project = project(&state).await;
        let app = app(&state, &project).await;
        let gem = product(&state, &project, app, "gem_100").await.expect("a product");
        let on_sale = async || catalog::list_on_sale(&state, &project, None, None, None).await.expect("lists").items.len();
        assert_eq!(on_sale().await, 1);
        let stop = ProductInput { status: Some(UseStatus::Stop), ..ProductInput::default() };
        catalog::update_product(&state, &BY, &project, gem.product_seq, &stop).await.expect("stops");
        assert_eq!(on_sale().await, 0);
        assert!(catalog::on_sale(&state, &project, StoreCode::AppStore, None, "gem_100").await.is_err());
        let found = catalog::find_in_app(&state, &project, app, "gem_100").await.expect("reads");
        assert_eq!(found.expect("what was paid stays paid").product_seq, gem.product_seq);
    }
}
