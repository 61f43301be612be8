//! Whatever happens to payments, and whenever the background adds them up: the statistics are what a plain recount gives.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use purser::audit::By;
use purser::db;
use purser::jobs::RollUpStatistics;
use purser::model::{
    Actor, Attribution, Comparison, Day, DaySpan, Dimension, Environment, Money, NamedZone, Offer, OfferType, Payment,
    PaymentQuery, PaymentSeq, PaymentStatus, ProductType, ProjectId, RefusalCode, SpanUnit, Statistics, StatisticsInput, Tally,
    Timestamp,
};
use purser::statistics::{SettingsInput, get_statistics, update_settings};
use tokio::runtime::Handle;

use crate::shop::Shop;
use crate::support::{TestState, on_both, run};

const STEPS_MAX: usize = 40;
const CASES: u32 = 24;
const BY: By = By::System("test");
/// With summer times of an hour and of half an hour, south and north, and a whole day that was skipped.
const ZONES: [&str; 5] = ["Asia/Seoul", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Kiritimati"];

#[derive(Debug, Clone)]
struct Bought {
    user: u8,
    currency: &'static str,
    price: i64,
    /// How long before it was recorded.
    before: i64,
    /// The subscription it is a period of.
    chain: Option<u8>,
    discount: Option<&'static str>,
    is_live: bool,
}

#[derive(Debug, Clone)]
enum Step {
    Buy(Bought),
    Refuse(u8),
    /// A refused reservation is paid for after all.
    Settle(Index, Bought),
    Refund(Index),
    RefundPart(Index, i64),
    Reverse(Index),
    Assign(Index, u8),
    /// The store says another price later.
    Reprice(Index, i64),
    Advance(i64),
    RollUp,
    Zone(usize),
    Look(i64, i64, SpanUnit, Comparison),
}

fn bought() -> impl Strategy<Value = Bought> {
    let before = prop_oneof![3 => 0..Timestamp::MINUTE, 2 => 0..2 * Timestamp::DAY, 1 => 0..300 * Timestamp::DAY];
    let currency = prop::sample::select(vec!["KRW", "USD"]);
    let chain = prop::option::weighted(0.4, 0..3_u8);
    let discount = prop::option::weighted(0.2, prop::sample::select(vec!["FREE_TRIAL", "REWARDED", "INTRODUCTORY_PRICE"]));
    let price = prop_oneof![Just(0), 1..9_000_000_000_i64, Just(Money::MICROS_MAX)];
    (0..4_u8, currency, price, before, chain, discount, prop::bool::weighted(0.8)).prop_map(
        |(user, currency, price, before, chain, discount, is_live)| Bought {
            user,
            currency,
            price,
            before,
            chain,
            discount,
            is_live,
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let index = any::<Index>;
    let advance = prop_oneof![
        2 => 0..Timestamp::MINUTE, 2 => 0..20 * Timestamp::MINUTE, 2 => 0..2 * Timestamp::DAY, 1 => 0..60 * Timestamp::DAY,
    ];
    let unit = prop::sample::select(SpanUnit::ALL);
    let compare = prop::sample::select(Comparison::ALL);
    prop_oneof![
        8 => bought().prop_map(Step::Buy),
        2 => (0..4_u8).prop_map(Step::Refuse),
        1 => (index(), bought()).prop_map(|(which, bought)| Step::Settle(which, bought)),
        2 => index().prop_map(Step::Refund),
        2 => (index(), 1..5_000_000_000_i64).prop_map(|(which, micros)| Step::RefundPart(which, micros)),
        1 => index().prop_map(Step::Reverse),
        2 => (index(), 0..4_u8).prop_map(|(which, user)| Step::Assign(which, user)),
        1 => (index(), 1..5_000_000_000_i64).prop_map(|(which, micros)| Step::Reprice(which, micros)),
        6 => advance.prop_map(Step::Advance),
        4 => Just(Step::RollUp),
        1 => (0..ZONES.len()).prop_map(Step::Zone),
        3 => (0..200_i64, 1..500_i64, unit, compare).prop_map(|(end, days, unit, compare)| Step::Look(end, days, unit, compare)),
    ]
}

/// One project's life.
struct Life<'a> {
    state: &'a TestState,
    project: ProjectId,
    template: Payment,
    payments: Vec<PaymentSeq>,
}

impl Life<'_> {
    async fn take(&mut self, step: &Step) {
        match step {
            Step::Buy(bought) => self.make(|payment| pay(payment, bought)).await,
            Step::Refuse(user) => self.make(|payment| refuse(payment, *user)).await,
            Step::Settle(which, bought) => {
                self.change(which, PaymentStatus::Failure, |payment| pay(payment, bought)).await;
            }
            Step::Refund(which) => {
                self.change(which, PaymentStatus::Success, |payment| {
                    payment.status = PaymentStatus::Refund;
                    payment.refunded_by = Some(Actor::Store);
                    payment.refunded_at = Some(payment.updated_at.plus_millis(-Timestamp::HOUR));
                })
                .await;
            }
            Step::RefundPart(which, micros) => {
                self.change(which, PaymentStatus::Success, |payment| {
                    let price = payment.price.as_ref().map_or(0, |price| price.price_micros);
                    payment.refunded_micros = Some((*micros).min(price));
                })
                .await;
            }
            Step::Reverse(which) => {
                self.change(which, PaymentStatus::Refund, |payment| {
                    payment.status = PaymentStatus::Success;
                    (payment.refunded_at, payment.refunded_by, payment.refunded_micros) = (None, None, None);
                })
                .await;
            }
            Step::Assign(which, user) => {
                self.change(which, PaymentStatus::Success, |payment| payment.user_key = user_key(*user)).await;
            }
            Step::Reprice(which, micros) => {
                self.change(which, PaymentStatus::Success, |payment| {
                    if let Some(price) = &mut payment.price {
                        price.price_micros = *micros;
                    }
                })
                .await;
            }
            Step::Advance(millis) => self.state.clock.advance(*millis),
            Step::RollUp => drop(run(self.state, RollUpStatistics).await),
            Step::Zone(which) => {
                let input = SettingsInput { time_zone: ZONES[*which], sum_currency: "" };
                update_settings(self.state, &BY, &self.project, &input).await.expect("another zone");
            }
            Step::Look(end, days, unit, compare) => self.look(*end, *days, *unit, *compare).await,
        }
    }

    /// A payment that begins as a reservation does.
    fn draft(&self) -> Payment {
        let now = self.state.clock.now();
        let payment_seq = PaymentSeq(format!("{}{:05}", self.template.payment_seq, self.payments.len()));
        Payment { payment_seq, created_at: now, updated_at: now, ..self.template.clone() }
    }

    async fn make(&mut self, change: impl FnOnce(&mut Payment)) {
        let mut payment = self.draft();
        change(&mut payment);
        let (project, seq) = (self.project.clone(), payment.payment_seq.clone());
        self.state.db.write(async |tx| db::payments::insert(tx, &project, &payment).await).await.expect("written");
        self.payments.push(seq);
    }

    /// Changes one of the payments, if it stands so.
    async fn change(&self, which: &Index, status: PaymentStatus, change: impl FnOnce(&mut Payment)) {
        if self.payments.is_empty() {
            return;
        }
        let seq = which.get(&self.payments);
        let mut tx = self.state.db.read().await.expect("reads");
        let before = db::payments::find(&mut tx, &self.project, seq).await.expect("reads").expect("there");
        drop(tx);
        if before.status != status {
            return;
        }
        let mut after = Payment { updated_at: self.state.clock.now(), ..before.clone() };
        change(&mut after);
        let saved = self.state.db.write(async |tx| db::payments::save(tx, &self.project, &before, &after).await).await;
        assert!(saved.expect("written"));
    }

    async fn look(&self, end: i64, days: i64, unit: SpanUnit, compare: Comparison) {
        let settings = purser::statistics::get_settings(self.state, &self.project).await.expect("settings");
        let zone = NamedZone::parse(&settings.time_zone).expect("a zone");
        let to = zone.day_of(self.state.clock.now()).plus(-end);
        for environment in [Environment::Live, Environment::Simulator] {
            let input = StatisticsInput {
                from: Some(to.plus(1 - days)),
                to: Some(to),
                unit: Some(unit),
                compare: Some(compare),
                environment: Some(environment),
                preset: None,
            };
            let found = get_statistics(self.state, &self.project, &input).await.expect("statistics");
            assert_eq!(found.progress_percent, None);
            assert_eq!(told(&found), self.recount(&found, &zone, environment).await);
        }
    }

    async fn recount(&self, found: &Statistics, zone: &NamedZone, environment: Environment) -> Told {
        let mut all = Vec::new();
        let mut query = PaymentQuery { limit: 100, ..PaymentQuery::default() };
        loop {
            let page = purser::payments::list(self.state, &self.project, &query).await.expect("a page");
            all.extend(page.items);
            query.cursor = page.next_cursor;
            if query.cursor.is_none() {
                break;
            }
        }
        let recount = Recount { all, zone, environment };
        let spans: Vec<DaySpan> = [Some(found.query.span), found.query.compared].into_iter().flatten().collect();
        let points = spans.iter().flat_map(|span| span.parts(found.query.unit));
        Told {
            spans: spans.iter().copied().chain(points).map(|span| recount.numbers(span)).collect(),
            values: spans.iter().flat_map(|span| recount.values(*span)).collect(),
        }
    }
}

fn user_key(user: u8) -> String {
    if user == 0 { String::new() } else { format!("player-{user}") }
}

fn refuse(payment: &mut Payment, user: u8) {
    payment.user_key = user_key(user.max(1));
    payment.status = PaymentStatus::Failure;
    payment.refusal = Some([RefusalCode::ProofInvalid, RefusalCode::AppMismatch][usize::from(user % 2)]);
}

fn pay(payment: &mut Payment, bought: &Bought) {
    let at = payment.updated_at;
    payment.user_key = user_key(bought.user);
    payment.attribution = Attribution::Presenter;
    payment.status = PaymentStatus::Success;
    payment.environment = if bought.is_live { Environment::Live } else { Environment::Simulator };
    payment.price = Some(Money { price_micros: bought.price, currency: bought.currency.into() });
    (payment.purchased_at, payment.verified_at) = (Some(at.plus_millis(-bought.before)), Some(at));
    payment.store_order_id = Some(payment.payment_seq.0.clone());
    payment.original_order_id =
        bought.chain.map_or_else(|| payment.store_order_id.clone(), |chain| Some(format!("chain-{chain}")));
    payment.product_type = if bought.chain.is_some() { ProductType::AutoSubscription } else { ProductType::Consumable };
    payment.offer = bought.discount.map(|discount| Offer {
        offer_type: OfferType::Other,
        offer_id: None,
        discount_type: Some(discount.into()),
    });
}

type Numbers = (BTreeMap<String, Tally>, i64, i64, i64, i64);

/// What is compared: the numbers of all spans, and the sums by value of the span and of the one it is laid beside.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    spans: Vec<Numbers>,
    values: Vec<BTreeMap<(String, String, String), Tally>>,
}

