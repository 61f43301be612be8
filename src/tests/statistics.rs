//! The overview's numbers.

use axum::http::StatusCode;
use purser::model::{Environment, MoneySum, ProjectId, Timestamp, ZoneOffset};
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
        assert_ne!(shop.verify_by_server(&refused, &json!({ "signedTransaction": "no" })).await.0, StatusCode::OK);

        let overview = get_overview(&state, &shop.project, ZoneOffset::UTC).await.expect("numbers");
        let shown: Vec<_> = overview.environments.iter().map(|numbers| numbers.environment).collect();
        assert_eq!(shown, [Environment::Live, Environment::Simulator], "live always, never mixed with others");
        assert_eq!((overview.environments[0].week.made, overview.environments[0].week.revenue.len()), (0, 0));
        let numbers = &overview.environments[1];
        assert_eq!((numbers.today.made, numbers.today.verified, numbers.today.refused), (3, 1, 1));
        assert_eq!(numbers.today.revenue, [MoneySum { micros: 4_400_000_000, currency: "KRW".into() }]);
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
        let apps = purser::projects::list_apps(&state, &shop.project).await.expect("apps");
        let test_app = apps.iter().find(|app| app.store == purser::model::StoreCode::Test).expect("a TEST app").app_seq;
        let by = purser::audit::By::System("test");
        purser::projects::check_app(&state, &by, &shop.project, test_app).await.expect("checks");
        assert!(get_overview(&state, &shop.project, ZoneOffset::KST).await.expect("numbers").setup.is_complete());

        let seq = purser::model::PaymentSeq(first);
        purser::payments::refund(&state, &purser::audit::By::System("test"), &shop.project, &seq, "asked").await.expect("refunded");
        let overview = get_overview(&state, &shop.project, ZoneOffset::KST).await.expect("numbers");
        let today = &overview.environments[1].today;
        assert_eq!((today.refunded, today.verified, today.revenue.len()), (1, 1, 0));
    }

    async fn what_is_made_now_counts_at_once_and_what_was_changed_in_older_hours_within_a_minute(state: TestState) {
        let shop = Shop::open(&state).await;
        let made = async |player: &str| shop.reserve("AS", player, "gem_100").await.0;
        let numbers = async || {
            let overview = get_overview(&state, &shop.project, ZoneOffset::UTC).await.expect("numbers");
            let Some(numbers) = overview.environments.into_iter().find(|one| one.environment == Environment::Simulator) else {
                return (0, 0, 0);
            };
            (numbers.today.made + numbers.week.made, numbers.week.refunded, numbers.week.revenue.len())
        };
        let (old, _) = shop.reserve("AS", "player-1", "gem_100").await;
        assert_eq!(shop.verify(&old, &shop.buy(json!({})).await).await.0, StatusCode::OK);
        state.clock.advance(Timestamp::DAY);
        assert_eq!(numbers().await, (1, 0, 1));
        made("player-2").await;
        made("player-2").await;
        assert_eq!(numbers().await, (5, 0, 1), "each of today counts for today and for the week");
        let seq = purser::model::PaymentSeq(old);
        purser::payments::refund(&state, &purser::audit::By::System("test"), &shop.project, &seq, "asked").await.expect("refunded");
        state.clock.advance(Timestamp::MINUTE);
        assert_eq!(numbers().await, (5, 1, 0));
    }

    async fn a_users_totals_stand_apart_by_environment_and_currency(state: TestState) {
        let shop = Shop::open(&state).await;
        for (order, currency) in [("o-1", "KRW"), ("o-2", "USD"), ("o-3", "KRW")] {
            let (payment, _) = shop.reserve("TEST", "player-1", "gem_100").await;
            let token = json!({ "orderId": order, "productId": "gem_100", "price": "10", "currency": currency }).to_string();
            assert_eq!(shop.verify(&payment, &json!({ "token": token })).await.0, StatusCode::OK);
            if order == "o-3" {
                let (by, seq) = (purser::audit::By::System("test"), purser::model::PaymentSeq(payment));
                purser::payments::refund(&state, &by, &shop.project, &seq, "asked").await.expect("refunded");
            }
        }
        shop.reserve("TEST", "player-1", "gem_100").await;
        let user = |channel| purser::users::User::parse("player-1", channel).expect("a user");
        let totals = purser::statistics::sum_of_user(&state, &shop.project, &user(None)).await.expect("totals");
        let read: Vec<_> = totals.iter().map(|total| {
            let sum = |money: &Option<MoneySum>| money.as_ref().map(MoneySum::for_people).unwrap_or_default();
            (total.environment, total.paid, sum(&total.paid_sum), total.refunded, sum(&total.refunded_sum))
        }).collect();
        assert_eq!(read, [
            (Environment::Simulator, 1, "10 KRW".to_owned(), 1, "10 KRW".to_owned()),
            (Environment::Simulator, 1, "10.00 USD".to_owned(), 0, "0.00 USD".to_owned()),
        ]);
        let elsewhere = purser::statistics::sum_of_user(&state, &shop.project, &user(Some("KR"))).await.expect("totals");
        assert!(elsewhere.is_empty(), "a channel is another user");
    }

    async fn a_list_can_start_with_the_oldest(state: TestState) {
        let shop = Shop::open(&state).await;
        let mut made = Vec::new();
        for _ in 0..5 {
            made.push(shop.reserve("AS", "player-1", "gem_100").await.0);
            state.clock.advance(1_000);
        }
        let mut query = purser::model::PaymentQuery { oldest_first: true, limit: 2, ..Default::default() };
        let mut seen = Vec::new();
        loop {
            let page = purser::payments::list(&state, &shop.project, &query).await.expect("a page");
            seen.extend(page.items.into_iter().map(|payment| payment.payment_seq.0));
            query.cursor = page.next_cursor;
            if query.cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, made);
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
