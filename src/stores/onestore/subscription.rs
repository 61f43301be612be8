//! Subscriptions: the current period of a purchase token and how it goes on (docs/stores/onestore.md, Subscriptions).

use super::api::Answered;
use super::evidence::evidence_of;
use super::lookup::Named;
use super::managed::{acknowledge_by, unreadable};
use super::period::{Begin, begin_of};
use super::replaced::End;
use super::wire::{PriceChange, SubscriptionDetail, read_account_token, read_price};
use super::world::World;
use crate::model::{
    ExpirationReason, Money, Offer, OfferType, Ownership, PriceConsent, Purchase, PurchaseKind, RefundedPart, Renewal, Snapshot,
    StoreFinish, Timestamp,
};
use crate::stores::Refusal;

/// A renewal may be told of a little after the period it follows has ended.
const RENEWAL_LAG_MILLIS: i64 = 2 * Timestamp::MINUTE;
const NOT_PAID: i64 = 0;
const FREE_PERIOD: i64 = 2;
/// Bought in place of another plan, from whose end on it is paid for.
const DEFERRED: i64 = 3;
const BY_CUSTOMER: i64 = 0;

/// Where a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Active,
    InGracePeriod,
    OnHold,
    Paused,
    /// It does not renew, and runs to its end.
    Canceled,
    Ended,
}

impl SubscriptionDetail {
    /// Where it stands at a moment: by its end and whether it renews. What was paid only tells grace from a running period.
    pub(super) fn standing(&self, expiry: Timestamp, now: Timestamp) -> Standing {
        let is_unpaid = self.payment_state == Some(NOT_PAID);
        match (self.auto_renewing.unwrap_or_default(), now <= expiry) {
            (true, true) if is_unpaid => Standing::InGracePeriod,
            (true, true) => Standing::Active,
            (true, false) if self.is_pause_set() => Standing::Paused,
            (true, false) if is_unpaid || expiry.plus_millis(RENEWAL_LAG_MILLIS) < now => Standing::OnHold,
            (true, false) => Standing::Active,
            (false, true) => Standing::Canceled,
            (false, false) => Standing::Ended,
        }
    }

    /// Whether it is paused, or will be when its period ends.
    pub(super) fn is_pause_set(&self) -> bool {
        self.pause_start_time_millis.is_some() || self.auto_resume_time_millis.is_some()
    }

    /// What was paid for the period; a free one brings nothing.
    fn price(&self) -> Option<Money> {
        let currency = self.price_currency_code.as_deref();
        let price = read_price(self.price_amount_micros, self.price_amount.as_deref(), currency);
        match self.payment_state {
            Some(FREE_PERIOD) => price.map(|price| Money { price_micros: 0, ..price }),
            _ => price,
        }
    }

    fn next_price(&self) -> Option<Money> {
        let changed = self.price_change.as_ref().and_then(|change| change.new_price_micros);
        let own =
            read_price(self.next_price_amount_micros, self.next_price_amount.as_deref(), self.price_currency_code.as_deref());
        own.or_else(|| read_price(changed, None, self.price_currency_code.as_deref()))
    }

    fn offer(&self) -> Option<Offer> {
        let offer =
            |word: &str| Offer { offer_type: OfferType::Introductory, offer_id: None, discount_type: Some(word.to_owned()) };
        let promotion = self.promotion_price.as_ref().and_then(|promotion| promotion.promotion_price_micros);
        match () {
            () if self.payment_state == Some(FREE_PERIOD) => Some(offer("FREE_TRIAL")),
            () if promotion.is_some() && promotion == self.price_amount_micros => Some(offer("PROMOTION_PRICE")),
            () => None,
        }
    }

    fn expiration_reason(&self) -> ExpirationReason {
        match self.cancel_reason {
            Some(BY_CUSTOMER) => ExpirationReason::Canceled,
            _ => ExpirationReason::Other,
        }
    }
}

impl PriceChange {
    /// What the player said to a higher price; a lower one needs no consent.
    fn consent(&self) -> Option<PriceConsent> {
        let is_higher = self.previous_price_micros.zip(self.new_price_micros).is_none_or(|(before, after)| before < after);
        match self.agreement {
            Some(true) => Some(PriceConsent::Given),
            Some(false) if is_higher => Some(PriceConsent::Pending),
            _ => None,
        }
    }
}

/// Everything ONE store said of a subscription.
pub(super) struct SubscriptionAnswer<'a> {
    pub world: World,
    pub named: Named<'a>,
    pub detail: Answered<SubscriptionDetail>,
    /// What its list of voided purchases says, where it was cut short.
    pub end: End,
}

