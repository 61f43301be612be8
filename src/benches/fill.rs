//! A database with a year of a company's payments in it.

use purser::audit::By;
use purser::auth::{NewAccount, Sessions, add_operator};
use purser::error::Result;
use purser::model::{ProjectId, StoreCode, Timestamp};
use purser::projects;
use purser::search;
use purser::state::AppState;
use serde_json::Value;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

use crate::database::{Database, Kind, Look};
use crate::world::World;

/// How many payments are filled in unless the command says otherwise.
pub const PAYMENTS_DEFAULT: i64 = 1_000_000;
/// One more for each five payments: no factor of a hundred, so that a user's payments are of every status.
const PAYMENTS_OF_USER: i64 = 5;
const SPAN: i64 = 365 * Timestamp::DAY;

/// The database, and how to get at what is in it.
pub struct Filled {
    pub database: Database,
    pub project: ProjectId,
    /// How many there are.
    pub payments: i64,
    pub users: i64,
    /// When the newest payment was made.
    pub newest: Timestamp,
    /// The header of a signed-in operator's request.
    pub cookie: String,
}

pub fn user_key(number: i64) -> String {
    format!("player-{number}")
}

fn users(payments: i64) -> i64 {
    (payments / PAYMENTS_OF_USER - 1).max(1)
}

pub fn order_id(number: i64) -> String {
    format!("{}", 2_000_000_000_000_000 + number)
}

pub fn payment_seq(number: i64) -> String {
    format!("20260101{}", 20_000_000 + number)
}

/// Fills a database with so many payments, and gives them the keys that the server's job would give them in time.
pub async fn fill(world: &World, kind: Kind, payments: i64) -> Result<Filled> {
    let users = users(payments);
    let database = Database::create(world, kind, "filled").await?;
    let (state, project) = world.open(&database.url).await?;
    let newest = world.now();
    let product = Product::find(&state, &project).await?;
    let cookie = sign_in(&state).await?;
    state.db.close().await;
    drop(state);
    let mut look = database.look().await?;
    let indexes = drop_indexes(&mut look, kind).await?;
    look.run(&statement(&project, &product, newest, (payments, users))).await?;
    for index in indexes {
        look.run(&index).await?;
    }
    look.run(
        "INSERT INTO payment_events (payment_seq, row_no, project_id, at, actor, kind, from_status, to_status)
         SELECT payment_seq, 1, project_id, created_at, 'SERVER', 'VERIFY', NULL, status FROM payments ORDER BY payment_seq",
    )
    .await?;
    let (state, _) = world.open(&database.url).await?;
    while search::index_new(&state).await? > 0 {}
    state.db.close().await;
    if kind == Kind::Postgres {
        // What its own housekeeping does within a minute.
        look.run("VACUUM ANALYZE").await?;
    }
    Ok(Filled { database, project, payments, users, newest, cookie })
}

/// Rows come in faster when the indexes are made after them, from the same statements that made them before.
async fn drop_indexes(look: &mut Look, kind: Kind) -> Result<Vec<String>> {
    let (names, made_by) = match kind {
        Kind::Sqlite => ("name", "sql"),
        Kind::Postgres => ("indexname", "indexdef"),
    };
    let from = match kind {
        Kind::Sqlite => "FROM sqlite_master WHERE type = 'index' AND tbl_name = 'payments' AND sql IS NOT NULL ORDER BY name",
        Kind::Postgres => {
            "FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'payments' AND indexname <> 'payments_pkey'
             ORDER BY indexname"
        }
    };
    let statements = look.texts(&format!("SELECT {made_by} {from}")).await?;
    for name in look.texts(&format!("SELECT {names} {from}")).await? {
        look.run(&format!("DROP INDEX {name}")).await?;
    }
    Ok(statements)
}

struct Product {
    app_seq: i64,
    product_seq: i64,
}

impl Product {
    async fn find(state: &AppState, project: &ProjectId) -> Result<Self> {
        let apps = projects::list_apps(state, project).await?;
        let app = apps.iter().find(|app| app.store == StoreCode::AppStore).map_or(0, |app| app.app_seq.0);
        let products = purser::catalog::list_of_app(state, project, purser::model::AppSeq(app)).await?;
        Ok(Self { app_seq: app, product_seq: products.first().map_or(0, |product| product.product_seq.0) })
    }
}

/// One statement that makes all payments: spread evenly over a year, of every status, most of them consumed.
fn statement(project: &ProjectId, product: &Product, newest: Timestamp, (payments, users): (i64, i64)) -> String {
    let (step, first) = (SPAN / payments, newest.0 - SPAN);
    let Product { app_seq, product_seq } = product;
    format!(
        "INSERT INTO payments (payment_seq, project_id, app_seq, store, store_app_id, product_seq, store_product_id,
             product_name, product_type, user_channel, user_key, status, finish, environment, store_order_id,
             original_order_id, quantity, price_micros, currency, created_at, updated_at, purchased_at, verified_at,
             refunded_at, refunded_by, consumed_at, source, ownership, store_account, attribution)
         WITH RECURSIVE numbers (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i < {last})
         SELECT '20260101' || CAST(20000000 + i AS TEXT), '{project}', {app_seq}, 'AS', 'com.example.bench', {product_seq},
             'gem_100', '100 gems', 'CONSUMABLE', 'GF', 'player-' || CAST(i % {users} AS TEXT), status, 'NONE', 'LIVE',
             CASE WHEN is_paid THEN CAST(2000000000000000 + i AS TEXT) END,
             CASE WHEN is_paid THEN CAST(2000000000000000 + i AS TEXT) END, 1,
             CASE WHEN is_paid THEN 4400000000 END, CASE WHEN is_paid THEN 'KRW' END,
             at, at, CASE WHEN is_paid THEN at END, CASE WHEN is_paid THEN at END,
             CASE WHEN status = 'REFUND' THEN at END, CASE WHEN status = 'REFUND' THEN 'STORE' END,
             CASE WHEN status = 'SUCCESS' AND i % 20 <> 0 THEN at END,
             'RESERVATION', 'PURCHASED', '704' || CAST(i % {users} AS TEXT), 'PRESENTER'
         FROM (SELECT i, {first} + CAST(i AS BIGINT) * {step} AS at, status, status IN ('SUCCESS', 'REFUND') AS is_paid
             FROM (SELECT CAST(i AS BIGINT) AS i, CASE WHEN i % 100 < 88 THEN 'SUCCESS' WHEN i % 100 < 93 THEN 'FAILURE'
                 WHEN i % 100 < 96 THEN 'USER_CLOSE' WHEN i % 100 < 98 THEN 'REFUND' ELSE 'RESERVED' END AS status
                 FROM numbers) AS drawn) AS dated",
        last = payments - 1
    )
}

/// An administrator's session, made without the door.
async fn sign_in(state: &AppState) -> Result<String> {
    let new = NewAccount {
        email: "bench@example.com".into(),
        name: String::new(),
        password: "correct horse battery staple".into(),
        is_admin: true,
        membership: None,
    };
    let operator = add_operator(state, &By::System("bench"), &new).await?;
    let data = [("operator".to_owned(), Value::from(operator.as_str()))].into();
    let mut record = Record { id: Id::default(), data, expiry_date: time::OffsetDateTime::UNIX_EPOCH };
    let sessions = Sessions::new(state.db.clone(), state.clock.clone());
    sessions.create(&mut record).await.map_err(purser::error::Error::internal)?;
    Ok(format!("Cookie: purser_session={}", record.id))
}
