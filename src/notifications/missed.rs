//! Paid periods that no notification told of: a store's orders name the ones before, and a token the one it took the place of.

use super::refetch::Refetch;
use crate::db;
use crate::error::Result;
use crate::model::{Payment, Purchase, Snapshot};
use crate::state::AppState;

/// More periods than a subscription renews without any notification of it coming through.
const MISSED_PERIODS_MAX: usize = 24;
/// As many of a subscription's payments as are looked at for the period that another token took the place of.
const PAYMENTS_MAX: u32 = 50;

impl Refetch<'_> {
    /// Records the periods before those of a snapshot that are not in the books: each was paid for.
    pub(super) async fn record_missed(&self, state: &AppState, snapshot: &Snapshot) -> Result<()> {
        for latest in snapshot.purchases.iter().filter(|purchase| purchase.is_subscription() && !purchase.pending) {
            self.record_earlier_periods(state, latest).await?;
        }
        // Further products share their plan's token.
        match snapshot.purchases.first() {
            Some(latest) => self.record_replaced(state, latest).await,
            None => Ok(()),
        }
    }

    /// Down to the first period that is in the books.
    async fn record_earlier_periods(&self, state: &AppState, latest: &Purchase) -> Result<()> {
        let store = state.stores.of(self.app.store);
        let mut missed = Vec::new();
        for order_id in store.earlier_periods(&latest.order_id, MISSED_PERIODS_MAX) {
            if self.is_recorded(state, &order_id).await? {
                break;
            }
            missed.push(order_id);
        }
        if missed.is_empty() {
            return Ok(());
        }
        // The oldest first: what breaks off is found again from there on.
        missed.reverse();
        let purchases = store.fetch_periods(self.app, &latest.original_order_id, &missed, self.asking(state)).await?;
        self.record_purchases(state, &Snapshot { purchases, renewal: None }).await
    }

    /// The subscription that a token took the place of was running then: where the books have no such period, the store is asked.
    async fn record_replaced(&self, state: &AppState, latest: &Purchase) -> Result<()> {
        let Some(previous) = latest.previous_chain_id.as_ref().filter(|previous| **previous != latest.original_order_id) else {
            return Ok(());
        };
        let start = latest.started_at.unwrap_or(latest.purchased_at);
        let mut tx = state.db.read().await?;
        let chain = &latest.original_order_id;
        let known = db::payments::list_of_chain(&mut tx, self.project, self.app.app_seq, chain, PAYMENTS_MAX).await?;
        drop(tx);
        let ran_until_then = |payment: &Payment| {
            payment.purchased_at.is_some_and(|at| at < start) && payment.expires_at.is_some_and(|end| end >= start)
        };
        if known.iter().any(ran_until_then) {
            return Ok(());
        }
        let Some(replaced) = self.ask_chain(state, previous).await? else { return Ok(()) };
        self.record_purchases(state, &replaced).await?;
        for period in &replaced.purchases {
            self.record_earlier_periods(state, period).await?;
        }
        Ok(())
    }

    async fn is_recorded(&self, state: &AppState, order_id: &str) -> Result<bool> {
        let mut tx = state.db.read().await?;
        let found = db::payments::find_by_order(&mut tx, self.project, self.app.app_seq, order_id).await?;
        Ok(found.is_some())
    }
}
