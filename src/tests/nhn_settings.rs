//! What a project takes over from NHN, and the count of the calls.

use purser::audit::{self, By};
use purser::error::Error;
use purser::model::{AuditQuery, ZoneOffset};
use purser::nhn::{self, NhnInput};
use purser::projects;
use serde_json::json;

use crate::nhn_shop::{APP_ID, GAMEBASE_SECRET, NhnShop};
use crate::support::{TestState, on_both};

const BY: By = By::System("test");
const DAY: i64 = 86_400_000;

fn app_id(id: &str) -> NhnInput {
    NhnInput { gamebase_app_id: Some(id.into()), ..NhnInput::default() }
}

on_both! {
    async fn changes_are_audited_and_repeats_change_nothing(state: TestState) {
        let project = projects::create_project(&state, &BY, "Game", None).await.expect("a project").id;
        let fresh = nhn::get_nhn_settings(&state, &project).await.expect("found");
        assert!(!fresh.door.is_open && !fresh.legacy && fresh.gamebase_app_id.is_none() && !fresh.has_gamebase_secret);
        assert_eq!(fresh.gamebase_id(&project), project.as_str());
        let input = NhnInput {
            legacy: Some(true),
            gamebase_app_id: Some(APP_ID.into()),
            gamebase_secret: Some(GAMEBASE_SECRET.into()),
            ..NhnInput::default()
        };
        assert!(nhn::update_nhn_settings(&state, &BY, &project, &input).await.expect("changed"));
        assert!(!nhn::update_nhn_settings(&state, &BY, &project, &input).await.expect("the same"), "safe to repeat");
        let other = NhnInput { gamebase_secret: Some("lzonrTYx".into()), ..NhnInput::default() };
        assert!(nhn::update_nhn_settings(&state, &BY, &project, &other).await.expect("replaced"));
        let now = nhn::get_nhn_settings(&state, &project).await.expect("found");
        assert!(now.legacy && now.has_gamebase_secret);
        assert_eq!(now.gamebase_id(&project), APP_ID);
        let rows = audit::list(&state, &AuditQuery { action: Some("project.nhn".into()), ..AuditQuery::default() }).await.expect("rows");
        assert_eq!(rows.items.len(), 2);
        let text = format!("{:?}", rows.items);
        assert!(!text.contains(GAMEBASE_SECRET) && !text.contains("lzonrTYx"), "a secret is in no row");
        assert!(text.contains("gamebaseSecretReplaced"));
        assert!(nhn::update_nhn_settings(&state, &BY, &project, &app_id("")).await.expect("given back"));
        assert_eq!(nhn::get_nhn_settings(&state, &project).await.expect("found").gamebase_app_id, None);
    }

    async fn an_app_id_leads_to_one_project(state: TestState) {
        let one = projects::create_project(&state, &BY, "One", Some("one-app-key")).await.expect("a project").id;
        let two = projects::create_project(&state, &BY, "Two", None).await.expect("a project").id;
        nhn::update_nhn_settings(&state, &BY, &one, &app_id(APP_ID)).await.expect("taken");
        for taken in [APP_ID, one.as_str(), "one-app-key"] {
            let refused = nhn::update_nhn_settings(&state, &BY, &two, &app_id(taken)).await.expect_err(taken);
            assert!(matches!(refused, Error::Invalid { ref field, .. } if field == "gamebaseAppId"), "{refused}");
        }
        for bad in ["abc", "a b c d", "한글한글", &"x".repeat(65)] {
            assert!(nhn::update_nhn_settings(&state, &BY, &two, &app_id(bad)).await.is_err(), "{bad}");
        }
        for bad in ["short", "has space", &"x".repeat(129)] {
            let input = NhnInput { gamebase_secret: Some(bad.into()), ..NhnInput::default() };
            assert!(nhn::update_nhn_settings(&state, &BY, &two, &input).await.is_err(), "{bad}");
        }
        nhn::update_nhn_settings(&state, &BY, &one, &app_id("one-app-key")).await.expect("its own AppKey is fine");
    }

    async fn calls_are_counted_by_endpoint_and_outcome_for_every_process(state: TestState) {
        let shop = NhnShop::open(&state).await;
        let project = shop.shop.project.clone();
        let (payment, token) = shop.pay("p", "o-1", "1", "KRW").await;
        for code in [0, 5018, 5018] {
            assert_eq!(shop.service("consume", json!({ "paymentSeq": payment, "accessToken": token })).await.code(), code);
        }
        shop.send("POST", "/v1/service/consume", &[("content-type", "application/json")], "{}").await;
        nhn::flush_calls(&state).await.expect("added");
        nhn::flush_calls(&state).await.expect("nothing more to add");
        let other = state.another_process().await;
        state.clock.advance(DAY);
        other.nhn_calls.count(other.clock.now(), Some(&project), "/v1/service/consume", 0);
        nhn::flush_calls(&other).await.expect("added");
        let seen: Vec<_> = nhn::list_calls(&state, &project, ZoneOffset::KST).await.expect("counts").counts.into_iter()
            .map(|count| (count.endpoint, count.outcome, count.today, count.week)).collect();
        let endpoint = || "/v1/service/consume".to_owned();
        assert_eq!(seen, [(endpoint(), 0, 1, 2), (endpoint(), 5018, 0, 2)]);
        assert_eq!(nhn::list_calls(&state, &project, ZoneOffset::KST).await.expect("counts").unknown, 1);
        state.clock.advance(7 * DAY);
        assert!(nhn::list_calls(&state, &project, ZoneOffset::KST).await.expect("counts").counts.is_empty());
        state.clock.advance(31 * DAY);
        nhn::delete_old_calls(&state).await.expect("forgotten");
    }

    async fn counts_from_many_processes_at_once_add_up(state: TestState) {
        let others = [state.another_process().await, state.another_process().await, state.another_process().await];
        let project = purser::model::ProjectId("p".into());
        let tasks: Vec<_> = others.into_iter().map(|process| {
            let project = project.clone();
            tokio::spawn(async move {
                for round in 0..20 {
                    for endpoint in ["/c", "/a", "/b"] {
                        process.nhn_calls.count(process.clock.now(), Some(&project), endpoint, round % 2);
                    }
                    nhn::flush_calls(&process).await.expect("added");
                }
            })
        }).collect();
        for task in tasks {
            task.await.expect("runs");
        }
        let counts = nhn::list_calls(&state, &project, ZoneOffset::UTC).await.expect("counts").counts;
        assert_eq!(counts.iter().map(|count| count.week).collect::<Vec<_>>(), [30; 6]);
    }
}
