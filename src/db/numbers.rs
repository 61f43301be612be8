//! Numbers handed out in blocks per process, so that no row is hot.
//!
//! The numbers of payments and subscriptions are held outside, by game servers. They start at the clock's own number
//! (`clock_number`) or above: the clock counts faster than numbers are used up, so a database that was restored from a backup
//! hands out none that was handed out after the backup was made.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Mutex as Turns;

use super::{Db, Tx, on};
use crate::error::{Error, Result};
use crate::model::{AppSeq, PaymentSeq, ProductSeq, SubscriptionId, Timestamp};

/// Apps and products are few: their numbers stay without gaps.
const SMALL_BLOCK: i64 = 1;
/// A restart loses at most one block; the numbers only have to be unique.
/// Everyone who needs a number waits while a block is fetched, which takes a commit.
const LARGE_BLOCK: i64 = 10_000;

/// What a day's numbers go up to: ten digits after the date, so that all eighteen fit into 64 bits.
const PER_DAY: i64 = 10_000_000_000;
/// How far the clock's own number moves in a millisecond: more than all processes together hand out.
const PER_MILLI: i64 = 64;
/// For counters that have nothing to do with the clock.
const NO_CLOCK: i64 = 0;

/// The number that belongs to a moment: the KST date, then how much of the day is over.
fn clock_number(now: Timestamp) -> i64 {
    now.day_number_kst() * PER_DAY + now.millis_of_day_kst() * PER_MILLI
}

/// Numbers at hand, good until a moment.
struct Block {
    numbers: Range<i64>,
    ends_at: Timestamp,
}

/// Hands out unique numbers from the `counters` table. Take them before a write, never inside one: a new block is a
/// write of its own and would wait for the first.
#[derive(Clone)]
pub struct Numbers {
    db: Db,
    /// Held for a moment only: whoever waits for a lock here is put to sleep and woken, which costs more than the number.
    blocks: Arc<Mutex<HashMap<&'static str, Block>>>,
    /// Whose turn it is to fetch a block.
    turns: Arc<Turns<()>>,
}

impl Numbers {
    pub fn new(db: Db) -> Self {
        Self { db, blocks: Arc::default(), turns: Arc::default() }
    }

    pub async fn next_app(&self) -> Result<AppSeq> {
        self.next("app", SMALL_BLOCK, None).await.map(AppSeq)
    }

    pub async fn next_product(&self) -> Result<ProductSeq> {
        self.next("product", SMALL_BLOCK, None).await.map(ProductSeq)
    }

    /// Numbers for many products at once.
    pub async fn next_products(&self, count: usize) -> Result<Vec<ProductSeq>> {
        let block = i64::try_from(count).map_err(Error::internal)?;
        Ok(self.reserve_block("product", block, NO_CLOCK).await?.map(ProductSeq).collect())
    }

    /// The KST date and ten digits.
    pub async fn next_payment(&self, now: Timestamp) -> Result<PaymentSeq> {
        self.next("payment", LARGE_BLOCK, Some(now)).await.map(|number| PaymentSeq(number.to_string()))
    }

    pub async fn next_subscription(&self, now: Timestamp) -> Result<SubscriptionId> {
        self.next("subscription", LARGE_BLOCK, Some(now)).await.map(|number| SubscriptionId(number.to_string()))
    }

    /// For the simulator's transactions.
    pub async fn next_row(&self) -> Result<i64> {
        self.next("row", LARGE_BLOCK, None).await
    }

    /// `now` for numbers that carry their day.
    async fn next(&self, name: &'static str, size: i64, now: Option<Timestamp>) -> Result<i64> {
        if let Some(number) = self.take_kept(name, now) {
            return Ok(number);
        }
        let _turn = self.turns.lock().await;
        loop {
            // Whoever had the turn before may have fetched a block.
            if let Some(number) = self.take_kept(name, now) {
                return Ok(number);
            }
            let numbers = self.reserve_block(name, size, now.map_or(NO_CLOCK, clock_number)).await?;
            let ends_at = now.map_or(Timestamp(i64::MAX), Timestamp::end_of_day_kst);
            self.blocks.lock().unwrap_or_else(PoisonError::into_inner).insert(name, Block { numbers, ends_at });
        }
    }

    /// The next number of the block at hand; what is left of one of another day is let go.
    fn take_kept(&self, name: &'static str, now: Option<Timestamp>) -> Option<i64> {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let block = blocks.get_mut(name).filter(|block| now.is_none_or(|now| now < block.ends_at))?;
        block.numbers.next()
    }

    /// A block that nobody else has, from `floor` on.
    async fn reserve_block(&self, name: &'static str, size: i64, floor: i64) -> Result<Range<i64>> {
        const SQL: &str = "UPDATE counters SET value = CASE WHEN value < $3 THEN $3 ELSE value END + $2 WHERE name = $1
             RETURNING value";
        let reserve =
            async |tx: &mut Tx| on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(name).bind(size).bind(floor).fetch_one(c).await?));
        let end: i64 = self.db.write(reserve).await?;
        Ok(end - size..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clocks_number_is_the_korean_date_and_grows_with_the_day() {
        let at = |text: &str| clock_number(Timestamp::parse_rfc3339(text).expect("a time"));
        assert_eq!(at("2026-11-22T15:00:00Z"), 202_611_230_000_000_000);
        assert_eq!(at("2026-11-23T14:59:59.999Z"), 202_611_235_529_599_936);
        assert_eq!(at("2026-11-23T15:00:00Z"), 202_611_240_000_000_000);
        assert!(at("9999-12-31T00:00:00Z").checked_add(LARGE_BLOCK).is_some(), "it fits for as long as dates have four digits");
    }
}
