//! Payments as a text describes them: when, what, how much, whose.

use std::collections::BTreeSet;

use super::find::Finder;
use crate::db;
use crate::db::search::Described;
use crate::error::Result;
use crate::model::{AskedAmount, Found, MatchKind, Payment, PaymentSeq, Product, ProductSeq, Timestamp};

/// Payments looked through for a price: of a product or a user, whose rows are read, and of all, which an index answers alone.
const ROWS_MAX: u32 = 10_000;
const INDEXED_MAX: u32 = 100_000;
const FOUND_MAX: u32 = 100;
const SHOWN_MAX: usize = 20;
/// Products and users a text may name.
const PRODUCTS_MAX: usize = 10;
const USERS_MAX: usize = 3;
/// A reservation is made before the purchase, and a store may tell of it later.
const MADE_BEFORE_MILLIS: i64 = Timestamp::DAY;
const MADE_AFTER_MILLIS: i64 = 2 * Timestamp::DAY;

/// What of a description is held to.
#[derive(Clone, Copy)]
struct Held {
    /// People round: ten dollars are 9.99.
    is_rounded: bool,
    days_more: i64,
    has_days: bool,
    has_amounts: bool,
    has_products: bool,
}

const fn held(days_more: i64, has_days: bool, has_amounts: bool, has_products: bool) -> Held {
    Held { is_rounded: false, days_more, has_days, has_amounts, has_products }
}

/// All of it; then people round, mistake a day, call a product by another name, or mistake more.
const TRIES: [Held; 6] = [
    held(0, true, true, true),
    Held { is_rounded: true, ..held(0, true, true, true) },
    held(1, true, true, true),
    held(0, true, true, false),
    held(0, false, true, true),
    held(0, true, false, true),
];

/// Adds the payments that are as the text says, by the strictest reading that finds any.
pub(super) async fn find(finder: &mut Finder<'_>, products: &[Product]) -> Result<()> {
    let asked = finder.asked;
    if asked.amounts.is_empty() && asked.days.is_empty() {
        return Ok(());
    }
    let users = users_of(finder);
    let mut tried = BTreeSet::new();
    for held in TRIES {
        let (days, amounts) = (held.has_days && !asked.days.is_empty(), held.has_amounts && !asked.amounts.is_empty());
        let of_products = held.has_products && !products.is_empty();
        // At least two things must agree, or the one there is.
        let agreeing = [days, amounts, of_products, !users.is_empty()].iter().filter(|held| **held).count();
        let said = [!asked.days.is_empty(), !asked.amounts.is_empty(), !products.is_empty(), !users.is_empty()];
        let is_enough = agreeing >= said.iter().filter(|said| **said).count().min(2);
        let this = (days.then_some(held.days_more), amounts.then_some(held.is_rounded), of_products);
        if !is_enough || !(days || amounts) || !tried.insert(this) {
            continue;
        }
        let held = Held { has_days: days, has_amounts: amounts, has_products: of_products, ..held };
        let found = list(finder, held, products, &users).await?;
        if !found.is_empty() {
            let found = found.into_iter().map(|payment| Found::Payment(Box::new(payment))).collect();
            finder.add_described(found, !users.is_empty());
            return Ok(());
        }
    }
    Ok(())
}

/// The users the text names, channel and key.
fn users_of(finder: &Finder<'_>) -> Vec<(String, String)> {
    let sure = finder.hits.iter().filter(|ranked| matches!(ranked.hit.why.kind, MatchKind::Exact | MatchKind::Normalised));
    let users = sure.filter_map(|ranked| match &ranked.hit.found {
        Found::User { user_key, user_channel } => Some((user_channel.clone(), user_key.clone())),
        _ => None,
    });
    users.take(USERS_MAX).collect()
}

