//! How a subscription ended before its time. ONE store says of a refunded one what it may say of one whose plan was changed too: its
//! list of voided purchases tells them apart (docs/stores/onestore.md, Subscriptions).

use super::OneStore;
use super::api::{ApiFailure, VoidedQuery};
use super::lookup::Named;
use super::refunds::WINDOW_MILLIS;
use super::wire::SubscriptionDetail;
use super::world::World;
use crate::model::Timestamp;
use crate::stores::{Asking, StoreApp};

/// A void is listed for the moment of the cancellation; clocks differ a little.
const BEFORE_MILLIS: i64 = 10 * Timestamp::MINUTE;
/// More pages of voids than are read for one subscription.
const PAGES_MAX: usize = 10;

/// How a subscription ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It runs, or ran its time.
    Regular,
    RefundedAt(Timestamp),
    /// Cut short without a refund: another plan took its place.
    Replaced,
    /// Cut short, longer ago than ONE store lists voids.
    Unknown,
}

impl End {
    pub(super) const fn refunded_at(self) -> Option<Timestamp> {
        match self {
            Self::RefundedAt(at) => Some(at),
            _ => None,
        }
    }
}

impl SubscriptionDetail {
    /// When it was cut short: it ended with its cancellation, before the next payment was due. One that is paused, in grace or on hold
    /// has no paid time left to be cut.
    fn cut_short_at(&self) -> Option<Timestamp> {
        let (expiry, cancelled) = self.expiry_time_millis.zip(self.cancelled_time_millis)?;
        let is_ended = !self.auto_renewing.unwrap_or_default() && expiry <= cancelled;
        let was_running = !self.is_pause_set() && self.next_payment_time_millis.is_some_and(|due| expiry < due);
        (is_ended && was_running).then_some(cancelled)
    }
}

impl OneStore {
    /// How a subscription ended: asks for the voided purchases where it was cut short.
    pub(super) async fn find_end(
        &self,
        app: &StoreApp,
        world: World,
        named: Named<'_>,
        detail: &SubscriptionDetail,
        asking: Asking,
    ) -> Result<End, ApiFailure> {
        let Some(cut_at) = detail.cut_short_at().filter(|at| *at <= asking.now) else { return Ok(End::Regular) };
        let from = cut_at.plus_millis(-BEFORE_MILLIS);
        if from.0 < asking.now.0 - WINDOW_MILLIS {
            return Ok(End::Unknown);
        }
        let mut continuation_key: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let query = VoidedQuery { from, continuation_key: continuation_key.as_deref() };
            let page = self.list_voided(app, world, query, asking).await?;
            let is_own = |id: Option<&str>| id.is_some() && id == detail.last_purchase_id.as_deref();
            let own = page
                .voided
                .iter()
                .find(|voided| voided.purchase_token.as_deref() == Some(named.token) && is_own(voided.purchase_id.as_deref()));
            if let Some(voided) = own {
                return Ok(End::RefundedAt(voided.voided_time.unwrap_or(cut_at)));
            }
            continuation_key = page.continuation_key;
            if continuation_key.is_none() {
                break;
            }
        }
        Ok(End::Replaced)
    }
}
