//! The overview's numbers.

use axum::http::StatusCode;
use purser::model::{Environment, Money, ProjectId, Timestamp, ZoneOffset};
use purser::statistics::get_overview;
use serde_json::json;

use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both};

on_both! {
    async fn counts_by_environment_day_and_state(state: TestState) {
        let shop = Shop::open(&state).await;
        let (paid, _) = shop.reserve("AS", "player-1", "gem_100").await;
        let (refused, _) = shop.reserve("AS", "player-2", "gem_100").await;
        shop.reserve("AS", "player-3", "gem_100").await;
        assert_eq!(shop.verify(&paid, &shop.buy(json!({})).await).await.0, StatusCode::OK);
        assert_ne!(shop.verify(&refused, &json!({ "signedTransaction": "no" })).await.0, StatusCode::OK);

        let overview = get_overview(&state, &shop.project, ZoneOffset::UTC).await.expect("numbers");
        let shown: Vec<_> = overview.environments.iter().map(|numbers| numbers.environment).collect();
        assert_eq!(shown, [Environment::Live, Environment::Simulator], "live always, never mixed with others");
        assert_eq!((overview.environments[0].week.made, overview.environments[0].week.revenue.len()), (0, 0));
        let numbers = &overview.environments[1];
        assert_eq!((numbers.today.made, numbers.today.verified, numbers.today.refused), (3, 1, 1));
        assert_eq!(numbers.today.revenue, [Money { price_micros: 4_400_000_000, currency: "KRW".into() }]);
        assert_eq!(numbers.waiting, 0, "an hour has not passed");
        assert_eq!(overview.latest.len(), 3);

        state.clock.advance(Timestamp::DAY);
        let overview = get_overview(&state, &shop.project, ZoneOffset::UTC).await.expect("numbers");
        let numbers = &overview.environments[1];
        assert_eq!((numbers.today.made, numbers.week.made, numbers.waiting), (0, 3, 1));

        state.clock.advance(7 * Timestamp::DAY);
        let overview = get_overview(&state, &shop.project, ZoneOffset::UTC).await.expect("numbers");
        assert_eq!((overview.environments[1].week.made, overview.environments[1].waiting), (0, 1));
    }

    async fn a_refund_leaves_the_revenue_and_the_set_up_shows_its_steps(state: TestState) {
        let shop = Shop::open(&state).await;
        let setup = get_overview(&state, &shop.project, ZoneOffset::KST).await.expect("numbers").setup;
        assert!(setup.has_app && setup.has_product && setup.has_secret_key && !setup.has_verified && !setup.is_complete());
        let (first, _) = shop.reserve("AS", "player-1", "gem_100").await;
        let (_, verified) = shop.verify(&first, &shop.buy(json!({})).await).await;
        assert_eq!(shop.consume(&first, &text(&verified, "accessToken")).await.0, StatusCode::OK);
        assert!(get_overview(&state, &shop.project, ZoneOffset::KST).await.expect("numbers").setup.is_complete());

        let seq = purser::model::PaymentSeq(first);
        purser::payments::refund(&state, &purser::audit::By::System("test"), &shop.project, &seq, "asked").await.expect("refunded");
        let overview = get_overview(&state, &shop.project, ZoneOffset::KST).await.expect("numbers");
        let today = &overview.environments[1].today;
        assert_eq!((today.refunded, today.verified, today.revenue.len()), (1, 1, 0));
    }

    async fn another_projects_payments_do_not_count(state: TestState) {
        let shop = Shop::open(&state).await;
        shop.reserve("AS", "player-1", "gem_100").await;
        let other = get_overview(&state, &ProjectId("other".into()), ZoneOffset::UTC).await.expect("numbers");
        assert!(other.latest.is_empty() && other.environments.len() == 1 && !other.setup.has_app);
        let (status, _) = shop.call(Key::None, "GET", "/api/v1/payments", json!(null)).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    }
}
