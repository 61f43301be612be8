//! Paid periods that no notification told of: a store's orders name the ones before, and a token the one it took the place of.

use super::refetch::{Refetch, Void};
use crate::db;
use crate::error::{Error, Result};
use crate::model::{Payment, Purchase, RefundedPart, Snapshot, Timestamp};
use crate::state::AppState;
use crate::stores::NamedOrder;

/// More periods than a subscription renews without any notification of it coming through.
const MISSED_PERIODS_MAX: usize = 24;
/// As many of a subscription's payments as are looked at for the period that another token took the place of.
const PAYMENTS_MAX: u32 = 50;
/// More subscriptions of a player in one app than are on hold at a time.
const HELD_MAX: i64 = 5;

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

    /// A player who signs up anew ends a subscription of theirs that is on hold, of which a store that is asked by token tells
    /// nobody: it is asked about those.
    pub(super) async fn record_ended(&self, state: &AppState, snapshot: &Snapshot) -> Result<()> {
        let signed_up =
            snapshot.purchases.first().filter(|latest| latest.is_subscription() && !latest.is_renewal && !latest.pending);
        let Some(latest) = signed_up.filter(|latest| latest.purchase_token.is_some()) else { return Ok(()) };
        let mut tx = state.db.read().await?;
        let found = db::payments::find_by_order(&mut tx, self.project, self.app.app_seq, &latest.order_id).await?;
        let Some(payment) = found.filter(|payment| !payment.user_key.is_empty()) else { return Ok(()) };
        let user = (payment.user_channel.as_str(), payment.user_key.as_str());
        let held = db::subscriptions::list_in_retry(&mut tx, self.project, self.app.app_seq, user, HELD_MAX).await?;
        drop(tx);
        for chain_id in held.iter().filter(|chain_id| payment.original_order_id.as_ref() != Some(*chain_id)) {
            let asked = async {
                let Some(ended) = self.ask_chain(state, chain_id).await? else { return Ok(()) };
                self.record_purchases(state, &ended).await
            };
            match asked.await {
                Err(error) if error.is_transient() => return Err(error),
                // What is wrong with the old one stands not in the new one's way.
                Err(error) => tracing::debug!(app = self.app.app_seq.0, %error, "a subscription on hold can't be asked about"),
                Ok(()) => {}
            }
        }
        Ok(())
    }

    /// Records a period that a notification was signed for and the store answers about no more, and that it was taken back.
    pub(super) async fn record_signed_period(
        &self,
        state: &AppState,
        answered: &Snapshot,
        order: &NamedOrder,
        at: Timestamp,
    ) -> Result<()> {
        let mut tx = state.db.read().await?;
        let recorded = db::payments::find_by_order(&mut tx, self.project, self.app.app_seq, &order.order_id).await?;
        drop(tx);
        if recorded.is_some() && order.is_taken_back {
            return self.take_back_unread(state, &order.order_id, Void { at, is_partial: false }).await.map(drop);
        }
        if recorded.is_some_and(|payment| payment.price.is_some() || order.price.is_none()) {
            return Ok(());
        }
        let store = state.stores.of(self.app.store);
        let signed = answered.purchases.first().and_then(|latest| store.earlier_period(latest, order));
        match signed {
            Some(period) if order.is_taken_back => {
                let period = Purchase { revoked_at: Some(at), refund: Some(RefundedPart::default()), ..period };
                self.record_purchases(state, &Snapshot::of(period, None)).await
            }
            Some(period) => self.record_purchases(state, &Snapshot::of(period, None)).await,
            None if order.is_taken_back => Err(Error::NotFound("purchase in the store")),
            None => Ok(()),
        }
    }

    async fn is_recorded(&self, state: &AppState, order_id: &str) -> Result<bool> {
        let mut tx = state.db.read().await?;
        let found = db::payments::find_by_order(&mut tx, self.project, self.app.app_seq, order_id).await?;
        Ok(found.is_some())
    }
}