fn told(found: &Statistics) -> Told {
    let numbers = |one: &purser::model::SpanNumbers| -> Numbers {
        let amounts = one.amounts.iter().map(|amounts| (amounts.currency.clone(), amounts.tally)).collect();
        (amounts, one.free, one.payers, one.new_payers, one.refused)
    };
    let totals = std::iter::once(&found.now).chain(found.before.as_ref());
    let points = found.points.iter().chain(&found.points_before).map(|point| &point.numbers);
    let values = |pick: fn(&(Tally, Tally)) -> Tally| {
        let mut values = BTreeMap::new();
        for breakdown in &found.breakdowns {
            for row in &breakdown.rows {
                let key = (breakdown.dimension.to_string(), row.value.clone(), row.currency.clone());
                values.insert(key, pick(&(row.now, row.before)));
            }
        }
        for (code, now, before) in &found.refusals {
            let payments =
                pick(&(Tally { payments: *now, ..Tally::default() }, Tally { payments: *before, ..Tally::default() })).payments;
            let key = (Dimension::Refusal.to_string(), code.to_string(), String::new());
            values.insert(key, Tally { payments, ..Tally::default() });
        }
        values.retain(|_, tally: &mut Tally| !tally.is_zero());
        values
    };
    let mut both = vec![values(|row| row.0)];
    if found.before.is_some() {
        both.push(values(|row| row.1));
    }
    Told { spans: totals.chain(points).map(numbers).collect(), values: both }
}

