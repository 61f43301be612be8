//! The demo shop against the whole server, listening on a free port.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{self, Next};
use axum::response::Response;
use purser::catalog::{self, NewProduct, ProductInput};
use purser::config::Config;
use purser::jobs::{self, ApplyNotifications};
use purser::model::{
    Money, PaymentStatus, ProductType, ProjectId, ShopEnd, ShopGood, ShopPayment, ShopRun, StoreCode, Timestamp,
};
use purser::router::router;
use purser::state::{AppState, Parts};
use purser::{audit::By, error::Error, payments, projects, simulator};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::apple_life;
use crate::shop::{SECRET_KEY, Shop, project_input};
use crate::support::{TestState, on_both, run};

/// A server that stops when the test is over.
struct Listening {
    state: AppState,
    server: AbortHandle,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Serves on a free port, with a key at hand for the shop's game server, or none.
async fn listen(state: &AppState, demo_secret_key: Option<&str>) -> Listening {
    listen_as(state, demo_secret_key, router).await
}

async fn listen_as(state: &AppState, demo_secret_key: Option<&str>, serve: fn(AppState) -> Router) -> Listening {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let config = Config { addr, demo_secret_key: demo_secret_key.map(str::to_owned), ..(*state.config).clone() };
    let state = AppState::from(Parts { config: Arc::new(config), ..Parts::clone(state) });
    state.stores.set_own_address(addr);
    let app = serve(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, app).await }).abort_handle();
    Listening { state, server }
}

/// A server on which the store's notification is always told and worked off before the store's sheet answers.
fn telling_first(state: AppState) -> Router {
    async fn tell(State(state): State<AppState>, request: Request, next: Next) -> Response {
        let is_sheet = request.uri().path().starts_with("/simulator/control/");
        let response = next.run(request).await;
        if is_sheet {
            assert_eq!(simulator::send_due(&state).await.expect("sends"), 1);
            run(&state, ApplyNotifications).await;
        }
        response
    }
    router(state.clone()).layer(middleware::from_fn_with_state(state, tell))
}

async fn visit(state: &AppState, project: &ProjectId, good: &ShopGood, is_cancelled: bool) -> ShopRun {
    let price = Money { price_micros: 4_400_000_000, currency: "KRW".into() };
    let order = simulator::Order {
        product: good.product_seq,
        player: "player-1".into(),
        price,
        period: String::new(),
        payment: ShopPayment::Ordinary,
        is_cancelled,
    };
    simulator::visit(state, project, &order).await.expect("a visit")
}

/// Visits for each App Store good, by a player of its own; each visit must end well, on the one payment it made.
async fn visit_all(state: &AppState, project: &ProjectId, round: &str) {
    let goods = simulator::list_goods(state, project).await.expect("goods");
    for good in goods.iter().filter(|good| good.store == StoreCode::AppStore) {
        let player = format!("{round}-{}", good.product_id);
        let price = Money { price_micros: 4_400_000_000, currency: "KRW".into() };
        let product = good.product_seq;
        let order = simulator::Order {
            product,
            player: player.clone(),
            price,
            period: "P1M".into(),
            payment: ShopPayment::Ordinary,
            is_cancelled: false,
        };
        let run = simulator::visit(state, project, &order).await.expect("a visit");
        let expected = if good.product_type.is_subscription() { ShopEnd::Subscribed } else { ShopEnd::Consumed };
        assert_eq!(run.end, expected, "{player}: {run:?}");
        let payment = payments::find(state, project, &run.payment.expect("made")).await.expect("a payment");
        assert_eq!((payment.status, &payment.user_key), (PaymentStatus::Success, &player));
        assert_eq!(payment.consumed_at.is_some(), good.product_type.is_consumable(), "{player}");
        let query = purser::model::PaymentQuery { user_key: Some(player.clone()), ..Default::default() };
        let all = payments::list(state, project, &query).await.expect("payments");
        assert_eq!(all.items.len(), 1, "{player}: the reservation became the payment: {:?}", all.items);
        let visit = simulator::find_visit(state, project, &payment.payment_seq).await.expect("reads").expect("a visit");
        assert_eq!(visit.subscription.is_some(), good.product_type.is_subscription(), "{player}");
    }
}

fn statuses(run: &ShopRun) -> Vec<u16> {
    run.steps.iter().map(|step| step.status).collect()
}

