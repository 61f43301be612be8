//! Numbers handed out in blocks per process, so that no row is hot.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use tokio::sync::Mutex;

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
    blocks: Arc<Mutex<HashMap<&'static str, Range<i64>>>>,
}

impl Numbers {
    pub fn new(db: Db) -> Self {
        Self { db, blocks: Arc::default() }
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
        let mut blocks = self.blocks.lock().await;
        let range = blocks.entry("row").or_insert(0..0);
        let mut rows = [0; N];
        for row in &mut rows {
            if range.is_empty() {
                *range = self.reserve_block("row", LARGE_BLOCK).await?;
            }
            *row = range.next().ok_or_else(|| Error::internal("an empty block of numbers"))?;
        }
        Ok(rows)
    }

    async fn next(&self, name: &'static str, block: i64) -> Result<i64> {
        let mut blocks = self.blocks.lock().await;
        let range = blocks.entry(name).or_insert(0..0);
        if range.is_empty() {
            *range = self.reserve_block(name, block).await?;
        }
        range.next().ok_or_else(|| Error::internal("an empty block of numbers"))
    }

    async fn reserve_block(&self, name: &'static str, size: i64) -> Result<Range<i64>> {
        const SQL: &str = "UPDATE counters SET value = value + $2 WHERE name = $1 RETURNING value";
        let end: i64 =
            self.db.write(async |tx| on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(name).bind(size).fetch_one(c).await?))).await?;
        Ok(end - size..end)
    }
}