/// All payments, counted without any index or sum.
struct Recount<'a> {
    all: Vec<Payment>,
    zone: &'a NamedZone,
    environment: Environment,
}

impl Recount<'_> {
    fn paid(&self) -> impl Iterator<Item = (&Payment, Day)> {
        let is_paid = |payment: &&Payment| {
            payment.environment == self.environment && matches!(payment.status, PaymentStatus::Success | PaymentStatus::Refund)
        };
        self.all.iter().filter(is_paid).map(|payment| (payment, self.zone.day_of(payment.purchased_at.expect("bought"))))
    }

    fn refunded(&self, payment: &Payment, day: Day) -> Option<(Day, i128)> {
        let money = payment.refunded_money().map(|money| money.price_micros);
        let money = money.filter(|micros| *micros > 0 || payment.status == PaymentStatus::Refund)?;
        Some((payment.refunded_at.map_or(day, |at| self.zone.day_of(at)), money.into()))
    }

    /// What a payment adds to a span.
    fn tally(&self, payment: &Payment, day: Day, span: DaySpan) -> Tally {
        let mut tally = Tally::default();
        if span.contains(day) {
            tally += Tally { payments: 1, gross: payment.price.as_ref().map_or(0, |price| price.price_micros.into()), ..tally };
        }
        if let Some((_, refunded)) = self.refunded(payment, day).filter(|(day, _)| span.contains(*day)) {
            tally += Tally { refunds: 1, refunded, ..Tally::default() };
        }
        tally
    }

    fn numbers(&self, span: DaySpan) -> Numbers {
        let (mut amounts, mut free): (BTreeMap<String, Tally>, i64) = (BTreeMap::new(), 0);
        let (mut payers, mut earlier) = (BTreeSet::new(), BTreeSet::new());
        for (payment, day) in self.paid() {
            if !is_revenue(payment) {
                free += i64::from(span.contains(day));
                continue;
            }
            *amounts.entry(currency(payment)).or_default() += self.tally(payment, day, span);
            if span.contains(day) {
                payers.insert(&payment.user_key);
            } else if day < span.from {
                earlier.insert(&payment.user_key);
            }
        }
        amounts.retain(|_, tally| !tally.is_zero());
        payers.retain(|user| !user.is_empty());
        let refused = self.refused(span).values().map(|tally| tally.payments).sum();
        (amounts, free, payers.len() as i64, payers.difference(&earlier).count() as i64, refused)
    }

    fn refused(&self, span: DaySpan) -> BTreeMap<(String, String, String), Tally> {
        let mut sums: BTreeMap<_, Tally> = BTreeMap::new();
        for payment in &self.all {
            let is_counted = payment.environment == self.environment && span.contains(self.zone.day_of(payment.created_at));
            if let Some(code) = payment.refusal.filter(|_| is_counted && payment.status == PaymentStatus::Failure) {
                let key = (Dimension::Refusal.to_string(), code.to_string(), String::new());
                sums.entry(key).or_default().payments += 1;
            }
        }
        sums
    }

    fn values(&self, span: DaySpan) -> Option<BTreeMap<(String, String, String), Tally>> {
        let mut sums = self.refused(span);
        for (payment, day) in self.paid().filter(|(payment, _)| is_revenue(payment)) {
            let kind = match payment.product_type {
                ProductType::Consumable => "ONE_TIME",
                _ if self.has_earlier(payment) => "RENEWAL",
                _ => "NEW_SUBSCRIPTION",
            };
            let (app, product) = (payment.app_seq.to_string(), payment.product_seq.to_string());
            for (dimension, value) in
                [("KIND", kind), ("STORE", payment.store.as_str()), ("APP", app.as_str()), ("PRODUCT", product.as_str())]
            {
                let key = (dimension.to_owned(), value.to_owned(), currency(payment));
                *sums.entry(key).or_default() += self.tally(payment, day, span);
            }
        }
        sums.retain(|_, tally| !tally.is_zero());
        Some(sums)
    }

    fn has_earlier(&self, payment: &Payment) -> bool {
        let is_earlier = |other: &&Payment| {
            matches!(other.status, PaymentStatus::Success | PaymentStatus::Refund)
                && other.original_order_id == payment.original_order_id
                && other.purchased_at < payment.purchased_at
        };
        self.all.iter().any(|other| is_earlier(&other))
    }
}

