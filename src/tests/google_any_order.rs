//! Whatever order a life's notifications of Google Play come in, and however often, the books end the same: each only has us ask how
//! the purchase stands now, so the periods in between must be found too.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use purser::jobs::{ApplyNotifications, ExpireSubscriptions};
use purser::model::{SimulatedNotification, Timestamp};
use purser::{db, simulator};
use serde_json::{Value, json};
use tokio::runtime::Handle;

use crate::any_order::{Muddle, muddle, muddle_strategy};
use crate::apple_life::account_token;
use crate::shop::{Key, text};
use crate::simulated_google::{PACKAGE, Play};
use crate::support::{TestState, on_both, run, serve};

/// With a period of a week, all of a life is over before Google forgets the first token.
const STEPS_MAX: usize = 8;
const CASES: u32 = 12;
const NOTIFICATIONS_MAX: u32 = 10_000;

/// What may happen to a subscriber. Plans change at once here: of two changes of which the first was to come at the period's end, the
/// books still depend on the order (docs/stores/google.md, Subscriptions). An `Index` says to which of the orders so far.
#[derive(Debug, Clone)]
enum Step {
    Renew,
    Change(&'static str, Value),
    Subscribe,
    Refund(Index),
}

fn step() -> impl Strategy<Value = Step> {
    let plan =
        |product: &str| json!({ "productId": product, "price": "19900", "currency": "KRW", "period": "P1W", "atOnce": true });
    let change = |action: &'static str, body: Value| Just(Step::Change(action, body));
    prop_oneof![
        5 => Just(Step::Renew),
        2 => change("cancel", json!({})),
        1 => change("resume", json!({})),
        1 => change("change-plan", plan("gold")),
        1 => change("change-plan", plan("vip")),
        1 => change("keep-plan", json!({})),
        1 => change("fail-billing", json!({})),
        1 => change("fix-billing", json!({})),
        1 => change("pause", json!({ "days": 3 })),
        1 => change("unpause", json!({})),
        1 => change("extend", json!({ "days": 2 })),
        1 => change("raise-price", json!({ "price": "12900", "currency": "KRW", "needsConsent": true })),
        1 => change("step-up-price", json!({ "price": "12900", "currency": "KRW" })),
        1 => change("accept-price", json!({})),
        2 => Just(Step::Subscribe),
        2 => any::<Index>().prop_map(Step::Refund),
    ]
}

/// Two copies of one life: the notifications of the first come as they are sent, those of the second muddled at the end.
struct Lives {
    play: Play,
    state: TestState,
    copies: [Copy; 2],
    lived: u32,
}

/// One of the copies: its player, and its sign-ups' orders and tokens, oldest first.
#[derive(Default)]
struct Copy {
    player: String,
    chain: String,
    signups: Vec<(String, String)>,
}

impl Lives {
    async fn open(state: TestState) -> Self {
        let play = Play::open(&state).await;
        serve(&state).await;
        Self { play, state, copies: [Copy::default(), Copy::default()], lived: 0 }
    }

    /// The lives of two new players.
    fn begin(self) -> Self {
        let lived = self.lived + 1;
        let copies = ["first", "second"].map(|which| Copy { player: format!("{which}-{lived:03}"), ..Copy::default() });
        Self { copies, lived, ..self }
    }

    async fn live(&mut self, step: &Step) {
        let days = if matches!(step, Step::Renew) { 7 } else { 1 };
        self.play.days(days).await;
        self.each(step).await;
    }

