//! What some payments add to the sums: the one place that says what counts, on which day and as what.

use std::collections::HashMap;
use std::hash::Hash;

use serde::{Deserialize, Serialize};

use crate::db::statistics::payers::PayerDay;
use crate::db::statistics::payments::CountedPayment;
use crate::error::{Error, Result};
use crate::model::{
    Day, Dimension, DiscountType, Environment, NamedZone, Ownership, PaidKind, PaymentStatus, ProductType, SumKey, Tally,
};

/// What payments add to the sums, and which users paid on which days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    pub sums: HashMap<SumKey, Tally>,
    pub payers: HashMap<PayerDay, i64>,
}

/// A content as it is stored: short, for there are many.
#[derive(Serialize, Deserialize)]
struct Stored {
    sums: Vec<StoredSum>,
    payers: Vec<StoredPayer>,
}

/// A key's parts and a tally's.
type StoredSum = (Environment, Dimension, Day, String, String, i64, i64, i128, i128);
/// A payer's parts and how often.
type StoredPayer = (Environment, String, String, Day, i64);

impl Content {
    /// What payments add, by the days of a zone.
    pub fn of<'a>(payments: impl IntoIterator<Item = &'a CountedPayment>, zone: &NamedZone) -> Self {
        let mut content = Self::default();
        for payment in payments {
            content.count(payment, zone);
        }
        content.without_zeros()
    }

    fn count(&mut self, payment: &CountedPayment, zone: &NamedZone) {
        if payment.status == PaymentStatus::Failure {
            if let Some(refusal) = payment.refusal {
                let day = zone.day_of(payment.created_at);
                self.add(payment, Dimension::Refusal, day, refusal.as_str(), Tally { payments: 1, ..Tally::default() });
            }
            return;
        }
        // What staff closed as refunded and nobody ever paid has no moment at which it was paid.
        let Some(paid_at) = payment.purchased_at.or(payment.verified_at) else { return };
        let (day, is_paid) = (zone.day_of(paid_at), is_revenue(payment));
        let gross = payment.price_micros.filter(|_| is_paid).unwrap_or_default();
        self.add_by_all(payment, day, Tally { payments: 1, gross: gross.into(), ..Tally::default() });
        if !is_paid {
            return;
        }
        if let Some(refunded) = given_back(payment) {
            let day = payment.refunded_at.map_or(day, |at| zone.day_of(at));
            self.add_by_all(payment, day, Tally { refunds: 1, refunded: refunded.into(), ..Tally::default() });
        }
        if !payment.user_key.is_empty() {
            let payer = PayerDay {
                environment: payment.environment.as_str(),
                user_key: payment.user_key.clone(),
                user_channel: payment.user_channel.clone(),
                day,
            };
            *self.payers.entry(payer).or_default() += 1;
        }
    }

    fn add_by_all(&mut self, payment: &CountedPayment, day: Day, tally: Tally) {
        self.add(payment, Dimension::Total, day, "", tally);
        self.add(payment, Dimension::Store, day, payment.store.as_str(), tally);
        self.add(payment, Dimension::App, day, &payment.app_seq.to_string(), tally);
        self.add(payment, Dimension::Product, day, &payment.product_seq.to_string(), tally);
        self.add(payment, Dimension::Kind, day, kind(payment).as_str(), tally);
    }

    fn add(&mut self, payment: &CountedPayment, dimension: Dimension, day: Day, value: &str, tally: Tally) {
        let has_money = dimension != Dimension::Refusal && is_revenue(payment);
        let currency = payment.currency.clone().filter(|_| has_money).unwrap_or_default();
        let key = SumKey { environment: payment.environment, dimension, day, value: value.to_owned(), currency };
        *self.sums.entry(key).or_default() += tally;
    }

    /// Adds another's.
    pub fn merge(&mut self, other: Self) {
        for (key, tally) in other.sums {
            *self.sums.entry(key).or_default() += tally;
        }
        for (payer, count) in other.payers {
            *self.payers.entry(payer).or_default() += count;
        }
    }

    /// What has to be added to `before` to make it this.
    pub fn since(mut self, before: Self) -> Self {
        let sums = before.sums.into_iter().map(|(key, tally)| (key, tally.negated())).collect();
        let payers = before.payers.into_iter().map(|(payer, count)| (payer, -count)).collect();
        self.merge(Self { sums, payers });
        self.without_zeros()
    }

    /// Keeps the refusals that were counted: reservations that nobody paid are removed after a time.
    pub fn with_refusals_of(mut self, before: &Self) -> Self {
        let is_refusal = |key: &SumKey| key.dimension == Dimension::Refusal;
        self.sums.retain(|key, _| !is_refusal(key));
        self.sums.extend(before.sums.iter().filter(|(key, _)| is_refusal(key)).map(|(key, tally)| (key.clone(), *tally)));
        self
    }

    fn without_zeros(mut self) -> Self {
        self.sums.retain(|_, tally| !tally.is_zero());
        self.payers.retain(|_, count| *count != 0);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.sums.is_empty() && self.payers.is_empty()
    }

    pub(super) fn to_json(&self) -> Result<String> {
        let sums = sorted(&self.sums, |key| (key.day, key.dimension.as_str(), key.value.clone(), key.currency.clone()));
        let sums = sums.into_iter().map(|(key, tally)| {
            let Tally { payments, refunds, gross, refunded } = *tally;
            let SumKey { environment, dimension, day, value, currency } = key.clone();
            (environment, dimension, day, value, currency, payments, refunds, gross, refunded)
        });
        let payers = sorted(&self.payers, Clone::clone).into_iter().map(|(payer, count)| {
            let PayerDay { environment, user_key, user_channel, day } = payer.clone();
            Ok((environment.parse().map_err(Error::internal)?, user_key, user_channel, day, *count))
        });
        let stored = Stored { sums: sums.collect(), payers: payers.collect::<Result<_>>()? };
        serde_json::to_string(&stored).map_err(Error::internal)
    }

    pub(super) fn from_json(text: &str) -> Result<Self> {
        let stored: Stored = serde_json::from_str(text).map_err(Error::internal)?;
        let sums = stored.sums.into_iter().map(|sum| {
            let (environment, dimension, day, value, currency, payments, refunds, gross, refunded) = sum;
            (SumKey { environment, dimension, day, value, currency }, Tally { payments, refunds, gross, refunded })
        });
        let payers = stored.payers.into_iter().map(|(environment, user_key, user_channel, day, count)| {
            (PayerDay { environment: environment.as_str(), user_key, user_channel, day }, count)
        });
        Ok(Self { sums: sums.collect(), payers: payers.collect() })
    }
}

