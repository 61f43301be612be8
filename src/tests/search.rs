//! Finding anything by whatever is pasted: what comes first, why, who finds what, and how soon.

use axum::http::StatusCode;
use purser::jobs::{IndexSearch, IndexVerifiedLater};
use purser::model::{Role, Timestamp};
use purser::router::router;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::people::{account, session, visit};
use crate::search_world::World;
use crate::shop::{Key, Shop};
use crate::support::{TestState, on_both, run};

/// Minutes east of UTC.
const KOREA: i64 = 540;

#[derive(Debug, Deserialize)]
struct Tickets {
    ticket: Vec<Ticket>,
}

#[derive(Debug, Deserialize)]
struct Ticket {
    text: String,
    expect: String,
}

async fn search(shop: &Shop, text: &str) -> Value {
    let (status, body) = shop.call(Key::Secret, "POST", "/api/v1/search", json!({ "q": text, "zone": KOREA })).await;
    assert_eq!(status, StatusCode::OK, "{text}: {body}");
    body
}

/// The tickets whose first hit is another than expected, and how many tickets there are.
async fn wrong(shop: &Shop, world: &World) -> (Vec<String>, usize) {
    let tickets: Tickets = toml::from_str(include_str!("tickets/tickets.toml")).expect("the tickets");
    let mut wrong = Vec::new();
    for ticket in &tickets.ticket {
        let answer = search(shop, &ticket.text).await;
        let first = world.name_of(&answer["hits"][0]);
        if first != ticket.expect {
            wrong.push(format!("{:?} should find {}, found {first}; {}", ticket.text, ticket.expect, answer["understood"]));
        }
    }
    (wrong, tickets.ticket.len())
}

