//! Numbers handed out in blocks per process, so that no row is hot.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Mutex as Turns;

use super::{Db, on};
use crate::error::{Error, Result};
use crate::model::{AppSeq, PaymentSeq, ProductSeq, SubscriptionId, Timestamp};

/// Apps and products are few: their numbers stay without gaps.
const SMALL_BLOCK: i64 = 1;
/// A restart loses at most one block; the numbers only have to be unique.
/// Everyone who needs a number waits while a block is fetched, which takes a commit.
const LARGE_BLOCK: i64 = 10_000;

/// Hands out unique numbers from the `counters` table. Take them before a write, never inside one: a new block is a
/// write of its own and would wait for the first.
#[derive(Clone)]
pub struct Numbers {
    db: Db,
    /// Held for a moment only: whoever waits for a lock here is put to sleep and woken, which costs more than the number.
    blocks: Arc<Mutex<HashMap<&'static str, Range<i64>>>>,
    /// Whose turn it is to fetch a block.
    turns: Arc<Turns<()>>,
}

impl Numbers {
    pub fn new(db: Db) -> Self {
        Self { db, blocks: Arc::default(), turns: Arc::default() }
    }

    pub async fn next_app(&self) -> Result<AppSeq> {
        self.next("app", SMALL_BLOCK).await.map(AppSeq)
    }

    pub async fn next_product(&self) -> Result<ProductSeq> {
        self.next("product", SMALL_BLOCK).await.map(ProductSeq)
    }

    /// Numbers for many products at once.
    pub async fn next_products(&self, count: usize) -> Result<Vec<ProductSeq>> {
        let block = i64::try_from(count).map_err(Error::internal)?;
        Ok(self.reserve_block("product", block).await?.map(ProductSeq).collect())
    }

    /// The KST date and a number that never resets, at least eight digits.
    pub async fn next_payment(&self, now: Timestamp) -> Result<PaymentSeq> {
        let number = self.next("payment", LARGE_BLOCK).await?;
        Ok(PaymentSeq(format!("{}{number:08}", now.day_kst_compact())))
    }

    pub async fn next_subscription(&self) -> Result<SubscriptionId> {
        self.next("subscription", LARGE_BLOCK).await.map(|number| SubscriptionId(number.to_string()))
    }

    /// For rows that only need a number of their own: events, audit entries.
    pub async fn next_row(&self) -> Result<i64> {
        self.next("row", LARGE_BLOCK).await
    }

    /// Several of them at once.
    pub async fn next_rows<const N: usize>(&self) -> Result<[i64; N]> {
        self.take("row", LARGE_BLOCK).await
    }

    async fn next(&self, name: &'static str, block: i64) -> Result<i64> {
        let [number] = self.take(name, block).await?;
        Ok(number)
    }

    async fn take<const N: usize>(&self, name: &'static str, block: i64) -> Result<[i64; N]> {
        if let Some(numbers) = self.take_kept(name) {
            return Ok(numbers);
        }
        let _turn = self.turns.lock().await;
        loop {
            // Whoever had the turn before may have fetched enough.
            if let Some(numbers) = self.take_kept(name) {
                return Ok(numbers);
            }
            let fetched = self.reserve_block(name, block).await?;
            self.blocks.lock().unwrap_or_else(PoisonError::into_inner).insert(name, fetched);
        }
    }

    /// The next numbers of the block at hand; what is left of one that is too small is let go.
    fn take_kept<const N: usize>(&self, name: &'static str) -> Option<[i64; N]> {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let range = blocks.entry(name).or_insert(0..0);
        let start = range.start;
        let end = i64::try_from(N).ok().and_then(|count| start.checked_add(count)).filter(|end| *end <= range.end)?;
        range.start = end;
        let mut numbers = [start; N];
        for (number, place) in (start..end).zip(&mut numbers) {
            *place = number;
        }
        Some(numbers)
    }

    async fn reserve_block(&self, name: &'static str, size: i64) -> Result<Range<i64>> {
        const SQL: &str = "UPDATE counters SET value = value + $2 WHERE name = $1 RETURNING value";
        let end: i64 =
            self.db.write(async |tx| on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(name).bind(size).fetch_one(c).await?))).await?;
        Ok(end - size..end)
    }
}
