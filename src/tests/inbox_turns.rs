//! Apps take turns in the inbox of store notifications: neither many notifications of one app nor a store that hangs hold up another's.

use std::time::Duration;

use purser::jobs::ApplyNotifications;
use purser::simulator;
use serde_json::{Value, json};

use crate::google_payments::{PACKAGE, Play};
use crate::shop::{BUNDLE, Key, text};
use crate::support::{TestState, on_both, run};

/// Longer than it takes to apply one notification, and no more than a store that hangs is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

async fn buy(play: &Play, store: &str, app: &str, player: &str) -> String {
    let sale = json!({
        "store": store, "storeAppId": app, "productId": "gem_100", "price": "4400", "currency": "KRW", "player": player,
    });
    let (status, sold) = play.shop.call(Key::None, "POST", "/simulator/control/purchases", sale).await;
    assert!(status.is_success(), "{sold}");
    text(&sold, "orderId")
}

/// The payments of a store, the first recorded first.
async fn recorded(play: &Play, store: &str) -> Vec<Value> {
    let mut all = play.list(&format!("/api/v1/payments?store={store}&limit=100")).await;
    all.sort_by_key(|payment| text(payment, "paymentSeq"));
    all
}

on_both! {
    async fn a_flood_of_one_app_does_not_hold_up_the_next(state: TestState) {
        let play = Play::open(state).await;
        for player in 0..60 {
            buy(&play, "GG", PACKAGE, &format!("flood-{player}")).await;
        }
        simulator::send_due(&play.state).await.expect("sends");
        play.state.clock.advance(1_000);
        buy(&play, "AS", BUNDLE, "late").await;
        simulator::send_due(&play.state).await.expect("sends");
        run(&play.state, ApplyNotifications).await;
        let (flood, late) = (recorded(&play, "GG").await, recorded(&play, "AS").await.remove(0));
        assert_eq!(flood.len(), 60);
        let before = flood.iter().filter(|payment| text(payment, "paymentSeq") < text(&late, "paymentSeq")).count();
        assert!(before < 20, "{before} of the flood came before the one that was last to come");
    }

    async fn an_app_whose_store_hangs_holds_up_no_other(state: TestState) {
        let play = Play::open(state).await;
        for player in 0..30 {
            buy(&play, "GG", PACKAGE, &format!("stuck-{player}")).await;
        }
        simulator::send_due(&play.state).await.expect("sends");
        play.set_faults(json!({ "api": { "delayMillis": 25_000, "path": PACKAGE } })).await;
        let other = async {
            // They come while the job is busy with those that hang.
            for count in 1..=3 {
                buy(&play, "AS", BUNDLE, &format!("other-{count}")).await;
                simulator::send_due(&play.state).await.expect("sends");
                while recorded(&play, "AS").await.len() < count {}
            }
        };
        tokio::select! {
            _ = run(&play.state, ApplyNotifications) => panic!("it waits for the store that hangs"),
            done = tokio::time::timeout(PATIENCE, other) => done.expect("the other app's are applied meanwhile"),
        }
        assert!(recorded(&play, "GG").await.is_empty());
    }
}
