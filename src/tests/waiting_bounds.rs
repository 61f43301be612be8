//! Proofs that wait: one row each, the right owner in the end, and room for everybody while somebody floods.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::IntoResponse;
use futures::FutureExt;
use futures::future::select_all;
use purser::audit::By;
use purser::catalog::CatalogVersion;
use purser::db::queue::Lease;
use purser::db::waiting_proofs::{Bounds, Groups, NewWaiting, claim, count, keep, list_due, may_keep};
use purser::error::{Error, Result};
use purser::jobs::VerifyLater;
use purser::model::{AppSeq, ProjectId, RefusalCode, StoreCode, Timestamp};
use purser::payments::{ProofOrigin, Unreserved, count_waiting, verify_unreserved};
use purser::router::router;
use purser::users::User;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::apple_life::{account_token, gem};
use crate::apple_store::FakeStore;
use crate::people::send;
use crate::shop::{APP_KEY, Key, Shop, text};
use crate::support::{START, TestState, on_both, run};

async fn verify(shop: &Shop, key: Key, user: &str, id: &str) -> (StatusCode, Value) {
    let body = json!({ "store": "AS", "userKey": user, "proof": { "transactionId": id } });
    shop.call(key, "POST", "/api/v1/payments/verify", body).await
}

async fn verify_reserved(shop: &Shop, key: Key, payment: &str, id: &str) -> StatusCode {
    let body = json!({ "proof": { "transactionId": id, "padding": payment } });
    shop.call(key, "POST", &format!("/api/v1/payments/{payment}/verify"), body).await.0
}

/// An app's verify from an address, or a game server's.
async fn verify_from(state: &TestState, shop: &Shop, by: &By, address: Option<&str>, user: &str, id: u64) -> RefusalCode {
    let input = Unreserved {
        store: StoreCode::AppStore,
        app_id: None,
        user: User::parse(user, None).expect("a user"),
        proof: json!({ "transactionId": id.to_string() }),
    };
    let at = CatalogVersion {
        project: &shop.project,
        revision: purser::projects::get_revision(state, &shop.project).await.expect("one"),
    };
    match verify_unreserved(state, ProofOrigin { by, address, account_token_required: false }, at, &input).await {
        Err(Error::Refused { code, .. }) => code,
        other => panic!("{other:?}"),
    }
}

/// The same over HTTP, where the server sees the address; what the answer says.
async fn post_from(state: &TestState, from: &str, user: &str, id: u64) -> String {
    let body = json!({ "store": "AS", "userKey": user, "proof": { "transactionId": id.to_string() } });
    let request = Request::post("/api/v1/payments/verify").header("x-appkey", APP_KEY).header("content-type", "application/json");
    let answer = send(&router(state.state.clone()), from, request.body(Body::from(body.to_string())).expect("a request")).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    answer.body
}

async fn orders_of(shop: &Shop, user: &str) -> Vec<String> {
    let path = format!("/api/v1/payments?status=SUCCESS&userKey={user}");
    let (_, page) = shop.call(Key::Secret, "GET", &path, Value::Null).await;
    page["items"].as_array().expect("a list").iter().map(|payment| text(payment, "storeOrderId")).collect()
}

/// The next try of everything that waits.
async fn try_again(state: &TestState) -> u64 {
    state.clock.advance(Timestamp::HOUR);
    run(state, VerifyLater).await.items
}

fn server() -> By {
    By::Server { key: "server".into() }
}

