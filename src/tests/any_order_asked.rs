//! Whatever order a life's notifications come in, and however often, the books end the same, of stores that are asked about what they
//! tell (Google Play, ONE store): each only has us ask how the purchase stands now, so the periods in between must be found too.

use std::cell::Cell;
use std::collections::BTreeMap;

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
use crate::shop::{Key, Shop, text};
use crate::simulated_onestore::Caller;
use crate::support::{TestState, on_both, run, serve};
use crate::{onestore_payments, simulated_google};

/// With a period of a week, all of a life is over before Google forgets the first token.
const STEPS_MAX: usize = 8;
/// Of each seed.
const CASES: u32 = 6;
const SEEDS: [u8; 3] = [1, 2, 3];
const NOTIFICATIONS_MAX: u32 = 10_000;

/// What may happen to a subscriber. An `Index` says to which of the orders so far.
#[derive(Debug, Clone)]
enum Step {
    Renew,
    Change(&'static str, Value),
    Subscribe,
    Refund(Index),
}

fn step() -> impl Strategy<Value = Step> {
    let plan = |product: &str, at_once: bool| json!({ "productId": product, "price": "19900", "currency": "KRW", "period": "P1W", "atOnce": at_once });
    let change = |action: &'static str, body: Value| Just(Step::Change(action, body));
    prop_oneof![
        5 => Just(Step::Renew),
        2 => change("cancel", json!({})),
        1 => change("resume", json!({})),
        1 => change("change-plan", plan("gold", true)),
        1 => change("change-plan", plan("vip", true)),
        1 => change("change-plan", plan("gold", false)),
        1 => change("change-plan", plan("vip", false)),
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

/// The store that is played.
enum Played {
    Google(Box<simulated_google::Play>, TestState),
    One(Box<onestore_payments::Play>),
}

impl Played {
    async fn google(state: TestState) -> Self {
        let play = simulated_google::Play::open(&state).await;
        serve(&state).await;
        Self::Google(Box::new(play), state)
    }

    async fn one(state: TestState) -> Self {
        Self::One(Box::new(onestore_payments::Play::open(state).await))
    }

    fn shop(&self) -> &Shop {
        match self {
            Self::Google(play, _) => &play.shop,
            Self::One(play) => &play.shop,
        }
    }

    fn state(&self) -> &TestState {
        match self {
            Self::Google(_, state) => state,
            Self::One(play) => &play.state,
        }
    }

    /// The store's code and its app's id.
    fn names(&self) -> (&'static str, &'static str) {
        match self {
            Self::Google(..) => ("GG", simulated_google::PACKAGE),
            Self::One(_) => ("ONESTORE", onestore_payments::PACKAGE),
        }
    }

    /// What the store says only to who asks in time: ONE store tells when the latest period alone ends, of a new price not before the
    /// player agreed to it, and why a subscription ended not any more once another was bought.
    fn unsaid(&self, is_over: bool) -> &'static [&'static str] {
        match (self, is_over) {
            (Self::Google(..), _) => &[],
            (Self::One(_), true) => {
                &["expiresAt", "expiryTimeMillis", "nextPrice", "nextPriceMicros", "priceConsent", "expirationReason"]
            }
            (Self::One(_), false) => &["nextPrice", "nextPriceMicros", "priceConsent", "expirationReason"],
        }
    }

    /// The app acknowledges what it got; what can't be any more is left.
    async fn acknowledge(&self, product: &str, token: &str) {
        let (status, answer) = match self {
            Self::Google(play, _) => {
                play.ask("POST", &format!("purchases/subscriptions/{product}/tokens/{token}:acknowledge"), json!({})).await
            }
            Self::One(play) => {
                let caller = Caller::sign_in(play, "MKT_ONE").await;
                caller.ask("POST", &format!("purchases/all/products/{product}/{token}/acknowledge"), json!({})).await
            }
        };
        assert!(matches!(status, 200 | 204 | 400 | 409), "{status} {answer}");
    }

    async fn control(&self, method: &str, path: &str, body: Value) -> Option<Value> {
        let path = format!("/simulator/control/{path}");
        let (status, answer) = self.shop().call(Key::None, method, &path, body).await;
        assert!(!status.is_server_error(), "{path}: {answer}");
        status.is_success().then_some(answer)
    }
}

/// Two copies of one life: the notifications of the first come as they are sent, those of the second muddled at the end.
struct Lives {
    played: Played,
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
    fn of(played: Played) -> Self {
        Self { played, copies: [Copy::default(), Copy::default()], lived: 0 }
    }

    /// The lives of two new players.
    fn begin(self) -> Self {
        let lived = self.lived + 1;
        let copies = ["first", "second"].map(|which| Copy { player: format!("{which}-{lived:03}"), ..Copy::default() });
        Self { copies, lived, ..self }
    }

    async fn pass(&self, millis: i64) {
        self.played.control("POST", "clock", json!({ "advanceMillis": millis })).await.expect("time passes");
    }

    async fn live(&mut self, step: &Step) {
        self.pass(if matches!(step, Step::Renew) { 7 * Timestamp::DAY } else { Timestamp::DAY }).await;
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
                self.played.acknowledge(&text(&answer["proof"], "productId"), &token).await;
                copy.signups.push((order, token));
            }
        }
        self.deliver_first().await;
    }

