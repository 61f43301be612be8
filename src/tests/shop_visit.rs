//! The demo shop against the whole server, listening on a free port.

use std::net::SocketAddr;
use std::sync::Arc;

use purser::config::Config;
use purser::model::{Money, ProjectId, ShopEnd, ShopGood, ShopRun, StoreCode};
use purser::router::router;
use purser::state::AppState;
use purser::{audit::By, error::Error, payments, projects, simulator};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use crate::shop::{SECRET_KEY, Shop};
use crate::support::{TestState, on_both};

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
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let config = Config { addr, demo_secret_key: demo_secret_key.map(str::to_owned), ..(*state.config).clone() };
    let state = AppState { config: Arc::new(config), ..state.clone() };
    let app = router(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, app).await }).abort_handle();
    Listening { state, server }
}

async fn visit(state: &AppState, project: &ProjectId, good: &ShopGood, is_cancelled: bool) -> ShopRun {
    let price = Money { price_micros: 4_400_000_000, currency: "KRW".into() };
    let order = simulator::Order { product: good.product_seq, player: "player-1".into(), price, is_cancelled };
    simulator::visit(state, project, &order).await.expect("a visit")
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

        projects::update_project(&state, &By::System("test"), &project, "Game", true).await.expect("updated");
        assert_eq!(visit(&server.state, &project, &goods[0], false).await.end, ShopEnd::Consumed);
    }

    async fn a_key_of_another_project_is_not_used(state: TestState) {
        let theirs = Shop::open(&state).await.project;
        let by = By::System("test");
        let ours = projects::create_project(&state, &by, "Other", None).await.expect("a project").id;
        let server = listen(&state, Some(SECRET_KEY)).await;
        let goods = simulator::list_goods(&server.state, &theirs).await.expect("goods");
        let price = Money { price_micros: 1_000_000, currency: "KRW".into() };
        let order = simulator::Order { product: goods[0].product_seq, player: "p".into(), price, is_cancelled: false };
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
}