on_both! {
    async fn tickets_find_what_they_are_about(state: TestState) {
        let world = World::open(&state).await;
        let shop = Shop::of(&state, &world.project);
        let check = |(wrong, all): (Vec<String>, usize)| {
            assert!(all >= 60 && wrong.is_empty(), "{} of {all} are wrong:\n{}", wrong.len(), wrong.join("\n"));
        };
        check(wrong(&shop, &world).await);
        run(&state, IndexSearch).await;
        // What has keys is found by these alone: nothing of it is among what is looked through one by one.
        check(wrong(&shop, &world).await);
    }

    async fn a_purchase_is_found_in_every_way_at_once_and_when_it_has_keys(state: TestState) {
        let shop = Shop::open(&state).await;
        let ways = ["TEST-order-77812", "test order 77812", "77812", "order-7781", "tset-order-77812", "Hero_9", "hero_8"];
        let found = async |expected: bool| {
            for text in ways {
                let answer = search(&shop, text).await;
                let has = answer["hits"].as_array().is_some_and(|hits| !hits.is_empty());
                let is_too_short = text == "77812";
                assert_eq!(has, expected && !is_too_short, "{text}: {answer}");
            }
        };
        found(false).await;
        let (seq, _) = shop.reserve("TEST", "hero_9", "gem_100").await;
        assert_eq!(search(&shop, &seq).await["hits"][0]["payment"]["paymentSeq"], seq.as_str());
        let proof = json!({ "token": "test:gem_100:test-order-77812" });
        assert_eq!(shop.verify(&seq, &proof).await.0, StatusCode::OK);
        found(true).await;
        state.clock.advance(10 * Timestamp::MINUTE);
        assert_eq!(run(&state, IndexSearch).await.items, 1);
        found(true).await;
        assert_eq!(run(&state, IndexSearch).await.items, 0);
    }

    async fn one_verified_long_after_its_reservation_is_found_too(state: TestState) {
        let shop = Shop::open(&state).await;
        let (seq, _) = shop.reserve("TEST", "hero_9", "gem_100").await;
        state.clock.advance(10 * Timestamp::MINUTE);
        run(&state, IndexSearch).await;
        state.clock.advance(Timestamp::DAY);
        let proof = json!({ "token": "test:gem_100:late-order-5150" });
        assert_eq!(shop.verify_by_server(&seq, &proof).await.0, StatusCode::OK);
        let is_found = async |text: &str| search(&shop, text).await["hits"][0]["payment"]["paymentSeq"] == seq.as_str();
        assert!(is_found("late order 5150").await, "before it has keys");
        state.clock.advance(10 * Timestamp::MINUTE);
        assert_eq!(run(&state, IndexVerifiedLater).await.items, 1);
        assert_eq!(run(&state, IndexVerifiedLater).await.items, 0);
        state.clock.advance(5 * Timestamp::DAY);
        let (_, _) = shop.reserve("TEST", "hero_1", "gem_100").await;
        state.clock.advance(10 * Timestamp::MINUTE);
        run(&state, IndexSearch).await;
        assert!(is_found("LATE-ORDER-515").await, "by its keys");
    }

    async fn keys_are_given_once_by_several_workers(state: TestState) {
        let world = World::open(&state).await;
        let other = state.another_process().await;
        let (one, two) = tokio::join!(purser::jobs::run_due(&state, &IndexSearch), purser::jobs::run_due(&other, &IndexSearch));
        // One of them may lose a race, and goes on the next time.
        drop((one, two));
        run(&state, IndexSearch).await;
        let seq = world.seq("gold");
        let mut tx = state.db.read().await.expect("a connection");
        let normal = purser::model::Normal::of("2000000000001302").reversed();
        let part = purser::db::search::Part::PaymentTail;
        let found = purser::db::search::list_by_key(&mut tx, &world.project, part, &normal, 10).await.expect("reads");
        assert_eq!(found.iter().map(|found| found.found.as_str()).collect::<Vec<_>>(), [seq.as_str()]);
    }

    async fn better_matches_come_first_and_say_why(state: TestState) {
        let world = World::open(&state).await;
        let shop = Shop::of(&state, &world.project);
        for (text, kind, field) in [
            ("kim_0021", "EXACT", "USER_KEY"),
            ("KIM 0021", "NORMALISED", "USER_KEY"),
            ("kim_0022", "TYPO", "USER_KEY"),
            ("kim_002", "FRAGMENT", "USER_KEY"),
            ("MK5TTTVWJH", "EXACT", "OTHER_ID"),
            ("gpa.3312-4456-7788-99001", "NORMALISED", "STORE_ORDER_ID"),
            ("2000000000005001", "EXACT", "STORE_ORDER_ID"),
            ("어제 9,900원", "DESCRIBED", "DESCRIPTION"),
        ] {
            let hit = search(&shop, text).await["hits"][0].clone();
            assert_eq!((hit["match"].as_str(), hit["field"].as_str()), (Some(kind), Some(field)), "{text}: {hit}");
        }
        let answer = search(&shop, "2000000000005001").await;
        let names: Vec<_> = answer["hits"].as_array().expect("hits").iter().map(|hit| world.name_of(hit)).collect();
        assert_eq!(names, ["payment:vip1", "subscription:10000042", "payment:vip3", "payment:vip2"]);
        let answer = search(&shop, "2000000000001302\n2000000000001188, kim_0021").await;
        let names: Vec<_> = answer["hits"].as_array().expect("hits").iter().map(|hit| world.name_of(hit)).collect();
        assert_eq!(names, ["payment:gold", "payment:gold_old", "user:kim_0021"]);
    }

    async fn bad_input_is_named_and_apps_may_not(state: TestState) {
        let shop = Shop::open(&state).await;
        let long = "x".repeat(64 * 1024 + 1);
        for (body, param) in [(json!({ "q": long }), "q"), (json!({}), "q"), (json!({ "q": "x", "zone": 900 }), "zone")] {
            let (status, problem) = shop.call(Key::Secret, "POST", "/api/v1/search", body).await;
            assert_eq!((status, problem["param"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some(param)), "{problem}");
        }
        let lines = "/api/v1/search?q=one%0Atwo%20three";
        assert_eq!(shop.call(Key::Secret, "GET", lines, Value::Null).await.0, StatusCode::OK);
        assert_eq!(shop.call(Key::App, "GET", lines, Value::Null).await.0, StatusCode::FORBIDDEN);
        let (_, empty) = shop.call(Key::Secret, "GET", "/api/v1/search?q=", Value::Null).await;
        assert_eq!(empty["hits"], json!([]));
    }

    async fn people_find_only_what_is_in_their_projects(state: TestState) {
        let world = World::open(&state).await;
        let app = router(state.state.clone());
        let member = account(&state, "member@example.com", false, Some((&world.project, Role::Viewer))).await;
        let stranger = account(&state, "stranger@example.com", false, None).await;
        let (member, stranger) = (session(&state, &member).await, session(&state, &stranger).await);
        let gold = format!("/payments/{}", world.seq("gold"));
        let of_project = format!("/projects/{}/search?q=2000000000001302", world.project);
        assert!(visit(&app, &of_project, Some(&member)).await.body.contains(&gold));
        assert!(visit(&app, "/search?q=2000000000001302", Some(&member)).await.body.contains(&gold));
        assert_eq!(visit(&app, &of_project, Some(&stranger)).await.status, StatusCode::NOT_FOUND);
        let page = visit(&app, "/search?q=2000000000001302", Some(&stranger)).await;
        assert!(page.status == StatusCode::OK && !page.body.contains(&gold));
        assert!(page.body.contains("Nothing here matches") && page.body.contains("What was understood"));
    }
}
