//! What is secret is nowhere to be read: not in the database, not on any page, not in any export.

use std::collections::BTreeMap;

use axum::Router;
use axum::http::StatusCode;
use purser::audit::By;
use purser::db::Tx;
use purser::model::{AppSeq, Environment, ProjectId, StoreCode};
use purser::nhn::{NhnInput, update_nhn_settings};
use purser::projects::{self, AppInput};
use purser::router::router;
use purser::state::AppState;
use sqlx::AssertSqlSafe;

use crate::people::{PASSWORD, account, session, visit};
use crate::shop::{Key, SECRET_KEY, Shop};
use crate::support::{TestState, on_both};

const BY: By = By::System("test");
const SHARED_SECRET: &str = "planted-shared-secret-of-the-app-store";
const CLIENT_SECRET: &str = "planted-client-secret-of-one-store";
const GAMEBASE_SECRET: &str = "planted-gamebase-secret";
const PLANTED: [&str; 5] = [SHARED_SECRET, CLIENT_SECRET, GAMEBASE_SECRET, SECRET_KEY, PASSWORD];

/// The console's route table, so that a page added later is walked too.
const ROUTES: &str = include_str!("../console/app.rs");

struct World {
    app: Router,
    project: ProjectId,
    apps: Vec<AppSeq>,
    cookie: String,
    /// A payment's access token, which only a game is told.
    access_token: String,
    payment: String,
}

impl World {
    async fn new(state: &AppState) -> Self {
        let shop = Shop::open(state).await;
        let project = shop.project.clone();
        let mut apps = Vec::new();
        for (store, id, name, secret) in [
            (StoreCode::AppStore, "com.example.sealed", "shared_secret", SHARED_SECRET),
            (StoreCode::OneStore, "com.example.sealed", "client_secret", CLIENT_SECRET),
        ] {
            let fields = BTreeMap::from([(name.to_owned(), secret.to_owned())]);
            let input = AppInput { environment: Some(Environment::Sandbox), fields, ..AppInput::default() };
            apps.push(projects::create_app(state, &BY, &project, store, id, &input).await.expect("an app").app_seq);
        }
        let input = NhnInput { gamebase_secret: Some(GAMEBASE_SECRET.into()), ..NhnInput::default() };
        update_nhn_settings(state, &BY, &project, &input).await.expect("changed");
        let reserve = serde_json::json!({ "store": "TEST", "productId": "gem_100", "userKey": "player-1" });
        let (_, reserved) = shop.call(Key::App, "POST", "/api/v1/payments", reserve).await;
        let payment = reserved["paymentSeq"].as_str().expect("a number").to_owned();
        let proof = serde_json::json!({ "proof": { "token": "test:gem_100:order-1" } });
        let headers = [("idempotency-key", "verify-1")];
        let (_, paid) = shop.call_with(Key::App, "POST", &format!("/api/v1/payments/{payment}/verify"), proof, &headers).await;
        let access_token = paid["accessToken"].as_str().expect("a token").to_owned();
        let id = account(state, "kim@example.com", true, None).await;
        let cookie = session(state, &id).await;
        Self { app: router(state.clone()), project, apps, cookie, access_token, payment }
    }

    fn is_told(&self, text: &str) -> Option<&str> {
        PLANTED.into_iter().chain([self.access_token.as_str()]).find(|secret| text.contains(*secret))
    }

    /// Every page there is, of each app.
    fn paths(&self) -> Vec<String> {
        let routes = ROUTES.split("path!(\"").skip(1).filter_map(|rest| rest.split('"').next());
        let fill = |app: &AppSeq| {
            let app = app.to_string();
            routes.clone().map(move |route| {
                route
                    .replace(":project", self.project.as_str())
                    .replace(":payment", &self.payment)
                    .replace(":app", &app)
                    .replace(":user", "player-1")
            })
        };
        let exports = ["payments.csv", "audit.csv", "products.csv"].map(|name| format!("/projects/{}/{name}", self.project));
        self.apps.iter().flat_map(fill).filter(|path| !path.contains(':')).chain(exports).collect()
    }
}

/// All that the database holds, as text.
async fn everything(state: &AppState) -> String {
    if let Some(path) = state.config.database_url.strip_prefix("sqlite:") {
        let read = |path: String| std::fs::read(path).unwrap_or_default();
        let bytes = [read(path.to_owned()), read(format!("{path}-wal"))].concat();
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let mut tx = state.db.read().await.expect("reads");
    let Tx::PostgresRead(conn) = &mut tx else { panic!("a connection to read from") };
    let tables = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = current_schema()";
    let names: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut **conn).await.expect("rows");
    let mut text = String::new();
    for name in names {
        let sql = AssertSqlSafe(format!("SELECT CAST(row_to_json(t) AS TEXT) FROM {name} t"));
        let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut **conn).await.expect("rows");
        text.push_str(&rows.join("\n"));
    }
    text
}

on_both! {
    async fn the_database_holds_secrets_sealed_or_hashed_only(state: TestState) {
        let world = World::new(&state).await;
        let text = everything(&state).await;
        assert!(text.contains("com.example.sealed") && text.contains(&world.payment), "the look itself works");
        assert_eq!(world.is_told(&text), None);
    }

    async fn no_page_or_export_shows_a_secret_again(state: TestState) {
        let world = World::new(&state).await;
        let paths = world.paths();
        assert!(paths.len() > 40, "{paths:?}");
        for path in paths {
            let answer = visit(&world.app, &path, Some(&world.cookie)).await;
            assert!(matches!(answer.status, StatusCode::OK | StatusCode::FOUND | StatusCode::SEE_OTHER), "{path}: {}", answer.status);
            assert_eq!(world.is_told(&answer.body), None, "{path}");
        }
    }
}
