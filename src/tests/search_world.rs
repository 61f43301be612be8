//! A project with payments, subscriptions and users to be searched, as a file tells them.

use purser::audit::By;
use purser::catalog::{self, NewProduct, ProductInput};
use purser::db::{self, store_snapshots::AppScope};
use purser::model::{
    App, Environment, Money, NotificationSource, Payment, PaymentSeq, Product, ProductType, ProjectId, StoreCode, Subscription,
    Timestamp,
};
use purser::projects::{self, AppInput};
use purser::state::AppState;
use purser::users::{self, User};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::shop::SECRET_KEY;

const BY: By = By::System("test");
const CHANNEL: &str = "GF";
/// Thursday, 15:00 in Korea.
pub const NOW: &str = "2026-11-26T06:00:00Z";
/// Payments of nobody's ticket, beside those of the file.
const OTHERS: i64 = 300;

#[derive(Debug, Deserialize)]
struct File {
    product: Vec<NamedProduct>,
    payment: Vec<NamedPayment>,
    subscription: Vec<NamedSubscription>,
}

#[derive(Debug, Deserialize)]
struct NamedProduct {
    id: String,
    name: String,
}

#[derive(Debug, Deserialize)]
struct NamedPayment {
    name: String,
    seq: String,
    store: StoreCode,
    order: String,
    original: Option<String>,
    token: Option<String>,
    #[serde(default)]
    others: Vec<String>,
    user: String,
    product: String,
    price: String,
    currency: String,
    at: String,
}

#[derive(Debug, Deserialize)]
struct NamedSubscription {
    id: String,
    store: StoreCode,
    chain: String,
    order: String,
    user: String,
    product: String,
    at: String,
}

/// The project, and its payments' numbers by the names in the file.
pub struct World {
    pub project: ProjectId,
    pub seqs: Vec<(String, String)>,
    apps: Vec<(App, Vec<Product>)>,
}

fn moment(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect("a moment")
}

impl World {
    pub async fn open(state: &AppState) -> Self {
        let file: File = toml::from_str(include_str!("tickets/world.toml")).expect("the world");
        state.clock.advance(moment(NOW).0 - state.clock.now().0);
        let project = projects::create_project(state, &BY, "Game", Some("search-app-key")).await.expect("a project").id;
        projects::create_secret_key(state, &BY, &project, "server", Some(SECRET_KEY)).await.expect("a key");
        let mut apps = Vec::new();
        for store in [StoreCode::AppStore, StoreCode::GooglePlay, StoreCode::OneStore] {
            let input = AppInput { environment: Some(Environment::Simulator), ..AppInput::default() };
            let app = projects::create_app(state, &BY, &project, store, "com.example.game", &input).await.expect("an app");
            let mut products = Vec::new();
            for product in &file.product {
                let details = ProductInput { name: Some(product.name.clone()), ..ProductInput::default() };
                let is_plan = product.id.starts_with("vip");
                let product_type = if is_plan { ProductType::AutoSubscription } else { ProductType::Consumable };
                let new = NewProduct { app: app.app_seq, store_product_id: &product.id, product_type, details: &details };
                products.push(catalog::create_product(state, &BY, &project, &new).await.expect("a product"));
            }
            apps.push((app, products));
        }
        let mut world = Self { project, seqs: Vec::new(), apps };
        for payment in &file.payment {
            world.add(state, payment).await;
        }
        for number in 0..OTHERS {
            world.add(state, &other(number)).await;
        }
        for subscription in &file.subscription {
            world.add_subscription(state, subscription).await;
        }
        world.add_notification(state).await;
        let newcomer = User::parse("newcomer_9", None).expect("a user");
        users::register(state, &world.project, newcomer).await.expect("registers");
        world
    }

    fn sold(&self, store: StoreCode, product: &str) -> (&App, &Product) {
        let (app, products) = self.apps.iter().find(|(app, _)| app.store == store).expect("an app");
        (app, products.iter().find(|one| one.store_product_id == product).expect("a product"))
    }

    async fn add(&mut self, state: &AppState, named: &NamedPayment) {
        let payment = self.payment(named);
        let (project, app) = (&self.project, payment.app_seq);
        let token = User::parse(&named.user, None).expect("a user").account_token(&state.keys.tokens, project);
        let write = state.db.write(async |tx| {
            assert!(db::payments::insert(tx, project, &payment).await?, "{named:?}");
            db::users::insert(tx, project, CHANNEL, &named.user, &token, payment.created_at).await?;
            for id in &named.others {
                let scope = AppScope { project, app };
                db::payments::keep_other_id(tx, scope, &payment.payment_seq, id, payment.created_at).await?;
            }
            Ok(())
        });
        write.await.expect("is written");
        self.seqs.push((named.name.clone(), named.seq.clone()));
    }