fn sorted<K: Eq + Hash, V, O: Ord>(map: &HashMap<K, V>, order: impl Fn(&K) -> O) -> Vec<(&K, &V)> {
    let mut all: Vec<_> = map.iter().collect();
    all.sort_by_cached_key(|(key, _)| order(key));
    all
}

/// Whether the player paid money for it that the store stands behind: not for a trial, a promotion code, a reward, a family share.
fn is_revenue(payment: &CountedPayment) -> bool {
    let is_given = |discount: &str| {
        [DiscountType::FreeTrial, DiscountType::PromotionCode, DiscountType::Rewarded].iter().any(|one| one.as_str() == discount)
    };
    payment.price_micros.is_some_and(|price| price > 0)
        && payment.currency.is_some()
        && payment.ownership == Ownership::Purchased
        && payment.provisional_since.is_none()
        && !payment.offer_discount.as_deref().is_some_and(is_given)
}

/// What went back of what was paid, if anything did (docs/rules.md, What a store takes back).
fn given_back(payment: &CountedPayment) -> Option<i64> {
    match payment.status {
        PaymentStatus::Refund => payment.refunded_micros.or(payment.price_micros),
        _ => payment.refunded_micros.filter(|micros| *micros > 0),
    }
}

fn kind(payment: &CountedPayment) -> PaidKind {
    match payment.product_type {
        ProductType::Consumable | ProductType::NonConsumable => PaidKind::OneTime,
        ProductType::AutoSubscription | ProductType::ConsumableAutoSubscription if payment.is_renewal => PaidKind::Renewal,
        ProductType::AutoSubscription | ProductType::ConsumableAutoSubscription => PaidKind::NewSubscription,
    }
}
