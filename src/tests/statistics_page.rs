//! The statistics through the doors: the API, the page, its files, and the settings behind them.

use axum::http::StatusCode;
use purser::audit::By;
use purser::jobs::{CountSubscriptions, RollUpStatistics};
use purser::model::{PaymentSeq, Role, StatisticsInput, Timestamp};
use purser::router::router;
use purser::statistics::{SettingsInput, delete_rate, get_settings, get_statistics, save_rate, update_settings};
use serde_json::{Value, json};

use crate::apple_life::{self, MONTH, account_token, period, renewal, tell, told};
use crate::people::{account, session, visit};
use crate::shop::{Key, Shop};
use crate::support::{TestState, on_both, run};

const BY: By = By::System("test");
const SIMULATED: &str = "/api/v1/statistics?environment=SIMULATOR";

async fn statistics(shop: &Shop, path: &str) -> Value {
    let (status, body) = shop.call(Key::Secret, "GET", path, Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

/// A purchase that is verified; gives its number.
async fn buy(shop: &Shop, user: &str, changes: Value) -> String {
    let (payment, _) = shop.reserve("AS", user, "gem_100").await;
    assert_eq!(shop.verify(&payment, &shop.buy(changes).await).await.0, StatusCode::OK);
    payment
}

on_both! {
    async fn what_was_paid_and_given_back_is_told_at_once(state: TestState) {
        let shop = Shop::open(&state).await;
        let first = buy(&shop, "player-1", json!({})).await;
        buy(&shop, "player-1", json!({})).await;
        buy(&shop, "player-2", json!({ "price": "9.99", "currency": "USD" })).await;
        let (refused, _) = shop.reserve("AS", "player-3", "gem_100").await;
        assert_ne!(shop.verify_by_server(&refused, &json!({ "signedTransaction": "no" })).await.0, StatusCode::OK);
        let found = statistics(&shop, SIMULATED).await;
        let now = &found["now"];
        assert_eq!([&now["payments"], &now["payers"], &now["newPayers"], &now["refused"]], [3, 2, 2, 1].map(|n| json!(n)).each_ref());
        assert_eq!(now["amounts"][0], json!({
            "currency": "KRW", "payments": 2, "refunds": 0, "gross": "8800.00", "refunded": "0.00", "net": "8800.00",
        }));
        assert_eq!(found["refusals"][0]["code"], "PROOF_INVALID");
        assert_eq!((&found["timeZone"], &found["points"].as_array().map(Vec::len)), (&json!("Asia/Seoul"), &Some(28)));
        assert_eq!(statistics(&shop, "/api/v1/statistics").await["now"]["payments"], 0, "nothing of it is live");

        state.clock.advance(Timestamp::DAY);
        run(&state, RollUpStatistics).await;
        let added_up = statistics(&shop, SIMULATED).await;
        for name in ["payments", "payers", "newPayers", "refused", "amounts"] {
            assert_eq!(added_up["now"][name], found["now"][name], "the same, added up before");
        }
        let seq = PaymentSeq(first);
        purser::payments::refund(&state, &BY, &shop.project, &seq, "asked").await.expect("refunded");
        let today = statistics(&shop, &format!("{SIMULATED}&preset=TODAY")).await;
        assert_eq!(today["now"]["amounts"][0]["net"], "-4400.00", "a refund counts on its own day: {today}");
        assert_eq!((&today["before"]["payments"], &today["stores"][0]["value"]), (&json!(3), &json!("AS")));
        let all = statistics(&shop, SIMULATED).await;
        assert_eq!((&all["now"]["amounts"][0]["net"], &all["now"]["refunds"]), (&json!("4400.00"), &json!(1)));
        assert_eq!(all["products"][0]["name"], "gem_100");
        assert_eq!(all["unconsumed"][1], json!({ "age": "UNDER_DAY", "count": 2 }), "{all}");
    }

    async fn bad_input_is_refused_by_its_field(state: TestState) {
        let shop = Shop::open(&state).await;
        for (query, field) in [
            ("preset=SOON", "preset"), ("from=yesterday", "from"), ("to=2026-13-01", "to"), ("environment=MARS", "environment"),
            ("compare=BETTER", "compare"), ("unit=YEAR", "unit"), ("from=2026-02-01&to=2026-01-01", "from"),
            ("from=2001-01-01&to=2026-01-01", "from"),
        ] {
            let (status, body) = shop.call(Key::Secret, "GET", &format!("/api/v1/statistics?{query}"), Value::Null).await;
            assert_eq!((status, &body["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)), "{query}: {body}");
        }
        let (status, _) = shop.call(Key::App, "GET", "/api/v1/statistics", Value::Null).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "an app's key is public");
    }

    async fn another_zone_counts_by_its_own_days_and_says_so(state: TestState) {
        let shop = Shop::open(&state).await;
        buy(&shop, "player-1", json!({})).await;
        state.clock.advance(Timestamp::HOUR);
        run(&state, RollUpStatistics).await;
        let path = format!("{SIMULATED}&preset=TODAY");
        let seoul = statistics(&shop, &path).await;
        let input = SettingsInput { time_zone: "pacific/honolulu", sum_currency: "" };
        update_settings(&state, &BY, &shop.project, &input).await.expect("changed");
        let hawaii = statistics(&shop, &path).await;
        assert_eq!((&hawaii["timeZone"], &hawaii["now"]["payments"]), (&json!("Pacific/Honolulu"), &json!(1)));
        assert_ne!(seoul["now"]["from"], hawaii["now"]["from"], "it is still yesterday there");
        let outdated = purser::statistics::delete_outdated(&state).await.expect("removed");
        run(&state, RollUpStatistics).await;
        assert_eq!((statistics(&shop, &path).await["now"].clone(), outdated > 0), (hawaii["now"].clone(), true));
        let bad = update_settings(&state, &BY, &shop.project, &SettingsInput { time_zone: "KST+9", sum_currency: "" }).await;
        assert!(bad.is_err_and(|error| error.to_string().starts_with("timeZone")));
    }

    async fn currencies_are_added_up_at_the_rates_that_were_entered(state: TestState) {
        let shop = Shop::open(&state).await;
        for (price, currency) in [("1000", "KRW"), ("10.00", "USD"), ("7", "JPY")] {
            buy(&shop, "player-1", json!({ "price": price, "currency": currency })).await;
        }
        assert_eq!(statistics(&shop, SIMULATED).await["converted"], Value::Null);
        let no_currency = save_rate(&state, &BY, &shop.project, "USD", "2026-01-01", "1385.2").await;
        assert!(no_currency.is_err(), "there is no currency to add up in");
        let input = SettingsInput { time_zone: "Asia/Seoul", sum_currency: "krw" };
        update_settings(&state, &BY, &shop.project, &input).await.expect("changed");
        for (currency, day, rate, field) in [
            ("US", "2026-01-01", "1", "currency"), ("KRW", "2026-01-01", "1", "currency"), ("USD", "soon", "1", "validFrom"),
            ("USD", "2026-01-01", "0", "rate"),
        ] {
            let error = save_rate(&state, &BY, &shop.project, currency, day, rate).await.expect_err(field).to_string();
            assert!(error.starts_with(field), "{error}");
        }
        save_rate(&state, &BY, &shop.project, "usd", "2026-01-01", "1385.2").await.expect("kept");
        save_rate(&state, &BY, &shop.project, "USD", "2030-01-01", "9").await.expect("kept");
        let converted = statistics(&shop, SIMULATED).await["converted"].clone();
        assert_eq!(converted["now"]["gross"], "14852.00", "{converted}");
        assert_eq!(converted["rates"], json!([{ "currency": "USD", "validFrom": "2026-01-01", "rate": "1385.2" }]));
        assert_eq!(converted["missing"], json!(["JPY"]));
        delete_rate(&state, &BY, &shop.project, "USD", "2026-01-01").await.expect("gone");
        assert!(delete_rate(&state, &BY, &shop.project, "USD", "2026-01-01").await.is_err(), "it is gone already");
        assert_eq!(statistics(&shop, SIMULATED).await["converted"]["missing"], json!(["JPY", "USD"]));
        assert_eq!(get_settings(&state, &shop.project).await.expect("settings").rates.len(), 1);
    }

    async fn subscriptions_are_counted_as_they_come_and_go(state: TestState) {
        let shop = apple_life::open(&state).await;
        let first = period("1", 0, json!({ "appAccountToken": account_token(&shop, "player-1").await }));
        tell(&state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), first).renewing(renewal(0, json!({})))).await;
        let found = statistics(&shop, SIMULATED).await;
        assert_eq!(found["subscriptions"]["states"], json!([{ "state": "ACTIVE", "count": 1 }]));
        assert_eq!(found["kinds"][0]["value"], "NEW_SUBSCRIPTION", "{found}");
        let monthly = found["subscriptions"]["monthlyRevenue"][0].clone();
        assert_eq!(monthly["currency"], "KRW", "{monthly}");
        state.clock.advance(MONTH);
        tell(&state, &shop, &told("DID_RENEW", None, period("2", MONTH, json!({}))).renewing(renewal(MONTH, json!({})))).await;
        let off = renewal(MONTH + Timestamp::DAY, json!({ "autoRenewStatus": 0 }));
        tell(&state, &shop, &told("DID_CHANGE_RENEWAL_STATUS", Some("AUTO_RENEW_DISABLED"), period("2", MONTH, json!({}))).renewing(off)).await;
        state.clock.advance(MONTH + Timestamp::DAY);
        run(&state, CountSubscriptions).await;
        let found = statistics(&shop, &format!("{SIMULATED}&preset=DAYS_90")).await;
        let subscriptions = &found["subscriptions"];
        assert_eq!(subscriptions["states"], json!([{ "state": "EXPIRED", "count": 1 }]));
        assert_eq!((&subscriptions["cohorts"][0]["began"], &subscriptions["cohorts"][0]["renewed"]),
            (&json!(1), &json!([{ "count": 1, "of": 1 }, { "count": 0, "of": 1 }])), "{subscriptions}");
        let ended: i64 = subscriptions["days"].as_array().expect("days").iter().map(|day| day["endedByPlayer"].as_i64().unwrap_or(0)).sum();
        assert_eq!(ended, 1, "{subscriptions}");
        let kinds: Vec<_> = found["kinds"].as_array().expect("kinds").iter().map(|row| row["value"].as_str()).collect();
        assert!(kinds.contains(&Some("RENEWAL")) && kinds.contains(&Some("NEW_SUBSCRIPTION")), "{kinds:?}");
    }

    async fn the_page_shows_charts_and_its_tables_leave_as_files(state: TestState) {
        let shop = Shop::open(&state).await;
        buy(&shop, "player-1", json!({})).await;
        let app = router(state.state.clone());
        let reader = account(&state, "a@example.com", false, Some((&shop.project, Role::Viewer))).await;
        let cookie = session(&state, &reader).await;
        let here = format!("/projects/{}/statistics", shop.project);
        let page = visit(&app, &format!("{here}?environment=SIMULATOR"), Some(&cookie)).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("role=\"img\"") && page.body.contains("4,400 KRW") && !page.body.contains("style="));
        let csv = visit(&app, &format!("{here}.csv?environment=SIMULATOR&table=stores"), Some(&cookie)).await;
        assert!(csv.body.contains("App Store,KRW,4400.00,4400.00,0.00,1,0"), "{}", csv.body);
        let book = visit(&app, &format!("{here}.xlsx?environment=SIMULATOR&table=products"), Some(&cookie)).await;
        assert_eq!(book.status, StatusCode::OK);
        for (ending, who, status) in [
            ("csv?table=none", Some(cookie.as_str()), StatusCode::NOT_FOUND),
            ("csv", None, StatusCode::UNAUTHORIZED),
            ("xlsx", None, StatusCode::UNAUTHORIZED),
        ] {
            assert_eq!(visit(&app, &format!("{here}.{ending}"), who).await.status, status, "{ending}");
        }
    }

    async fn two_processes_add_up_once(state: TestState) {
        let shop = Shop::open(&state).await;
        for user in ["player-1", "player-2", "player-3"] {
            buy(&shop, user, json!({})).await;
            state.clock.advance(Timestamp::HOUR);
        }
        let other = state.another_process().await;
        let (one, two) = tokio::join!(purser::statistics::roll_up(&state), purser::statistics::roll_up(&other));
        assert!(one.expect("rolls up") + two.expect("rolls up") >= 3);
        let input = StatisticsInput { environment: Some(purser::model::Environment::Simulator), ..StatisticsInput::default() };
        for state in [&state.state, &other] {
            let found = get_statistics(state, &shop.project, &input).await.expect("statistics");
            assert_eq!((found.now.payments(), found.now.payers), (3, 3));
        }
    }
}