fn currency(payment: &Payment) -> String {
    payment.price.as_ref().map(|price| price.currency.clone()).unwrap_or_default()
}

fn is_revenue(payment: &Payment) -> bool {
    let discount = payment.offer.as_ref().and_then(|offer| offer.discount_type.as_deref());
    payment.price.as_ref().is_some_and(|price| price.price_micros > 0) && !matches!(discount, Some("FREE_TRIAL" | "REWARDED"))
}

on_both! {
    async fn the_statistics_are_what_a_recount_gives(state: TestState) {
        let made = Cell::new(0);
        let live = async |steps: &[Step], number: u32| {
            let name = format!("Game {number}");
            let project = purser::projects::create_project(&state, &BY, &name, None).await.expect("a project").id;
            let template = template(&state, number).await;
            let mut life = Life { state: &state, project, template, payments: Vec::new() };
            for step in steps {
                life.take(step).await;
            }
            for (unit, compare) in [(SpanUnit::Month, Comparison::YearBefore), (SpanUnit::Week, Comparison::Previous)] {
                life.look(0, 400, unit, compare).await;
            }
            run(&state, RollUpStatistics).await;
            life.look(0, 30, SpanUnit::Day, Comparison::Previous).await;
        };
        Shop::open(&state).await.reserve("TEST", "template", "gem_100").await;
        let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
        let result = runner.run(&prop::collection::vec(step(), 1..STEPS_MAX), |steps| {
            made.set(made.get() + 1);
            tokio::task::block_in_place(|| Handle::current().block_on(live(&steps, made.get())));
            Ok(())
        });
        result.expect("the same numbers");
    }
}

/// A reservation to make payments of, with numbers of its own.
async fn template(state: &TestState, number: u32) -> Payment {
    let projects = purser::projects::list_projects(state).await.expect("projects");
    let shop = projects.iter().find(|project| project.name == "Game").expect("the shop").id.clone();
    let page = purser::payments::list(state, &shop, &PaymentQuery { limit: 1, ..PaymentQuery::default() }).await.expect("a page");
    let first = page.items.into_iter().next().expect("a reservation");
    Payment { payment_seq: PaymentSeq(format!("{}{number:06}", first.payment_seq)), user_key: String::new(), ..first }
}
