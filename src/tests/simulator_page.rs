//! The simulator's page: a project's people play its own customers, and reach nobody else's.

use axum::Router;
use axum::http::StatusCode;
use purser::audit::By;
use purser::model::{Environment, LifecycleAction, LifecycleStatus, ProjectId, Role, StoreCode, Timestamp};
use purser::projects::{self, AppInput};
use purser::router::router;
use purser::{db, simulator};
use serde_json::json;

use crate::apple_life::{payment_of, subscription};
use crate::people::{Answer, account, call, session, visit};
use crate::shop::BUNDLE;
use crate::simulated_store::Store;
use crate::support::{TestState, on_both};

const BY: By = By::System("test");
const OTHER_BUNDLE: &str = "com.example.other";

/// A form's fields.
type Fields = &'static [(&'static str, &'static str)];

/// A store, and somebody of its project's support at the page.
struct SimulatorPageTest {
    store: Store,
    app: Router,
    cookie: String,
}

impl SimulatorPageTest {
    async fn open(state: &TestState) -> Self {
        let store = Store::open(state).await;
        let support = account(state, "support@example.com", false, Some((&store.shop.project, Role::Support))).await;
        let cookie = session(state, &support).await;
        Self { app: router(state.state.clone()), store, cookie }
    }

    /// Sends a form of the page.
    async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let project = self.store.shop.project.as_str();
        let mut sent = vec![("input[project]".to_owned(), project)];
        sent.extend(fields.iter().map(|(name, value)| (format!("input[{name}]"), *value)));
        call(&self.app, &format!("/fn/{path}"), &sent, Some(&self.cookie)).await
    }

    async fn must(&self, path: &str, fields: &[(&str, &str)]) {
        let answer = self.send(path, fields).await;
        assert_eq!(answer.status, StatusCode::OK, "{path} {fields:?}: {}", answer.body);
    }

    async fn change(&self, chain: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let named: Vec<_> = [("chain", chain), ("action", action)].into_iter().chain(fields.iter().copied()).collect();
        self.send("change_subscriber", &named).await
    }

    async fn page(&self) -> String {
        let answer = visit(&self.app, "/simulator", Some(&self.cookie)).await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.body
    }
}

/// A second project that simulates a bundle id.
async fn neighbour(state: &TestState, bundle: &str) -> ProjectId {
    let project = projects::create_project(state, &BY, "Neighbour", None).await.expect("a project").id;
    let input = AppInput { environment: Some(Environment::Simulator), ..AppInput::default() };
    projects::create_app(state, &BY, &project, StoreCode::AppStore, bundle, &input).await.expect("an app");
    project
}