async fn list(finder: &Finder<'_>, held: Held, products: &[Product], users: &[(String, String)]) -> Result<Vec<Payment>> {
    let days = days_of(finder, held);
    let amounts = amounts_of(finder, held);
    let micros: Vec<i64> = amounts.iter().map(|amount| amount.micros).collect::<BTreeSet<_>>().into_iter().collect();
    let products: Vec<Option<ProductSeq>> = match held.has_products {
        true => products.iter().take(PRODUCTS_MAX).map(|product| Some(product.product_seq)).collect(),
        false => vec![None],
    };
    let users: Vec<Option<(&str, &str)>> = match users.is_empty() {
        true => vec![None],
        false => users.iter().map(|(channel, key)| Some((channel.as_str(), key.as_str()))).collect(),
    };
    let within: Vec<_> = if days.is_empty() { vec![None] } else { days.iter().map(|days| Some(*days)).collect() };
    let mut seqs = BTreeSet::<PaymentSeq>::new();
    let mut tx = finder.state.db.read().await?;
    for product in &products {
        for user in &users {
            for days in &within {
                let made = days.map(|(from, to): (Timestamp, Timestamp)| {
                    // Without a price all rows of the time would be read.
                    let (before, after) =
                        if micros.is_empty() && user.is_none() { (0, 0) } else { (MADE_BEFORE_MILLIS, MADE_AFTER_MILLIS) };
                    (from.plus_millis(-before), to.plus_millis(after))
                });
                let scanned = if product.is_none() && user.is_none() { INDEXED_MAX } else { ROWS_MAX };
                let like = Described { made, micros: &micros, product: *product, user: *user };
                seqs.extend(db::search::list_described(&mut tx, finder.project, like, scanned, FOUND_MAX).await?);
            }
        }
    }
    let seqs: Vec<PaymentSeq> = seqs.into_iter().collect();
    let mut payments = db::payments::list_by_seq(&mut tx, finder.project, &seqs).await?;
    drop(tx);
    payments.retain(|payment| {
        let at = at(payment);
        let is_then = days.is_empty() || days.iter().any(|(from, to)| *from <= at && at < *to);
        let is_price =
            amounts.is_empty() || payment.price.as_ref().is_some_and(|price| amounts.iter().any(|asked| asked.is(price)));
        is_then && is_price
    });
    payments.sort_by_cached_key(|payment| (distance(finder, &days, at(payment)), std::cmp::Reverse(at(payment))));
    payments.truncate(SHOWN_MAX);
    Ok(payments)
}

/// The amounts of the text, and where people round those a little below.
fn amounts_of(finder: &Finder<'_>, held: Held) -> Vec<AskedAmount> {
    // A cent, five, ten; one, ten, a hundred and a thousand of a currency without cents.
    const LESS: [i64; 7] = [10_000, 50_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];
    const PERCENT_LESS_MAX: i64 = 5;
    if !held.has_amounts {
        return Vec::new();
    }
    let less = |asked: &AskedAmount| {
        let near = LESS.iter().filter(|less| **less <= asked.micros / 100 * PERCENT_LESS_MAX);
        near.map(|less| AskedAmount { micros: asked.micros - less, currencies: asked.currencies.clone() }).collect::<Vec<_>>()
    };
    match held.is_rounded {
        true => finder.asked.amounts.iter().flat_map(less).collect(),
        false => finder.asked.amounts.clone(),
    }
}

fn at(payment: &Payment) -> Timestamp {
    payment.purchased_at.unwrap_or(payment.created_at)
}

fn days_of(finder: &Finder<'_>, held: Held) -> Vec<(Timestamp, Timestamp)> {
    let more = held.days_more * Timestamp::DAY;
    let days = finder.asked.days.iter().filter(|_| held.has_days);
    days.map(|(from, to)| (from.plus_millis(-more), to.plus_millis(more))).collect()
}

/// How far a moment is from the times of the day that the text names, to a quarter of an hour; nothing where it names none.
fn distance(finder: &Finder<'_>, days: &[(Timestamp, Timestamp)], at: Timestamp) -> i64 {
    let hours = &finder.asked.hours;
    let starts =
        days.iter().flat_map(|(from, to)| (0..).map(|day| from.0 + day * Timestamp::DAY).take_while(|start| *start < to.0));
    let moments = starts.flat_map(|start| hours.iter().map(move |hour| start + hour));
    moments.map(|moment| (moment - at.0).abs() / (15 * Timestamp::MINUTE)).min().unwrap_or_default()
}