impl SubscriptionAnswer<'_> {
    /// The current period, and how the subscription goes on.
    pub(super) fn read(&self, now: Timestamp) -> Result<Snapshot, Refusal> {
        let (detail, now) = (&self.detail.data, self.detail.said_at.unwrap_or(now));
        let expiry = detail.expiry_time_millis.ok_or_else(|| unreadable("the subscription has no end"))?;
        let standing = detail.standing(expiry, now);
        let purchase = self.purchase(expiry, standing, now);
        let renewal = (!purchase.pending).then(|| self.renewal(expiry, standing, now));
        Ok(Snapshot::of(purchase, renewal))
    }

    fn purchase(&self, expiry: Timestamp, standing: Standing, now: Timestamp) -> Purchase {
        let (Named { token, product_id }, detail) = (self.named, &self.detail.data);
        let started_at = detail.start_time_millis;
        let begin = begin_of(detail.last_purchase_id.as_deref(), started_at.unwrap_or(now), now);
        let order_id = match (&detail.last_purchase_id, started_at) {
            (Some(number), _) => number.clone(),
            (None, Some(start)) => format!("{token}:{}", start.0),
            (None, None) => token.to_owned(),
        };
        let revoked_at = self.end.refunded_at();
        Purchase {
            order_id,
            other_id: None,
            period_id: None,
            original_order_id: token.to_owned(),
            previous_chain_id: detail.linked_purchase_token.clone(),
            product_id: product_id.to_owned(),
            quantity: 1,
            account_token: read_account_token(detail.developer_payload.as_deref()),
            environment: self.world.environment(),
            purchased_at: begin.purchased_at,
            started_at,
            expires_at: Some(self.paid_until(expiry, standing, now)),
            pending: detail.payment_state == Some(DEFERRED),
            never_paid: false,
            revoked_at,
            refund: revoked_at.map(|_| RefundedPart::default()),
            price: detail.price(),
            kind: Some(PurchaseKind::AutoRenewable),
            is_renewal: begin.is_renewal,
            is_superseded: self.end == End::Replaced,
            ownership: Ownership::Purchased,
            offer: detail.offer(),
            group_id: None,
            store_account: None,
            purchase_token: Some(token.to_owned()),
            finish: self.finish(begin, standing),
            is_provisional: false,
            as_of: self.said_at(now),
            evidence: evidence_of("subscriptionDetail", &self.detail.value),
        }
    }

    /// When it was said: what ONE store says of a subscription that ended too long ago to ask whether it was refunded is no newer than
    /// that end, so that what was said then stands.
    fn said_at(&self, now: Timestamp) -> Timestamp {
        let ended_at = || self.detail.data.cancelled_time_millis;
        if self.end == End::Unknown { ended_at().map_or(now, |at| at.min(now)) } else { now }
    }

    /// The end of what is paid for. In grace ONE store moves the end on, and the payment that failed tells when it would have been.
    fn paid_until(&self, expiry: Timestamp, standing: Standing, now: Timestamp) -> Timestamp {
        match standing {
            Standing::InGracePeriod => {
                self.detail.data.next_payment_time_millis.filter(|due| *due <= now).unwrap_or(now).min(expiry)
            }
            _ => expiry,
        }
    }

    fn renewal(&self, expiry: Timestamp, standing: Standing, now: Timestamp) -> Renewal {
        let detail = &self.detail.data;
        let is_ended = matches!(standing, Standing::Canceled | Standing::Ended);
        let next_payment = detail.next_payment_time_millis;
        Renewal {
            chain_id: self.named.token.to_owned(),
            next_product_id: Some(self.named.product_id.to_owned()),
            auto_renew: !is_ended,
            in_retry: matches!(standing, Standing::InGracePeriod | Standing::OnHold),
            is_paused: standing == Standing::Paused,
            grace_end: Some(expiry).filter(|_| standing == Standing::InGracePeriod),
            expiration_reason: is_ended.then(|| detail.expiration_reason()),
            price_consent: detail.price_change.as_ref().and_then(PriceChange::consent),
            next_price: detail.next_price(),
            renews_at: if is_ended { Some(expiry) } else { detail.auto_resume_time_millis.or(next_payment).or(Some(expiry)) },
            as_of: now,
        }
    }

    /// Only the first payment of a token is to be acknowledged: of a plan that waited for another's end, the one that looks like a
    /// renewal of it. In grace and on hold ONE store calls it not acknowledged all the same.
    fn finish(&self, begin: Begin, standing: Standing) -> StoreFinish {
        let detail = &self.detail.data;
        let is_first = !begin.is_renewal || detail.linked_purchase_token.is_some();
        let is_open = matches!(standing, Standing::Active | Standing::Canceled) && is_first;
        match detail.acknowledgement_state {
            Some(1) => StoreFinish::Acknowledged,
            _ if !is_open || detail.payment_state == Some(DEFERRED) => StoreFinish::NotAsked,
            _ => StoreFinish::Until(acknowledge_by(begin.purchased_at)),
        }
    }
}
