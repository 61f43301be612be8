//! Whatever order a life's notifications come in, and however often, the books end the same.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use purser::jobs::{ApplyNotifications, ExpireSubscriptions};
use serde_json::{Map, Value, json};
use tokio::runtime::Handle;

use crate::apple_life::{self, DAY, MONTH, Notified, account_token, period, post, told};
use crate::shop::{Key, Shop};
use crate::support::{START, TestState, on_both, run};

const STEPS_MAX: usize = 10;
const CASES: u32 = 32;

/// What may happen to a subscriber; an `Index` says to which of the periods so far.
#[derive(Debug, Clone)]
enum Step {
    Renew,
    Upgrade,
    Downgrade,
    TurnOff,
    TurnOn,
    FailToBill { in_grace: bool },
    Recover,
    Expire,
    Resubscribe,
    Extend,
    Refund(Index),
    Reverse(Index),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Renew),
        1 => Just(Step::Upgrade),
        1 => Just(Step::Downgrade),
        1 => Just(Step::TurnOff),
        1 => Just(Step::TurnOn),
        1 => any::<bool>().prop_map(|in_grace| Step::FailToBill { in_grace }),
        1 => Just(Step::Recover),
        1 => Just(Step::Expire),
        1 => Just(Step::Resubscribe),
        1 => Just(Step::Extend),
        2 => any::<Index>().prop_map(Step::Refund),
        2 => any::<Index>().prop_map(Step::Reverse),
    ]
}

/// A life, and the order its notifications come in.
#[derive(Debug, Clone)]
struct Case {
    steps: Vec<Step>,
    muddle: Muddle,
}

fn case() -> impl Strategy<Value = Case> {
    let parts = (prop::collection::vec(step(), 1..STEPS_MAX), muddle_strategy());
    parts.prop_map(|(steps, muddle)| Case { steps, muddle })
}

/// A subscriber's life as the App Store knows it; each copy of it has numbers and a player of its own.
struct Life {
    copy: String,
    token: String,
    product: &'static str,
    periods: Vec<Value>,
    renewal: Map<String, Value>,
    now: i64,
    notifications: Vec<Notified>,
}

impl Life {
    fn new(copy: &str, token: &str) -> Self {
        let renewal = json!({
            "originalTransactionId": format!("{copy}1"), "autoRenewProductId": "vip", "autoRenewStatus": 1, "environment": "Sandbox",
            "isInBillingRetryPeriod": false, "renewalPrice": 9_900_000, "currency": "KRW", "appTransactionId": copy,
        });
        let renewal = renewal.as_object().expect("an object").clone();
        let (copy, token) = (copy.to_owned(), token.to_owned());
        let mut life = Self { copy, token, product: "vip", periods: Vec::new(), renewal, now: 0, notifications: Vec::new() };
        life.begin(0);
        life.tell("SUBSCRIBED", Some("INITIAL_BUY"), 0);
        life
    }

    /// A new period, starting `start` after START.
    fn begin(&mut self, start: i64) {
        let number = self.periods.len() + 1;
        let changes = json!({
            "originalTransactionId": format!("{}1", self.copy), "productId": self.product, "appAccountToken": self.token,
            "appTransactionId": self.copy,
        });
        self.periods.push(period(&format!("{}{number}", self.copy), start, changes));
        self.renewal.insert("renewalDate".into(), (START.0 + start + MONTH).into());
        self.set("isInBillingRetryPeriod", json!(false));
        self.renewal.remove("gracePeriodExpiresDate");
        self.renewal.remove("expirationIntent");
    }

    fn set(&mut self, name: &str, value: Value) {
        self.renewal.insert(name.into(), value);
    }

    /// The store signs what it knows now.
    fn tell(&mut self, kind: &'static str, subtype: Option<&'static str>, about: usize) {
        let at = START.0 + self.now;
        let mut transaction = self.periods[about].clone();
        transaction["signedDate"] = at.into();
        let mut renewal = Value::Object(self.renewal.clone());
        renewal["signedDate"] = at.into();
        renewal["productId"] = self.product.into();
        self.notifications.push(told(kind, subtype, transaction).renewing(renewal));
    }

    fn live(&mut self, step: &Step) {
        self.now += DAY;
        let latest = self.periods.len() - 1;
        let end = self.periods[latest]["expiresDate"].as_i64().expect("an end") - START.0;
        match step {
            Step::Renew => self.renew(end, ("DID_RENEW", None)),
            Step::Recover => self.renew(end + DAY, ("DID_RENEW", Some("BILLING_RECOVERY"))),
            Step::Resubscribe => self.renew(end + 2 * DAY, ("SUBSCRIBED", Some("RESUBSCRIBE"))),
            Step::Upgrade => {
                self.periods[latest]["isUpgraded"] = true.into();
                self.product = "gold";
                self.set("autoRenewProductId", json!("gold"));
                self.renew(self.now.max(end - DAY), ("DID_CHANGE_RENEWAL_PREF", Some("UPGRADE")));
            }
            Step::Downgrade => {
                self.set("autoRenewProductId", json!("gold"));
                self.tell("DID_CHANGE_RENEWAL_PREF", Some("DOWNGRADE"), latest);
            }
            Step::TurnOff => self.turn(0, "AUTO_RENEW_DISABLED", latest),
            Step::TurnOn => self.turn(1, "AUTO_RENEW_ENABLED", latest),
            Step::FailToBill { in_grace } => {
                self.now = self.now.max(end);
                self.set("isInBillingRetryPeriod", json!(true));
                if *in_grace {
                    self.set("gracePeriodExpiresDate", json!(START.0 + end + 16 * DAY));
                }
                self.tell("DID_FAIL_TO_RENEW", in_grace.then_some("GRACE_PERIOD"), latest);
            }
            Step::Expire => {
                self.now = self.now.max(end);
                self.set("autoRenewStatus", json!(0));
                self.set("isInBillingRetryPeriod", json!(false));
                self.set("expirationIntent", json!(1));
                self.tell("EXPIRED", Some("VOLUNTARY"), latest);
            }
            Step::Extend => {
                self.periods[latest]["expiresDate"] = (START.0 + end + 3 * DAY).into();
                self.set("renewalDate", json!(START.0 + end + 3 * DAY));
                self.tell("RENEWAL_EXTENDED", None, latest);
            }
            Step::Refund(which) => {
                let which = which.index(latest + 1);
                self.periods[which]["revocationDate"] = (START.0 + self.now).into();
                self.periods[which]["revocationReason"] = 0.into();
                self.tell("REFUND", None, which);
            }
            Step::Reverse(which) => {
                let which = which.index(latest + 1);
                let period = self.periods[which].as_object_mut().expect("an object");
                period.remove("revocationDate");
                period.remove("revocationReason");
                self.tell("REFUND_REVERSED", None, which);
            }
        }
    }