on_both! {
    async fn a_proof_waits_once_and_goes_to_who_reserved_first(state: TestState) {
        let shop = Shop::open(&state).await;
        let (first, _) = shop.reserve("AS", "player-1", "gem_100").await;
        let (second, _) = shop.reserve("AS", "player-2", "gem_100").await;
        verify(&shop, Key::Secret, "player-3", "7").await;
        for payment in [&first, &second, &first] {
            assert_eq!(verify_reserved(&shop, Key::Secret, payment, "7").await, StatusCode::SERVICE_UNAVAILABLE);
        }
        for user in ["player-4", "player-5"] {
            assert_eq!(verify(&shop, Key::App, user, "7").await.0, StatusCode::SERVICE_UNAVAILABLE);
        }
        assert_eq!(count_waiting(&state, &shop.project).await.expect("counts"), 1);
        FakeStore::open(&state).await.knows(&state, &gem("7", json!({})));
        assert_eq!(try_again(&state).await, 1);
        assert_eq!(shop.payment(&first).await["status"], "SUCCESS");
        assert_eq!(shop.payment(&second).await["status"], "RESERVED");
        assert_eq!((orders_of(&shop, "player-1").await.len(), count_waiting(&state, &shop.project).await.expect("counts")), (1, 0));
    }

    async fn whoever_presents_it_the_owner_gets_it(state: TestState) {
        let shop = Shop::open(&state).await;
        let store_of = async || FakeStore::open(&state).await;
        let (theirs, token) = shop.reserve("AS", "victim", "gem_100").await;
        let (others, _) = shop.reserve("AS", "other", "gem_100").await;
        // A stranger who knows the id is first, then another player's game server, then the buyer.
        verify(&shop, Key::App, "stranger", "7").await;
        assert_eq!(verify_reserved(&shop, Key::Secret, &others, "7").await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(verify_reserved(&shop, Key::App, &theirs, "7").await, StatusCode::SERVICE_UNAVAILABLE);
        // Of another purchase the stranger alone is there before.
        let (second, _) = shop.reserve("AS", "victim", "gem_500").await;
        verify(&shop, Key::App, "stranger", "8").await;
        verify(&shop, Key::App, "victim", "8").await;
        // One nobody knows the buyer of is nobody's, if only apps have named it.
        verify(&shop, Key::App, "stranger", "9").await;
        assert_eq!(count_waiting(&state, &shop.project).await.expect("counts"), 3);
        let store = store_of().await;
        store.knows(&state, &gem("7", json!({ "appAccountToken": token })));
        store.knows(&state, &gem("8", json!({ "appAccountToken": token, "productId": "gem_500" })));
        store.knows(&state, &gem("9", json!({})));
        assert_eq!(try_again(&state).await, 3);
        let settled = shop.payment(&theirs).await;
        assert_eq!((&settled["status"], &settled["storeOrderId"], &settled["payload"]), (&json!("SUCCESS"), &json!("7"), &json!("note")));
        assert_eq!(shop.payment(&second).await["storeOrderId"], "8");
        assert_eq!(shop.payment(&others).await["refusal"], "OWNED_BY_ANOTHER_USER");
        for nobody in ["stranger", "other"] {
            assert_eq!(orders_of(&shop, nobody).await, Vec::<String>::new());
        }
        let (_, page) = shop.call(Key::Secret, "GET", "/api/v1/payments?status=SUCCESS", Value::Null).await;
        assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
    }

    async fn a_user_has_room_for_so_many_and_no_stranger_takes_it(state: TestState) {
        let shop = Shop::open(&state).await;
        let waiting = async || count_waiting(&state, &shop.project).await.expect("counts");
        // Made up for the victim by somebody who knows their user key.
        for id in 0..60 {
            verify_from(&state, &shop, &By::Client, Some("192.0.2.1"), "victim", 1_000 + id).await;
        }
        assert_eq!(waiting().await, 50);
        let token = account_token(&shop, "victim").await;
        assert!(post_from(&state, "192.0.2.1:5000", "victim", 1_999).await.contains("not kept"));
        assert!(!post_from(&state, "198.51.100.1:5000", "victim", 7).await.contains("not kept"));
        assert_eq!(waiting().await, 50, "one of the many gave way");
        // A game server's are counted apart.
        for id in 0..60 {
            verify_from(&state, &shop, &server(), Some("192.0.2.9"), "victim", 2_000 + id).await;
        }
        assert_eq!(waiting().await, 100);
        let (_, answer) = verify(&shop, Key::Secret, "victim", "2999").await;
        assert!(answer["code"] == "STORE_UNAVAILABLE" && text(&answer, "detail").contains("not kept"), "{answer}");
        let store = FakeStore::open(&state).await;
        store.knows(&state, &gem("7", json!({ "appAccountToken": token })));
        assert_eq!(try_again(&state).await, 100);
        assert_eq!(orders_of(&shop, "victim").await, ["7"]);
    }

    async fn nothing_waits_that_needs_no_store(state: TestState) {
        let shop = Shop::open(&state).await;
        let long = "1".repeat(33);
        for (store, proof) in [
            ("AS", json!({ "signedTransaction": "x".repeat(40_000) })),
            ("AS", json!({ "signedTransaction": "a.b.c" })),
            ("AS", json!({ "transactionId": long })),
            ("AS", json!({ "transactionId": "1a" })),
            ("AS", json!({ "receipt": "x" })),
            ("TEST", json!({ "token": "x".repeat(5_000) })),
            ("TEST", json!({ "token": "made up" })),
        ] {
            let body = json!({ "store": store, "userKey": "player", "proof": proof });
            let (status, answer) = shop.call(Key::App, "POST", "/api/v1/payments/verify", body).await;
            assert_eq!((status, &answer["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("PROOF_INVALID")), "{proof}");
        }
        // All that is kept of a proof is what counts.
        verify_reserved(&shop, Key::Secret, &shop.reserve("AS", "player", "gem_100").await.0, "7").await;
        let mut tx = state.db.read().await.expect("a connection");
        let at = START.plus_millis(Timestamp::DAY);
        let due = list_due(&mut tx, &Lease::new("test", at, at), 10, 10).await.expect("lists");
        drop(tx);
        let id = due[0].0.clone();
        let lease = Lease::new("test", at, at.plus_millis(1));
        let held = state.db.write(async |tx| claim(tx, &id, &lease).await).await.expect("claims");
        assert_eq!(held.expect("one").proof, r#"{"transactionId":"7"}"#);
    }

    async fn a_full_queue_keeps_a_servers_proof_alone(state: TestState) {
        let shop = Shop::open(&state).await;
        // It takes connections, and never answers.
        let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        state.stores.set_own_address(silent.local_addr().expect("an address"));
        // As many as ask at once and wait for one caller, and one more.
        for (by, places) in [(By::Client, 4 + 32), (server(), 7 + 64)] {
            let all = (0..=places).map(|id| verify_from(&state, &shop, &by, Some("192.0.2.1"), "player", id).boxed());
            let (first, _, _others) = select_all(all).await;
            assert_eq!(first, RefusalCode::TooManyRequests, "{by:?}");
            let kept = count_waiting(&state, &shop.project).await.expect("counts");
            assert_eq!(kept > 0, by == server(), "{by:?}");
        }
    }
}

#[test]
fn a_full_queue_says_when_to_come_again() {
    let response = Error::refused(RefusalCode::TooManyRequests, "full").into_response();
    assert_eq!(
        (response.status(), &response.headers()["retry-after"]),
        (StatusCode::TOO_MANY_REQUESTS, &"10".parse().expect("a value"))
    );
}

/// Keeps a made-up proof in small bounds: `side caller user`, at a minute of its own.
async fn put(state: &TestState, id: &str, who: &str, payment: Option<&str>, minute: i64) -> Result<bool> {
    const BOUNDS: Bounds = Bounds { user: 3, caller: 5, project: 8 };
    let [side, caller, user] = who.split(' ').collect::<Vec<_>>()[..] else { panic!("{who}") };
    let (caller, user) = (format!("{side} {caller}"), format!("{side} {user}"));
    let project = ProjectId("p".into());
    let new = NewWaiting {
        id,
        project: &project,
        app_seq: AppSeq(1),
        payment_seq: payment,
        user_channel: "GF",
        user_key: &user,
        is_server: side == "server",
        groups: Groups { user: &user, caller: &caller, project: side },
        proof: "{}",
        due_at: START.plus_millis(minute),
    };
    let at = START.plus_millis(minute);
    let may = may_keep(&mut state.db.read().await?, &new, BOUNDS).await?;
    let kept = state.db.write(async |tx| keep(tx, &new, BOUNDS, at).await).await?;
    assert_eq!(may, kept, "{id}");
    Ok(kept)
}

/// The names of all that waits, in the order in which they are worked off.
async fn waiting(state: &TestState) -> Vec<String> {
    let mut tx = state.db.read().await.expect("a connection");
    let at = START.plus_millis(Timestamp::DAY);
    let due = list_due(&mut tx, &Lease::new("test", at, at), 100, 100).await.expect("lists");
    assert_eq!(count(&mut tx, &ProjectId("p".into())).await.expect("counts"), due.len() as i64);
    due.into_iter().map(|(id, _)| id).collect()
}

on_both! {
    async fn a_flood_gives_way_to_newcomers_and_never_the_other_way_round(state: TestState) {
        let kept = async |id: &str, who: &str, payment: Option<&str>, minute: i64| {
            put(&state, id, who, payment, minute).await.expect("writes")
        };
        assert!(kept("player", "app home player", None, 0).await);
        for number in 0..20 {
            let is_kept = kept(&format!("flood-{number:02}"), &format!("app flood made-up-{number}"), None, number + 1).await;
            assert_eq!(is_kept, number < 5, "an address has room for so many");
        }
        assert!(kept("a", "app a a", None, 30).await && kept("b", "app b b", None, 31).await);
        assert_eq!(waiting(&state).await.len(), 8, "full");
        assert!(kept("c", "app c c", None, 32).await && kept("d", "app d d", None, 33).await);
        let all = waiting(&state).await;
        assert!(all.len() == 8 && ["player", "a", "b", "c", "d"].iter().all(|id| all.contains(&(*id).to_owned())), "{all:?}");
        assert!(all.contains(&"flood-00".to_owned()) && !all.contains(&"flood-04".to_owned()), "the latest of the flood go first");
        assert!(!kept("flood-99", "app flood made-up", None, 40).await, "the flood gets nothing back");
        for number in 0..3 {
            assert!(kept(&format!("server-{number}"), "server u u", None, 50).await, "servers have room of their own");
        }
        assert!(!kept("server-3", "server u u", None, 50).await);
    }

    async fn what_was_reserved_gives_way_last(state: TestState) {
        for number in 0..5 {
            let payment = if number % 2 == 0 { Some("1") } else { None };
            assert!(put(&state, &format!("p-{number}"), &format!("app one u{}", number / 3), payment, number).await.expect("writes"));
        }
        assert!(put(&state, "p-5", "app one u9", None, 9).await.expect("writes"), "the user with most gives way");
        let all = waiting(&state).await;
        assert!(!all.contains(&"p-1".to_owned()) && all.contains(&"p-2".to_owned()), "{all:?}");
    }

    async fn what_one_address_reserved_takes_the_place_of_what_it_did_not(state: TestState) {
        for number in 0..5 {
            assert!(put(&state, &format!("q-{number}"), &format!("app two v{number}"), None, number).await.expect("writes"));
        }
        assert!(!put(&state, "q-5", "app two v5", None, 9).await.expect("writes"));
        assert!(put(&state, "q-6", "app two v6", Some("1"), 9).await.expect("writes"));
        let all = waiting(&state).await;
        assert!(!all.contains(&"q-4".to_owned()) && all.contains(&"q-6".to_owned()), "{all:?}");
        for number in 7..11 {
            assert!(put(&state, &format!("q-{number}"), &format!("app two v{number}"), Some("1"), 9).await.expect("writes"));
        }
        assert!(!put(&state, "q-11", "app two v11", Some("1"), 9).await.expect("writes"), "all of it is reserved");
    }

    async fn the_better_claim_stands_and_counts_for_who_has_fewer(state: TestState) {
        for number in 0..3 {
            assert!(put(&state, &format!("p-{number}"), &format!("app flood u{number}"), None, number).await.expect("writes"));
        }
        let claim_of = async |id: &str| {
            let at = START.plus_millis(Timestamp::DAY);
            let lease = Lease::new(format!("lease {id}"), at, at);
            let held = state.db.write(async |tx| claim(tx, id, &lease).await).await.expect("claims").expect("one");
            (held.user_key, held.payment_seq.map(|seq| seq.0), held.is_server)
        };
        assert!(put(&state, "p-0", "app home player", Some("1"), 9).await.expect("writes"));
        assert_eq!(claim_of("p-0").await, ("app player".into(), Some("1".into()), false), "a reservation goes before none");
        assert!(put(&state, "p-0", "app home other", Some("2"), 9).await.expect("writes"));
        assert_eq!(claim_of("p-0").await.0, "app player", "of equals the first");
        assert!(put(&state, "p-0", "server s s", None, 9).await.expect("writes"));
        assert_eq!(claim_of("p-0").await, ("server s".into(), None, true), "a game server's word goes before an app's");
        assert!(put(&state, "p-0", "app home player", Some("1"), 9).await.expect("writes"));
        assert!(claim_of("p-0").await.2);
        for number in 3..6 {
            assert!(put(&state, &format!("p-{number}"), &format!("app flood u{number}"), None, number).await.expect("writes"));
        }
        assert!(put(&state, "p-5", "app home player", None, 9).await.expect("writes"), "known, and counted for the player now");
        for number in 0..4 {
            assert!(put(&state, &format!("q-{number}"), &format!("app c{number} v{number}"), None, 20).await.expect("writes"));
        }
        assert!(waiting(&state).await.contains(&"p-5".to_owned()));
    }

    async fn many_at_once_pass_no_bound(state: TestState) {
        let all = (0..40).map(|number| {
            let (state, id) = (&state, format!("p-{number}"));
            async move { put_alone(state, &id).await }
        });
        let kept = futures::future::join_all(all).await.into_iter().filter(|kept| *kept).count();
        assert_eq!((kept, waiting(&state).await.len()), (5, 5));
    }

    async fn callers_take_turns(state: TestState) {
        for number in 0..5 {
            assert!(put(&state, &format!("flood-{number}"), &format!("app flood u{number}"), None, number).await.expect("writes"));
        }
        for (id, who, minute) in [("home", "app home player", 50), ("server-0", "server s s", 60), ("server-1", "server s s", 61)] {
            assert!(put(&state, id, who, None, minute).await.expect("writes"));
        }
        let expected = ["server-0", "flood-0", "server-1", "home", "flood-1", "flood-2", "flood-3", "flood-4"];
        assert_eq!(waiting(&state).await, expected);
    }
}

async fn put_alone(state: &TestState, id: &str) -> bool {
    const BOUNDS: Bounds = Bounds { user: 100, caller: 5, project: 100 };
    let project = ProjectId("p".into());
    let new = NewWaiting {
        id,
        project: &project,
        app_seq: AppSeq(1),
        payment_seq: None,
        user_channel: "GF",
        user_key: id,
        is_server: false,
        groups: Groups { user: id, caller: "one", project: "app" },
        proof: "{}",
        due_at: START,
    };
    state.db.write(async |tx| keep(tx, &new, BOUNDS, START).await).await.expect("writes")
}