    /// Does it to both. What can't be done now is done to neither.
    async fn each(&mut self, step: &Step) {
        for copy in 0..self.copies.len() {
            let Some(answer) = self.do_to(copy, step).await else { continue };
            if matches!(step, Step::Refund(_)) {
                continue;
            }
            let (order, token) = (text(&answer, "orderId"), text(&answer["proof"], "purchaseToken"));
            let copy = &mut self.copies[copy];
            copy.chain = text(&answer, "chainId");
            if copy.signups.iter().all(|(_, known)| *known != token) {
                // The app acknowledges what it got.
                let product = text(&answer, "productId");
                let path = format!("purchases/subscriptions/{product}/tokens/{token}:acknowledge");
                copy.signups.push((order, token));
                let (status, answer) = self.play.ask("POST", &path, json!({})).await;
                assert!(status == 204 || status == 400, "{answer}");
            }
        }
        self.deliver_first().await;
    }

    async fn do_to(&self, copy: usize, step: &Step) -> Option<Value> {
        let Copy { player, chain, .. } = &self.copies[copy];
        let (path, body) = match step {
            Step::Renew => return None,
            Step::Change(action, body) => (format!("subscriptions/{chain}/{action}"), body.clone()),
            Step::Subscribe => {
                let token = account_token(&self.play.shop, player).await;
                let plan = json!({
                    "store": "GG", "storeAppId": PACKAGE, "productId": "vip", "player": player, "price": "9900",
                    "currency": "KRW", "period": "P1W", "graceDays": 3, "world": "Production", "accountToken": token,
                });
                ("subscriptions".to_owned(), plan)
            }
            Step::Refund(which) => {
                let mut orders = self.orders_of(player).await;
                let order = orders.swap_remove(which.index(orders.len()));
                (format!("transactions/{order}/refund"), json!({ "storeAppId": PACKAGE, "world": "Production" }))
            }
        };
        let path = format!("/simulator/control/{path}");
        let (status, answer) = self.play.shop.call(Key::None, "POST", &path, body).await;
        assert!(!status.is_server_error(), "{path}: {answer}");
        status.is_success().then_some(answer)
    }

    /// What a player was charged for, oldest first.
    async fn orders_of(&self, player: &str) -> Vec<String> {
        let all = db::simulator::list_purchases(&mut self.state.db.read().await.expect("reads"), NOTIFICATIONS_MAX).await;
        let own = all.expect("sales").into_iter().rev().filter(|sale| sale.player == player);
        let charged = own.filter(|sale| sale.details.running_order_id.is_none());
        charged.map(|sale| sale.order_id).collect()
    }

    /// A copy's notifications that were not delivered, oldest first.
    async fn waiting(&self, copy: usize) -> Vec<SimulatedNotification> {
        let orders = self.orders_of(&self.copies[copy].player).await;
        let signups = &self.copies[copy].signups;
        let is_own = |order: &String| orders.contains(order) || signups.iter().any(|(signup, _)| signup == order);
        let mut tx = self.state.db.read().await.expect("reads");
        let all = db::simulator::list_notifications(&mut tx, None, NOTIFICATIONS_MAX).await.expect("notifications");
        let mut own: Vec<_> =
            all.into_iter().filter(|one| !one.is_delivered && one.order_id.as_ref().is_some_and(is_own)).collect();
        own.sort_by_key(|one| one.as_of);
        own
    }

    /// Delivers what was lost when it was sent.
    async fn deliver(&self, notifications: &[SimulatedNotification]) {
        self.lose(false).await;
        for few in notifications.chunks(3) {
            for one in few {
                // No two answers are of the same moment.
                self.state.clock.advance(1);
                simulator::send_again(&self.state, &one.notification_id).await.expect("is known");
                simulator::send_due(&self.state).await.expect("sends");
            }
            run(&self.state, ApplyNotifications).await;
        }
        run(&self.state, ExpireSubscriptions).await;
    }

    async fn deliver_first(&self) {
        self.lose(true).await;
        simulator::send_due(&self.state).await.expect("sends");
        let waiting = self.waiting(0).await;
        self.deliver(&waiting).await;
    }

    async fn lose(&self, loses: bool) {
        let faults = json!({ "notices": { "lostPercent": if loses { 100 } else { 0 }, "lostForGood": true } });
        let (status, answer) = self.play.shop.call(Key::None, "PUT", "/simulator/control/faults", faults).await;
        assert!(status.is_success(), "{answer}");
    }

