//! Whatever tokens a subscription's purchases carry, whoever brings them and in whatever order they come: for each there is
//! exactly one user for whom verify succeeds (docs/rules.md, Whose a purchase is).

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use purser::jobs::ApplyNotifications;
use serde_json::{Value, json};
use tokio::runtime::Handle;

use crate::apple_life::{self, MONTH, account_token, payment_of, period, post, told};
use crate::goods::{bring, proof};
use crate::shop::{Key, Shop, text};
use crate::support::{START, TestState, on_both, run};

const CASES: u32 = 24;
const USERS: [&str; 3] = ["alice", "bob", "carol"];

/// Whom a purchase's account token names.
#[derive(Debug, Clone, Copy)]
enum Token {
    Of(usize),
    /// Given to nobody here.
    Unknown,
    Nil,
    Absent,
}

/// One paid period of a subscription, and how it reaches us.
#[derive(Debug, Clone)]
struct Bought {
    token: Token,
    is_renewal: bool,
    /// Another plan than before.
    is_gold: bool,
    /// Who presents it, if anybody does, and whether they reserved.
    presenter: Option<(usize, bool)>,
    is_notified: bool,
}

fn bought() -> impl Strategy<Value = Bought> {
    let token = prop_oneof![
        4 => (0..USERS.len()).prop_map(Token::Of),
        1 => Just(Token::Unknown),
        1 => Just(Token::Nil),
        2 => Just(Token::Absent),
    ];
    let presenter = prop::option::of((0..USERS.len(), any::<bool>()));
    (token, any::<bool>(), any::<bool>(), presenter, any::<bool>()).prop_map(
        |(token, is_renewal, is_gold, presenter, is_notified)| {
            // What nobody tells us of is not there to ask about.
            Bought { token, is_renewal, is_gold, presenter, is_notified: is_notified || presenter.is_none() }
        },
    )
}

/// A report on its way to us.
#[derive(Debug, Clone, Copy)]
enum Report {
    Notification(usize),
    Presented { period: usize, user: usize, is_reserved: bool },
}

fn reports(life: &[Bought], order: &[Index]) -> Vec<Report> {
    let mut all = Vec::new();
    for (period, bought) in life.iter().enumerate() {
        all.extend(bought.is_notified.then_some(Report::Notification(period)));
        all.extend(bought.presenter.map(|(user, is_reserved)| Report::Presented { period, user, is_reserved }));
    }
    let mut shuffled = Vec::new();
    for index in order {
        if !all.is_empty() {
            shuffled.push(all.swap_remove(index.index(all.len())));
        }
    }
    shuffled.append(&mut all);
    shuffled
}

struct Life<'a> {
    state: &'a TestState,
    shop: &'a Shop,
    tokens: Vec<String>,
    copy: u32,
}

impl Life<'_> {
    fn order(&self, period: usize) -> String {
        format!("80{:05}{:02}", self.copy, period + 1)
    }

    fn transaction(&self, place: usize, bought: &Bought) -> Value {
        let start = i64::try_from(place).expect("few") * MONTH;
        let is_renewal = bought.is_renewal && place > 0;
        let product = if bought.is_gold && !is_renewal { "gold" } else { "vip" };
        let mut transaction = period(
            &self.order(place),
            start,
            json!({
                "originalTransactionId": self.order(0), "productId": product, "webOrderLineItemId": self.order(place),
                "transactionReason": if is_renewal { "RENEWAL" } else { "PURCHASE" }, "expiresDate": START.0 + 100 * MONTH,
                "appTransactionId": format!("7{:05}", self.copy),
            }),
        );
        let token = match bought.token {
            Token::Of(user) => Some(self.tokens[user].clone()),
            Token::Unknown => Some("9f6d7a52-0f8c-4a6e-9d3e-6a3c1f0f6c11".to_owned()),
            Token::Nil => Some("00000000-0000-0000-0000-000000000000".to_owned()),
            Token::Absent => None,
        };
        if let Some(token) = token {
            transaction["appAccountToken"] = token.into();
        }
        transaction
    }

    async fn report(&self, life: &[Bought], report: Report) {
        match report {
            Report::Notification(place) => {
                let kind = if life[place].is_renewal { "DID_RENEW" } else { "SUBSCRIBED" };
                let notification = told(kind, None, self.transaction(place, &life[place]));
                assert!(post(self.shop, notification.sign(self.state)).await.is_success());
                run(self.state, ApplyNotifications).await;
            }
            Report::Presented { period: place, user, is_reserved } => {
                let transaction = self.transaction(place, &life[place]);
                let product = text(&transaction, "productId");
                if is_reserved {
                    let (seq, _) = self.shop.reserve("AS", USERS[user], &product).await;
                    self.shop.verify_by_server(&seq, &proof(self.state, &transaction)).await;
                } else {
                    bring(self.shop, USERS[user], &proof(self.state, &transaction)).await;
                }
            }
        }
    }

    /// For whom verify succeeds.
    async fn owners_of(&self, place: usize, bought: &Bought) -> Vec<&'static str> {
        let mut owners = Vec::new();
        for user in USERS {
            let (status, body) = bring(self.shop, user, &proof(self.state, &self.transaction(place, bought))).await;
            match body["code"].as_str().unwrap_or_default() {
                "OWNED_BY_ANOTHER_USER" => {}
                _ if status.is_success() => owners.push(user),
                other => panic!("{other}: {body}"),
            }
        }
        owners
    }
}

on_both! {
    async fn each_purchase_has_exactly_one_owner(state: TestState) {
        let shop = apple_life::open(&state).await;
        state.clock.advance(20 * MONTH);
        let mut tokens = Vec::new();
        for user in USERS {
            tokens.push(account_token(&shop, user).await);
        }
        let copies = Cell::new(0);
        let run = async |life: &[Bought], order: &[Index], copy: u32| {
            let copy = Life { state: &state, shop: &shop, tokens: tokens.clone(), copy };
            for report in reports(life, order) {
                copy.report(life, report).await;
            }
            for (place, bought) in life.iter().enumerate() {
                let owners = copy.owners_of(place, bought).await;
                assert_eq!(owners.len(), 1, "{life:?}: period {place} is {owners:?}'s");
                assert_eq!(copy.owners_of(place, bought).await, owners, "asked again");
                let payment = payment_of(&shop, &copy.order(place)).await;
                assert_eq!(payment["userKey"], owners[0], "{life:?}: period {place}");
                // Who pays gets it: a new purchase with a known token is its user's.
                if let (Token::Of(user), false) = (bought.token, bought.is_renewal && place > 0) {
                    assert_eq!(owners, [USERS[user]], "{life:?}: period {place}");
                }
            }
            let (_, page) = shop.call(Key::Secret, "GET", "/api/v1/payments?status=SUCCESS&limit=100", Value::Null).await;
            assert!(page["items"].is_array());
        };
        let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
        let case = (prop::collection::vec(bought(), 1..=4), prop::collection::vec(any::<Index>(), 8));
        let result = runner.run(&case, |(life, order)| {
            copies.set(copies.get() + 1);
            tokio::task::block_in_place(|| Handle::current().block_on(run(&life, &order, copies.get())));
            Ok(())
        });
        result.expect("one owner each");
    }
}
