//! The list of payments: its filters, its totals, and the views an operator keeps.

use axum::http::StatusCode;
use purser::model::{AppSeq, PaymentQuery, Role};
use purser::payments;
use purser::router::router;
use serde_json::json;

use crate::people::{account, call, session, visit};
use crate::shop::Shop;
use crate::support::{TestState, on_both};

on_both! {
    async fn the_filters_narrow_and_the_totals_follow_them(state: TestState) {
        let shop = Shop::open(&state).await;
        for (user, product, price) in [("ann", "gem_100", "4400"), ("bob", "gem_500", "15000"), ("cho", "gem_500", "15000")] {
            let (payment, account_token) = shop.reserve("AS", user, product).await;
            let bought = json!({ "accountToken": account_token, "productId": product, "price": price });
            assert_eq!(shop.verify(&payment, &shop.buy(bought).await).await.0, StatusCode::OK);
        }
        let find = async |query: PaymentQuery| {
            let page = payments::list(&state, &shop.project, &query).await.expect("a page");
            let totals = payments::sum(&state, &shop.project, &query).await.expect("totals");
            assert_eq!(totals.payments, page.items.len() as i64);
            let mut users: Vec<String> = page.items.into_iter().map(|payment| payment.user_key).collect();
            users.sort();
            (users.join(" "), totals.kept.iter().map(|(_, sum)| sum.micros / 1_000_000).sum::<i128>())
        };
        let found = |users: &str, sum| (users.to_owned(), sum);
        let all = PaymentQuery::default;
        assert_eq!(find(all()).await, found("ann bob cho", 34_400));
        let product = PaymentQuery { product: Some("GEM_500".into()), ..all() };
        assert_eq!(find(product.clone()).await, found("bob cho", 30_000));
        assert_eq!(find(PaymentQuery { user_key: Some("bob".into()), ..product }).await, found("bob", 15_000));
        let cheap = PaymentQuery { price_to_micros: Some(5_000_000_000), currency: Some("KRW".into()), ..all() };
        assert_eq!(find(cheap).await, found("ann", 4_400));
        assert_eq!(find(PaymentQuery { price_from_micros: Some(15_000_000_000), ..all() }).await, found("bob cho", 30_000));
        assert_eq!(find(PaymentQuery { currency: Some("USD".into()), ..all() }).await, found("", 0));
        let app = payments::list(&state, &shop.project, &all()).await.expect("a page").items[0].app_seq;
        assert_eq!(find(PaymentQuery { app: Some(app), ..all() }).await, found("ann bob cho", 34_400));
        assert_eq!(find(PaymentQuery { app: Some(AppSeq(app.0 + 1)), ..all() }).await, found("", 0));
    }

    async fn a_view_is_its_operators_own(state: TestState) {
        let shop = Shop::open(&state).await;
        let app = router(state.state.clone());
        let mut cookies = Vec::new();
        for email in ["ann@example.com", "bob@example.com"] {
            let viewer = account(&state, email, false, Some((&shop.project, Role::Viewer))).await;
            cookies.push(session(&state, &viewer).await);
        }
        let list = format!("/projects/{}/payments", shop.project);
        let shows = async |cookie: &str| visit(&app, &list, Some(cookie)).await.body.contains("?status=REFUND\"");
        let post = async |path: &str, fields: &[(&str, &str)], cookie: &str| {
            let fields = [&[("input[project]", shop.project.as_str()), ("input[name]", "Refunds")], fields].concat();
            let status = call(&app, path, &fields, Some(cookie)).await.status;
            assert!(status.is_success() || status.is_redirection(), "{path}: {status}");
        };
        post("/fn/save_view", &[("input[query]", "status=REFUND")], &cookies[0]).await;
        assert!(shows(&cookies[0]).await && !shows(&cookies[1]).await);
        post("/fn/delete_view", &[], &cookies[1]).await;
        assert!(shows(&cookies[0]).await, "another operator's view stays");
        post("/fn/delete_view", &[], &cookies[0]).await;
        assert!(!shows(&cookies[0]).await);
    }
}