    /// All that the API says of a copy, with the numbers that are its own by their place.
    async fn books(&self, copy: usize) -> Value {
        let Copy { player, signups, .. } = &self.copies[copy];
        let mut books = json!({});
        for list in ["payments", "subscriptions"] {
            let path = format!("/api/v1/{list}?userKey={player}&limit=100");
            let (status, mut body) = self.play.shop.call(Key::Secret, "GET", &path, Value::Null).await;
            assert!(status.is_success(), "{body}");
            books[list] = body["items"].take();
        }
        let mut shown = books.to_string().replace(player, "#");
        for (place, (order, token)) in signups.iter().enumerate() {
            shown = shown.replace(order, &format!("GPA.{place}")).replace(token, &format!("token-{place}"));
        }
        let mut books: Value = serde_json::from_str(&shown).expect("JSON");
        let heads: Vec<Value> =
            books["payments"].as_array().expect("a list").iter().map(|one| one["originalOrderId"].clone()).collect();
        // A chain that went on under another token has no payments any more; whether it was known before is by chance.
        books["subscriptions"].as_array_mut().expect("a list").retain(|one| heads.contains(&one["originalOrderId"]));
        for list in ["payments", "subscriptions"] {
            let items = books[list].as_array_mut().expect("a list");
            for item in items.iter_mut() {
                let item = item.as_object_mut().expect("an object");
                for own in ["paymentSeq", "subscriptionId", "createdAt", "updatedAt", "verifiedAt", "accountToken"] {
                    item.remove(own);
                }
            }
            items.sort_by_key(|item| item["storeOrderId"].to_string());
        }
        books
    }
}

async fn live(lives: &mut Lives, steps: &[Step], how: &Muddle) -> (Value, Value) {
    lives.each(&Step::Subscribe).await;
    for step in steps {
        lives.live(step).await;
    }
    lives.play.advance(Timestamp::MINUTE).await;
    lives.deliver_first().await;
    let muddled = muddle(lives.waiting(1).await, how);
    lives.deliver(&muddled).await;
    let books = (lives.books(0).await, lives.books(1).await);
    // Nothing of them happens in the lives that follow but their end.
    lives.each(&Step::Change("cancel", json!({}))).await;
    books
}

/// What two books have different, by where it is.
fn differences(path: &str, one: &Value, other: &Value) -> Vec<String> {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
            let at = |name: &String| differences(&format!("{path}.{name}"), &one[name], other.get(name).unwrap_or(&Value::Null));
            names.flat_map(at).collect()
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let pairs = one.iter().zip(other).enumerate();
            pairs.flat_map(|(place, (one, other))| differences(&format!("{path}[{place}]"), one, other)).collect()
        }
        (one, other) if one != other => vec![format!("{path}: {one} in order, {other} muddled")],
        _ => Vec::new(),
    }
}

on_both! {
    async fn any_order_of_a_google_lifes_notifications_ends_the_same(state: TestState) {
        let lives = Cell::new(Some(Lives::open(state).await));
        // The same lives each time. Chance still finds some that end differently, for what a store tells nobody of is known only when
        // it is asked again: a subscription on hold that another sign-up ends (docs/stores/google.md, Subscriptions).
        let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let cases = (prop::collection::vec(step(), 1..STEPS_MAX), muddle_strategy());
        let result = runner.run(&cases, |(steps, how)| {
            let mut these = lives.take().expect("one case at a time").begin();
            let (in_order, muddled) = tokio::task::block_in_place(|| Handle::current().block_on(live(&mut these, &steps, &how)));
            lives.set(Some(these));
            prop_assert!(!in_order["payments"].as_array().expect("a list").is_empty());
            let different = differences("", &in_order, &muddled);
            prop_assert!(different.is_empty(), "{different:#?}");
            Ok(())
        });
        result.expect("the same books");
    }
}