    fn payment(&self, named: &NamedPayment) -> Payment {
        let (app, product) = self.sold(named.store, &named.product);
        let at = moment(&named.at);
        let price = Money { price_micros: Money::parse_price(&named.price).expect("a price"), currency: named.currency.clone() };
        let original = named.original.clone().unwrap_or_else(|| named.order.clone());
        let fields = json!({
            "payment_seq": named.seq, "app_seq": app.app_seq, "store": app.store, "store_app_id": app.store_app_id,
            "product_seq": product.product_seq, "product_id": product.store_product_id, "product_name": product.name,
            "product_type": product.product_type, "user_channel": CHANNEL, "user_key": named.user, "attribution": "TOKEN",
            "status": "SUCCESS", "finish": "NONE", "environment": "SIMULATOR", "store_order_id": named.order,
            "original_order_id": original, "purchase_token": named.token, "quantity": 1, "price": price, "payload": null,
            "refusal": null, "source": "VERIFY", "offer": null, "ownership": "PURCHASED", "created_at": at, "updated_at": at,
            "purchased_at": at, "verified_at": at, "expires_at": null, "superseded_at": null, "refunded_at": null,
            "refunded_by": null, "refunded_micros": null, "refunded_quantity": null, "refund_type": null, "refund_reason": null,
            "consumed_at": null, "is_before_charge": false, "hand_corrected_at": null, "provisional_since": null,
            "handled_at": null,
        });
        serde_json::from_value(fields).expect("a payment")
    }

    async fn add_subscription(&self, state: &AppState, named: &NamedSubscription) {
        let (app, product) = self.sold(named.store, &named.product);
        let at = moment(&named.at);
        let fields = json!({
            "subscription_id": named.id, "app_seq": app.app_seq, "store": app.store, "store_app_id": app.store_app_id,
            "environment": "SIMULATOR", "chain_id": named.chain, "group_id": null, "product_seq": product.product_seq,
            "product_id": product.store_product_id, "product_name": product.name, "product_type": product.product_type,
            "next_product_id": null, "user_channel": CHANNEL, "user_key": named.user, "attribution": "TOKEN", "state": "ACTIVE",
            "order_id": named.order, "started_at": at, "period_start": at, "period_end": at.plus_millis(90 * Timestamp::DAY),
            "grace_end": null, "auto_renew": true, "in_retry": false, "is_paused": false, "next_price": null,
            "expiration_reason": null, "price_consent": null, "offer": null, "ownership": "PURCHASED", "revoked_at": null,
            "purchase_as_of": at, "renewal_as_of": null, "created_at": at, "updated_at": at,
        });
        let subscription: Subscription = serde_json::from_value(fields).expect("a subscription");
        let saved = async |tx: &mut db::Tx| {
            let row = db::subscriptions::SavedSubscription { subscription: &subscription, due_at: None, moved_to: None };
            db::subscriptions::save(tx, &self.project, row).await
        };
        state.db.write(saved).await.expect("is written");
    }

    async fn add_notification(&self, state: &AppState) {
        let (app, _) = self.sold(StoreCode::AppStore, "gold_pack");
        let at = moment("2026-11-25T12:00:00Z");
        let new = db::notifications::NewNotification {
            project: &self.project,
            app: app.app_seq,
            store: app.store,
            environment: Environment::Simulator,
            dedupe_key: "c0ffee00-1111-4222-8333-444455556666",
            kind: "REFUND",
            subtype: None,
            order_id: Some("2000000000001302"),
            chain_id: None,
            source: NotificationSource::Received,
            payload: "{}",
            signed_at: at,
            at,
        };
        state.db.write(async |tx| db::notifications::insert(tx, &new).await).await.expect("is written");
    }

    /// A payment by its name in the file.
    pub fn seq(&self, name: &str) -> PaymentSeq {
        let found = self.seqs.iter().find(|(named, _)| named == name);
        PaymentSeq(found.unwrap_or_else(|| panic!("no payment {name}")).1.clone())
    }

    /// What a hit of the API is, by the names in the file.
    pub fn name_of(&self, hit: &Value) -> String {
        let text = |member: &str, name: &str| hit[member][name].as_str().unwrap_or_default().to_owned();
        match hit["type"].as_str().unwrap_or("NONE") {
            "PAYMENT" => {
                let seq = text("payment", "paymentSeq");
                let named = self.seqs.iter().find(|(_, one)| *one == seq).map(|(name, _)| name.clone());
                format!("payment:{}", named.unwrap_or(seq))
            }
            "SUBSCRIPTION" => format!("subscription:{}", text("subscription", "subscriptionId")),
            "USER" => format!("user:{}", text("user", "userKey")),
            "NOTIFICATION" => format!("notification:{}", text("notification", "notificationId")),
            "PRODUCT" => format!("product:{}", text("product", "productId")),
            _ => "none".to_owned(),
        }
    }
}

/// A payment of nobody's ticket: unlike the others in every id.
fn other(number: i64) -> NamedPayment {
    let (minutes, scattered) = (number * 137, (number + 1) * 7_654_321);
    let is_google = number % 2 == 0;
    let order = match is_google {
        true => format!(
            "GPA.3{:03}-{:04}-{:04}-{:05}",
            number % 1_000,
            scattered % 10_000,
            scattered / 7 % 10_000,
            scattered / 3 % 100_000
        ),
        false => format!("31{:014}", scattered * 13),
    };
    NamedPayment {
        name: format!("other{number}"),
        seq: format!("20261101{}", 20_000_000 + number),
        store: if is_google { StoreCode::GooglePlay } else { StoreCode::AppStore },
        original: None,
        token: is_google.then(|| format!("other{number}tokenof{scattered}.AO-J1O{}", "x".repeat(50))),
        others: Vec::new(),
        user: format!("someone-{scattered}"),
        product: ["starter_pack", "gem_550"][(number % 3 / 2) as usize].to_owned(),
        price: format!("{}", 1_000 + number),
        currency: "KRW".to_owned(),
        at: moment("2026-11-26T05:00:00Z").plus_millis(-minutes * Timestamp::MINUTE).to_rfc3339(),
        order,
    }
}