on_both! {
    async fn buys_in_both_stores_and_the_game_server_consumes(state: TestState) {
        let project = Shop::open(&state).await.project;
        let server = listen(&state, Some(SECRET_KEY)).await;
        let goods = simulator::list_goods(&server.state, &project).await.expect("goods");
        assert_eq!(goods.len(), 4);
        for store in [StoreCode::AppStore, StoreCode::Test] {
            let good = goods.iter().find(|good| good.store == store).expect("sold in both");
            let run = visit(&server.state, &project, good, false).await;
            assert_eq!(run.end, ShopEnd::Consumed, "{run:?}");
            assert!(statuses(&run).iter().all(|status| (200..300).contains(status)));
            assert_eq!(run.steps.len(), 5);
            let payment = payments::find(&state, &project, &run.payment.expect("made")).await.expect("a payment");
            assert!(payment.consumed_at.is_some() && payment.store == store);
            assert!(run.steps.iter().all(|step| !step.answer.contains(SECRET_KEY)));
        }
        let sales = simulator::list_sales(&state, &project).await.expect("sales");
        assert_eq!(sales.len(), 2);
        assert!(sales.iter().all(|sale| sale.payment.is_some()));
    }

    async fn without_a_key_it_consumes_as_the_app_only_where_allowed(state: TestState) {
        let project = Shop::open(&state).await.project;
        let server = listen(&state, Some("sk_of_no_project_at_all_0000")).await;
        let goods = simulator::list_goods(&server.state, &project).await.expect("goods");
        let run = visit(&server.state, &project, &goods[0], false).await;
        assert_eq!((run.end, run.steps.len()), (ShopEnd::Unconsumed, 4));
        let payment = payments::find(&state, &project, &run.payment.expect("made")).await.expect("a payment");
        assert!(payment.is_consumable());

        projects::update_project(&state, &By::System("test"), &project, &project_input("Game", true)).await.expect("updated");
        assert_eq!(visit(&server.state, &project, &goods[0], false).await.end, ShopEnd::Consumed);
    }

    async fn a_key_of_another_project_is_not_used(state: TestState) {
        let theirs = Shop::open(&state).await.project;
        let by = By::System("test");
        let ours = projects::create_project(&state, &by, "Other", None).await.expect("a project").id;
        let server = listen(&state, Some(SECRET_KEY)).await;
        let goods = simulator::list_goods(&server.state, &theirs).await.expect("goods");
        let price = Money { price_micros: 1_000_000, currency: "KRW".into() };
        let order = simulator::Order { product: goods[0].product_seq, player: "p".into(), price, period: String::new(), payment: ShopPayment::Ordinary, is_cancelled: false };
        let refused = simulator::visit(&server.state, &ours, &order).await.expect_err("not ours to sell");
        assert!(matches!(refused, Error::Invalid { ref field, .. } if field == "product"), "{refused}");
        assert!(simulator::list_sales(&state, &ours).await.expect("sales").is_empty());
    }

    async fn cancelling_closes_the_payment_and_sells_nothing(state: TestState) {
        let project = Shop::open(&state).await.project;
        let server = listen(&state, Some(SECRET_KEY)).await;
        let goods = simulator::list_goods(&server.state, &project).await.expect("goods");
        let run = visit(&server.state, &project, &goods[0], true).await;
        assert_eq!((run.end, statuses(&run)), (ShopEnd::Cancelled, vec![201, 201, 200]));
        assert!(simulator::list_sales(&state, &project).await.expect("sales").is_empty());
    }

    async fn subscriptions_are_sold_too(state: TestState) {
        let project = apple_life::open(&state).await.project;
        let server = listen(&state, Some(SECRET_KEY)).await;
        visit_all(&server.state, &project, "verify-first").await;
        assert_eq!(simulator::send_due(&state).await.expect("sends"), 5);
        run(&state, ApplyNotifications).await;
        let goods = simulator::list_goods(&server.state, &project).await.expect("goods");
        let again = goods.iter().find(|good| good.product_id == "vip").expect("sold");
        assert_eq!(visit(&server.state, &project, again, false).await.end, ShopEnd::Subscribed);
        let refused = visit(&server.state, &project, again, false).await;
        assert_eq!((refused.end, statuses(&refused)), (ShopEnd::Failed, vec![200, 201, 409]), "one of a group at a time");
    }

    async fn what_is_bought_once_is_owned_and_restored_by_the_next_visit(state: TestState) {
        let project = Shop::open(&state).await.project;
        for app in projects::list_apps(&state, &project).await.expect("apps") {
            let details = ProductInput::default();
            let (app, product_type) = (app.app_seq, ProductType::NonConsumable);
            let new = NewProduct { app, store_product_id: "remove_ads", product_type, details: &details };
            catalog::create_product(&state, &By::System("test"), &project, &new).await.expect("a product");
        }
        let server = listen(&state, Some(SECRET_KEY)).await;
        let goods = simulator::list_goods(&server.state, &project).await.expect("goods");
        for good in goods.iter().filter(|good| good.product_type == ProductType::NonConsumable) {
            let first = visit(&server.state, &project, good, false).await;
            assert_eq!((first.end, statuses(&first)), (ShopEnd::Owned, vec![200 + u16::from(good.store == StoreCode::AppStore), 201, 201, 200]), "{first:?}");
            let second = visit(&server.state, &project, good, false).await;
            assert_eq!((second.end, &second.payment), (ShopEnd::Owned, &first.payment), "{second:?}");
        }
        assert_eq!(simulator::list_sales(&state, &project).await.expect("sales").len(), 2);
    }

    async fn a_notification_that_comes_before_the_proof_changes_no_end(state: TestState) {
        let project = apple_life::open(&state).await.project;
        let server = listen_as(&state, Some(SECRET_KEY), telling_first).await;
        visit_all(&server.state, &project, "today").await;
        simulator::advance(&server.state, 400 * Timestamp::DAY).await.expect("moves");
        simulator::send_due(&server.state).await.expect("sends");
        visit_all(&server.state, &project, "next-year").await;
    }

    async fn with_workers_running_every_visit_ends_well(state: TestState) {
        let project = apple_life::open(&state).await.project;
        let server = listen(&state, Some(SECRET_KEY)).await;
        let (_running, stopped) = watch::channel(false);
        jobs::start(&server.state, stopped);
        for round in ["first", "second", "third"] {
            visit_all(&server.state, &project, round).await;
            simulator::advance(&server.state, 40 * Timestamp::DAY).await.expect("moves");
        }
    }
}