    async fn do_to(&self, copy: usize, step: &Step) -> Option<Value> {
        let Copy { player, chain, .. } = &self.copies[copy];
        let (store, app) = self.played.names();
        let (path, body) = match step {
            Step::Renew => return None,
            Step::Change(action, body) => (format!("subscriptions/{chain}/{action}"), body.clone()),
            Step::Subscribe => {
                let token = account_token(self.played.shop(), player).await;
                let plan = json!({
                    "store": store, "storeAppId": app, "productId": "vip", "player": player, "price": "9900",
                    "currency": "KRW", "period": "P1W", "graceDays": 3, "world": "Production", "accountToken": token,
                });
                ("subscriptions".to_owned(), plan)
            }
            Step::Refund(which) => {
                let mut orders = self.charged(player).await;
                let order = orders.swap_remove(which.index(orders.len()));
                (format!("transactions/{order}/refund"), json!({ "storeAppId": app, "world": "Production" }))
            }
        };
        self.played.control("POST", &path, body).await
    }

    /// What a player was charged for, oldest first.
    async fn charged(&self, player: &str) -> Vec<String> {
        let all =
            db::simulator::list_purchases(&mut self.played.state().db.read().await.expect("reads"), NOTIFICATIONS_MAX).await;
        let own = all.expect("sales").into_iter().rev().filter(|sale| sale.player == player);
        own.filter(|sale| sale.details.running_order_id.is_none()).map(|sale| sale.order_id).collect()
    }

    /// A copy's notifications that were not delivered, oldest first.
    async fn waiting(&self, copy: usize) -> Vec<SimulatedNotification> {
        let orders = self.charged(&self.copies[copy].player).await;
        let signups = &self.copies[copy].signups;
        let is_own = |order: &String| orders.contains(order) || signups.iter().any(|(signup, _)| signup == order);
        let mut tx = self.played.state().db.read().await.expect("reads");
        let all = db::simulator::list_notifications(&mut tx, None, NOTIFICATIONS_MAX).await.expect("notifications");
        let mut own: Vec<_> =
            all.into_iter().filter(|one| !one.is_delivered && one.order_id.as_ref().is_some_and(is_own)).collect();
        own.sort_by_key(|one| one.as_of);
        own
    }

    /// Delivers what was lost when it was sent.
    async fn deliver(&self, notifications: &[SimulatedNotification]) {
        let state = self.played.state();
        self.lose(false).await;
        for few in notifications.chunks(3) {
            for one in few {
                // No two answers are of the same moment.
                state.clock.advance(1);
                simulator::send_again(state, &one.notification_id).await.expect("is known");
                simulator::send_due(state).await.expect("sends");
            }
            run(state, ApplyNotifications).await;
        }
        run(state, ExpireSubscriptions).await;
    }