    fn turn(&mut self, status: i64, subtype: &'static str, latest: usize) {
        self.set("autoRenewStatus", status.into());
        self.tell("DID_CHANGE_RENEWAL_STATUS", Some(subtype), latest);
    }

    fn renew(&mut self, start: i64, (kind, subtype): (&'static str, Option<&'static str>)) {
        self.now = self.now.max(start);
        if subtype == Some("RESUBSCRIBE") {
            self.set("autoRenewStatus", json!(1));
        }
        self.begin(start);
        self.tell(kind, subtype, self.periods.len() - 1);
    }
}

/// A copy's life, its notifications in the order it was lived.
async fn live(shop: &Shop, copy: &str, steps: &[Step]) -> Vec<Notified> {
    let mut life = Life::new(copy, &account_token(shop, &player(copy)).await);
    for step in steps {
        life.live(step);
    }
    life.notifications
}

fn player(copy: &str) -> String {
    format!("player-{copy}")
}

/// The order a bad network brings notifications in: each once at least, some again.
#[derive(Debug, Clone)]
pub struct Muddle {
    order: Vec<Index>,
    again: Vec<Index>,
}

pub fn muddle_strategy() -> impl Strategy<Value = Muddle> {
    let indices = |max| prop::collection::vec(any::<Index>(), 0..max);
    (indices(STEPS_MAX), indices(5)).prop_map(|(order, again)| Muddle { order, again })
}

/// The notifications as a bad network brings them.
pub fn muddle<T: Clone>(mut notifications: Vec<T>, case: &Muddle) -> Vec<T> {
    let mut muddled = Vec::new();
    for index in &case.order {
        if !notifications.is_empty() {
            muddled.push(notifications.swap_remove(index.index(notifications.len())));
        }
    }
    notifications.reverse();
    muddled.append(&mut notifications);
    for index in &case.again {
        muddled.push(muddled[index.index(muddled.len())].clone());
    }
    muddled
}

/// Brings notifications in, a few of which wait in the inbox together.
async fn bring(state: &TestState, shop: &Shop, notifications: &[Notified]) {
    for few in notifications.chunks(3) {
        for notification in few {
            assert!(post(shop, notification.sign(state)).await.is_success(), "{}", notification.kind);
        }
        run(state, ApplyNotifications).await;
    }
    run(state, ExpireSubscriptions).await;
}

/// All that the API says of a copy, but for the numbers that are its own.
async fn books(shop: &Shop, copy: &str) -> Value {
    let mut books = json!({});
    for list in ["subscriptions", "payments"] {
        let path = format!("/api/v1/{list}?userKey={}&limit=100", player(copy));
        let (status, mut body) = shop.call(Key::Secret, "GET", &path, Value::Null).await;
        assert!(status.is_success(), "{body}");
        let items = body["items"].as_array_mut().expect("a list");
        for item in items.iter_mut() {
            let item = item.as_object_mut().expect("an object");
            for own in ["paymentSeq", "subscriptionId", "createdAt", "updatedAt", "verifiedAt", "userKey", "accountToken"] {
                item.remove(own);
            }
        }
        items.sort_by_key(|item| item["storeOrderId"].as_str().map(|order| (order.len(), order.to_owned())));
        books[list] = body["items"].take();
    }
    serde_json::from_str(&books.to_string().replace(copy, "#")).expect("JSON")
}

on_both! {
    async fn any_order_of_a_lifes_notifications_ends_the_same(state: TestState) {
        let shop = apple_life::open(&state).await;
        state.clock.advance(500 * DAY);
        let copies = Cell::new(0);
        let run = async |case: &Case, copies: u32| {
            let (first, second) = (format!("70{copies:05}01"), format!("70{copies:05}02"));
            let in_order = live(&shop, &first, &case.steps).await;
            bring(&state, &shop, &in_order).await;
            let muddled = muddle(live(&shop, &second, &case.steps).await, &case.muddle);
            bring(&state, &shop, &muddled).await;
            let (in_order, muddled) = (books(&shop, &first).await, books(&shop, &second).await);
            assert_eq!(in_order["subscriptions"].as_array().map(Vec::len), Some(1), "{in_order}");
            (in_order, muddled)
        };
        let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
        let result = runner.run(&case(), |case| {
            copies.set(copies.get() + 1);
            let (in_order, muddled) = tokio::task::block_in_place(|| Handle::current().block_on(run(&case, copies.get())));
            prop_assert_eq!(in_order, muddled);
            Ok(())
        });
        result.expect("the same books");
    }
}
