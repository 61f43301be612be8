//! What an order says of money: what was paid for a product of it, and what was given back.

use super::wire::{Order, RefundEvent, WireMoney};
use crate::model::{Money, RefundedPart, Timestamp};

/// How much of an order Google gave back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RefundState {
    None,
    Partial,
    Full,
}

impl Order {
    /// What the player paid for a product of it, with tax: the order's total, or the product's line of several.
    pub(super) fn price_of(&self, product_id: &str) -> Option<Money> {
        let total = match self.line_items.len() {
            0 | 1 => self.total.as_ref(),
            _ => self.line_items.iter().find(|line| line.product_id.as_deref() == Some(product_id))?.total.as_ref(),
        };
        total.and_then(WireMoney::price)
    }

    /// Whether it was ever paid for; an order says so for good, whatever became of it.
    pub(super) fn was_paid(&self) -> bool {
        let state = self.state.as_deref();
        let is_paid = matches!(state, Some("PROCESSED" | "PENDING_REFUND" | "PARTIALLY_REFUNDED" | "REFUNDED"));
        is_paid || self.order_history.processed_event.is_some() || self.order_history.refund_event.is_some()
    }

    pub(super) fn refund_state(&self) -> RefundState {
        match self.state.as_deref() {
            Some("REFUNDED") => RefundState::Full,
            Some("PARTIALLY_REFUNDED") => RefundState::Partial,
            _ => RefundState::None,
        }
    }

    /// When Google took it back: its refund, else its cancellation.
    pub(super) fn taken_back_at(&self) -> Option<Timestamp> {
        let history = &self.order_history;
        let refunded = history.refund_event.as_ref().and_then(|event| event.event_time);
        let partly = history.partial_refund_events.iter().filter_map(|event| event.process_time).max();
        let cancelled = history.cancellation_event.as_ref().and_then(|event| event.event_time);
        refunded.or(partly).or(cancelled)
    }

    /// What was given back of a product of the order; none while nothing was. The sum of several refunds is the whole order's, so it
    /// counts for an order of one product only.
    pub(super) fn refunded_part(&self) -> Option<RefundedPart> {
        let whole = RefundedPart { reason: self.refund_reason(), ..RefundedPart::default() };
        match self.refund_state() {
            RefundState::None => None,
            RefundState::Full => Some(whole),
            RefundState::Partial => {
                let price_micros = self.partly_refunded_micros().filter(|_| self.line_items.len() <= 1);
                Some(RefundedPart { price_micros, kind: Some("PARTIALLY_REFUNDED".to_owned()), ..whole })
            }
        }
    }

    fn refund_reason(&self) -> Option<String> {
        self.order_history.refund_event.as_ref().and_then(|event: &RefundEvent| event.refund_reason.clone())
    }

    fn partly_refunded_micros(&self) -> Option<i64> {
        let events = self.order_history.partial_refund_events.iter();
        let done = events.filter(|event| event.state.as_deref() == Some("PROCESSED_SUCCESSFULLY"));
        let amounts: Vec<Money> = done.filter_map(|event| event.refund_details.total.as_ref()?.price()).collect();
        (!amounts.is_empty()).then(|| amounts.iter().map(|amount| amount.price_micros).sum())
    }
}