    async fn deliver_first(&self) {
        self.lose(true).await;
        simulator::send_due(self.played.state()).await.expect("sends");
        let waiting = self.waiting(0).await;
        self.deliver(&waiting).await;
    }

    async fn lose(&self, loses: bool) {
        let faults = json!({ "notices": { "lostPercent": if loses { 100 } else { 0 }, "lostForGood": true } });
        self.played.control("PUT", "faults", faults).await.expect("sets");
    }

    /// All that the API says of a copy, with the numbers that are its own by their place.
    async fn books(&self, copy: usize) -> Value {
        let Copy { player, signups, .. } = &self.copies[copy];
        let mut books = json!({});
        for list in ["payments", "subscriptions"] {
            let path = format!("/api/v1/{list}?userKey={player}&limit=100");
            let (status, mut body) = self.played.shop().call(Key::Secret, "GET", &path, Value::Null).await;
            assert!(status.is_success(), "{body}");
            books[list] = body["items"].take();
        }
        let mut own: BTreeMap<String, String> = BTreeMap::new();
        let orders = self.charged(player).await;
        own.extend(orders.into_iter().enumerate().map(|(place, order)| (order, format!("order-{place}"))));
        for (place, (order, token)) in signups.iter().enumerate() {
            own.entry(order.clone()).or_insert(format!("waiting-{place}"));
            own.insert(token.clone(), format!("token-{place}"));
        }
        // A renewal's number begins with its sign-up's.
        let shown =
            own.iter().rev().fold(books.to_string().replace(player, "#"), |shown, (own, place)| shown.replace(own, place));
        let mut books: Value = serde_json::from_str(&shown).expect("JSON");
        // Whether a plan was seen that waits for its time is by chance; what never began was not paid for.
        books["payments"].as_array_mut().expect("a list").retain(|one| one["storeOrderId"].is_string());
        let heads: Vec<Value> =
            books["payments"].as_array().expect("a list").iter().map(|one| one["originalOrderId"].clone()).collect();
        // A chain that went on under another token has no payments any more; whether it was known before is by chance.
        books["subscriptions"].as_array_mut().expect("a list").retain(|one| heads.contains(&one["originalOrderId"]));
        let latest: Vec<Value> =
            books["subscriptions"].as_array().expect("a list").iter().map(|one| one["storeOrderId"].clone()).collect();
        for list in ["payments", "subscriptions"] {
            let items = books[list].as_array_mut().expect("a list");
            for item in items.iter_mut() {
                let is_over = !latest.contains(&item["storeOrderId"]);
                let item = item.as_object_mut().expect("an object");
                item.retain(|name, _| !self.played.unsaid(is_over).contains(&name.as_str()));
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
    lives.pass(Timestamp::MINUTE).await;
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

/// The same lives each time.
fn all_lives_end_the_same(played: Played) {
    let lives = Cell::new(Some(Lives::of(played)));
    for seed in SEEDS {
        let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
        let cases = (prop::collection::vec(step(), 1..STEPS_MAX), muddle_strategy());
        let result = runner.run(&cases, |(steps, how)| {
            let mut these = lives.take().expect("one case at a time").begin();
            let (in_order, muddled) = Handle::current().block_on(live(&mut these, &steps, &how));
            lives.set(Some(these));
            prop_assert!(!in_order["payments"].as_array().expect("a list").is_empty());
            let different = differences("", &in_order, &muddled);
            prop_assert!(different.is_empty(), "{different:#?}");
            Ok(())
        });
        result.expect("the same books");
    }
}

on_both! {
    async fn any_order_of_a_google_lifes_notifications_ends_the_same(state: TestState) {
        let played = Played::google(state).await;
        tokio::task::block_in_place(|| all_lives_end_the_same(played));
    }

    async fn any_order_of_a_one_store_lifes_notifications_ends_the_same(state: TestState) {
        let played = Played::one(state).await;
        tokio::task::block_in_place(|| all_lives_end_the_same(played));
    }
}