on_both! {
    async fn a_subscriber_is_led_through_a_life(state: TestState) {
        let project_view = SimulatorPageTest::open(&state).await;
        let chain = project_view.store.subscribe("player-1", json!({ "graceDays": 0 })).await;
        project_view.must("send_simulated_notifications", &[("notification", "")]).await;
        project_view.store.deliver().await;
        assert_eq!(subscription(&project_view.store.shop).await["state"], "ACTIVE");
        assert!(project_view.page().await.contains("player-1"));

        for (action, fields, state_after) in [
            ("cancel", vec![], "CANCELED"),
            ("resume", vec![], "ACTIVE"),
            ("raise-price", vec![("price", "12900"), ("currency", "KRW"), ("needsConsent", "true")], "ACTIVE"),
            ("accept-price", vec![], "ACTIVE"),
            ("extend", vec![("days", "3")], "ACTIVE"),
            ("change-plan", vec![("productId", "gold"), ("price", "19900"), ("currency", "KRW"), ("atOnce", "true")], "ACTIVE"),
            ("fail-billing", vec![], "ACTIVE"),
        ] {
            // No two periods begin at one moment.
            project_view.must("move_simulated_clock", &[("step", "PT1H"), ("zone", "0")]).await;
            let answer = project_view.change(&chain, action, &fields).await;
            assert_eq!(answer.status, StatusCode::OK, "{action}: {}", answer.body);
            project_view.store.deliver().await;
            assert_eq!(subscription(&project_view.store.shop).await["state"], state_after, "{action}");
        }
        assert_eq!(subscription(&project_view.store.shop).await["productId"], "gold");
        project_view.must("move_simulated_clock", &[("step", "P1M"), ("zone", "0")]).await;
        project_view.must("move_simulated_clock", &[("step", "P1D"), ("zone", "0")]).await;
        project_view.store.deliver().await;
        assert_eq!(subscription(&project_view.store.shop).await["state"], "ON_HOLD");
        assert_eq!(project_view.change(&chain, "fix-billing", &[]).await.status, StatusCode::OK);
        project_view.store.deliver().await;
        assert_eq!(subscription(&project_view.store.shop).await["state"], "ACTIVE");
    }

    async fn what_is_offered_is_what_is_taken(state: TestState) {
        let project_view = SimulatorPageTest::open(&state).await;
        let chain = project_view.store.subscribe("player-1", json!({})).await;
        let fields = [
            ("productId", "gold"), ("price", "9900"), ("currency", "KRW"), ("days", "1"), ("offerType", "2"), ("offerId", "x"),
            ("discount", "FREE_TRIAL"), ("period", "P1W"), ("periods", "1"),
        ];
        for step in ["", "cancel", "resume", "fail-billing", "raise-price", "withdraw"] {
            if !step.is_empty() {
                assert_eq!(project_view.change(&chain, step, &fields).await.status, StatusCode::OK, "{step}");
            }
            let now = simulator::now(&state).await.expect("a moment");
            for action in LifecycleAction::ALL {
                let found = simulator::get_subscription(&state, &chain).await.expect("a chain");
                // What is offered is taken in the walk; the others must be refused and leave it as it was.
                if !found.can(*action, now) && !matches!(action, LifecycleAction::FailBilling | LifecycleAction::FixBilling | LifecycleAction::Withdraw) {
                    let answer = project_view.change(&chain, action.as_str(), &fields).await;
                    assert_eq!((answer.status, answer.code()), (StatusCode::CONFLICT, "WRONG_STATE".into()), "{action} after {step:?}");
                    assert_eq!(simulator::get_subscription(&state, &chain).await.expect("a chain"), found);
                }
            }
        }
        project_view.store.days(40).await;
        let over = simulator::get_subscription(&state, &chain).await.expect("a chain");
        assert_eq!(over.lifecycle.status_at(simulator::now(&state).await.expect("a moment")), LifecycleStatus::Expired);
        assert!(over.actions_at(simulator::now(&state).await.expect("a moment")).is_empty());
    }

    async fn forms_say_which_field_is_wrong(state: TestState) {
        let project_view = SimulatorPageTest::open(&state).await;
        let chain = project_view.store.subscribe("player-1", json!({})).await;
        let cases: [(&str, Fields, &str); 7] = [
            ("change-plan", &[("productId", "gem_100"), ("price", "1"), ("currency", "KRW")], "productId"),
            ("change-plan", &[("productId", "gold"), ("price", ""), ("currency", "KRW")], "price"),
            ("raise-price", &[("price", "much"), ("currency", "KRW")], "price"),
            ("raise-price", &[("price", "1"), ("currency", "won")], "currency"),
            ("extend", &[("days", "91")], "days"),
            ("redeem", &[("offerType", "9"), ("periods", "1")], "offerType"),
            ("redeem", &[("offerType", "2"), ("period", "month")], "period"),
        ];
        for (action, fields, field) in cases {
            let answer = project_view.change(&chain, action, fields).await;
            assert_eq!((answer.status, answer.param()), (StatusCode::UNPROCESSABLE_ENTITY, field.into()), "{action} {fields:?}");
        }
        for (path, fields, field) in [
            ("move_simulated_clock", vec![("to", "2026-11-22T00:00"), ("zone", "0")], "to"),
            ("move_simulated_clock", vec![("to", "soon"), ("zone", "0")], "to"),
            ("set_simulated_faults", vec![("lostPercent", "101")], "lostPercent"),
            ("set_simulated_faults", vec![("status", "200")], "status"),
            ("set_simulated_faults", vec![("calls", "some")], "calls"),
        ] {
            let answer = project_view.send(path, &fields).await;
            assert_eq!((answer.status, answer.param()), (StatusCode::UNPROCESSABLE_ENTITY, field.into()), "{path} {fields:?}");
        }
    }

    async fn purchases_are_refunded_and_given_back(state: TestState) {
        let project_view = SimulatorPageTest::open(&state).await;
        let token = crate::apple_life::account_token(&project_view.store.shop, "player-1").await;
        let input = json!({ "store": "AS", "storeAppId": BUNDLE, "productId": "gem_100", "accountToken": token });
        let order = crate::shop::text(&project_view.store.control("purchases", input).await, "orderId");
        project_view.store.deliver().await;
        let sale = |action: &'static str, percentage: &'static str| {
            [("storeAppId", BUNDLE), ("world", "Sandbox"), ("order", order.as_str()), ("action", action), ("percentage", percentage), ("reason", "OTHER")]
        };
        let refused = project_view.send("settle_sale", &sale("reverse-refund", "")).await;
        assert_eq!(refused.code(), "WRONG_STATE");
        project_view.must("settle_sale", &sale("request-refund", "")).await;
        project_view.must("settle_sale", &sale("decline-refund", "")).await;
        assert_eq!(project_view.send("settle_sale", &sale("refund", "half")).await.param(), "percentage");
        for (action, percentage, status) in [("refund", "33.3", "REFUND"), ("reverse-refund", "", "SUCCESS"), ("refund", "", "REFUND")] {
            project_view.must("settle_sale", &sale(action, percentage)).await;
            project_view.store.deliver().await;
            assert_eq!(payment_of(&project_view.store.shop, &order).await["status"], status, "{action} {percentage}");
        }
        let elsewhere = [("storeAppId", BUNDLE), ("world", "Production"), ("order", order.as_str()), ("action", "reverse-refund")];
        assert_eq!(project_view.send("settle_sale", &elsewhere).await.status, StatusCode::NOT_FOUND);
    }

    async fn nobody_elses_customers_are_seen_or_touched(state: TestState) {
        let project_view = SimulatorPageTest::open(&state).await;
        neighbour(&state, OTHER_BUNDLE).await;
        let input = json!({ "storeAppId": OTHER_BUNDLE, "productId": "vip", "player": "stranger", "price": "1", "currency": "KRW" });
        let theirs = project_view.store.control("subscriptions", input).await;
        let chain = crate::shop::text(&theirs, "chainId");
        let page = project_view.page().await;
        assert!(!page.contains("stranger") && !page.contains(&chain));
        assert_eq!(project_view.change(&chain, "cancel", &[]).await.status, StatusCode::NOT_FOUND);
        for app in [OTHER_BUNDLE, BUNDLE] {
            let sale = [("storeAppId", app), ("world", "Sandbox"), ("order", chain.as_str()), ("action", "refund")];
            assert_eq!(project_view.send("settle_sale", &sale).await.status, StatusCode::NOT_FOUND, "{app}");
        }
        let notifications = db::simulator::list_notifications(&mut state.db.read().await.expect("reads"), None, 10).await.expect("notices");
        let told = notifications.iter().find(|notification| notification.store_app_id == OTHER_BUNDLE).expect("told of it");
        assert_eq!(project_view.send("send_simulated_notifications", &[("notification", &told.notification_id)]).await.status, StatusCode::NOT_FOUND);
        let after = simulator::get_subscription(&state, &chain).await.expect("a chain");
        assert!(after.lifecycle.auto_renew && after.lifecycle.revoked_at.is_none());
    }

    async fn the_clock_and_the_faults_are_everybodys(state: TestState) {
        let project_view = SimulatorPageTest::open(&state).await;
        let support = project_view.page().await;
        assert!(support.contains("+1 month"), "alone, one may");
        neighbour(&state, OTHER_BUNDLE).await;
        let before = simulator::now(&state).await.expect("a moment");
        for (path, fields) in [("move_simulated_clock", vec![("step", "P1D"), ("zone", "0")]), ("set_simulated_faults", vec![("lostPercent", "100")])] {
            let answer = project_view.send(path, &fields).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "DENIED".into()), "{path}");
        }
        assert!(!project_view.page().await.contains("+1 month"));
        assert_eq!(simulator::now(&state).await.expect("a moment"), before);

        let administrator = account(&state, "administrator@example.com", true, None).await;
        let app = SimulatorPageTest { cookie: session(&state, &administrator).await, ..project_view };
        app.must("move_simulated_clock", &[("to", "2026-12-24T09:00"), ("zone", "540")]).await;
        assert_eq!(simulator::now(&state).await.expect("a moment").to_rfc3339(), "2026-12-24T00:00:00.000Z");
        app.must("set_simulated_faults", &[("status", "429"), ("retryAfterSeconds", "30"), ("lostPercent", "7"), ("reordered", "true"), ("damage", "WRONG_ROOT")]).await;
        let faults = simulator::faults(&state).await.expect("faults");
        assert_eq!((faults.api.status, faults.api.retry_after_millis), (Some(429), Some(30 * Timestamp::SECOND)));
        assert_eq!((faults.notifications.lost_percent, faults.notifications.reordered), (7, true));
        app.must("set_simulated_faults", &[("choice", "clear"), ("lostPercent", "7")]).await;
        assert_eq!(simulator::faults(&state).await.expect("faults"), Default::default());
    }

    async fn a_bundle_id_is_the_first_ones(state: TestState) {
        let project_view = SimulatorPageTest::open(&state).await;
        let second = neighbour(&state, BUNDLE).await;
        let chain = project_view.store.subscribe("player-1", json!({})).await;
        let late = account(&state, "late@example.com", false, Some((&second, Role::Support))).await;
        let late_cookie = session(&state, &late).await;
        let page = visit(&project_view.app, "/simulator", Some(&late_cookie)).await.body;
        assert!(page.contains(BUNDLE) && !page.contains(&chain), "told that it is another's");
        let fields = [("input[project]", second.as_str()), ("input[chain]", &chain), ("input[action]", "cancel")];
        assert_eq!(call(&project_view.app, "/fn/change_subscriber", &fields, Some(&late_cookie)).await.status, StatusCode::NOT_FOUND);
        assert!(project_view.page().await.contains(&chain));
        assert_eq!(project_view.change(&chain, "cancel", &[]).await.status, StatusCode::OK);
    }
}
