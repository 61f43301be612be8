//! getSubscriptionDetail: how a subscription stands, as one purchase token stands for it.

use serde_json::{Value, json};

use super::access::Admitted;
use super::failure::ApiResult;
use super::found::{Named, Signup, get_signup};
use super::ids::purchase_token;
use crate::model::{LifecycleStatus, Money, Timestamp, VoidSource};
use crate::state::AppState;

/// The player has so long to agree to a higher price.
const CONSENT_MILLIS: i64 = 30 * Timestamp::DAY;

/// Where a subscription stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Active,
    /// It does not renew, and runs to its end.
    Canceled,
    InGracePeriod,
    OnHold,
    Paused,
    Ended,
}

impl Signup {
    /// Where it stands at a moment. Cancelled in grace, on hold or in a pause, it ends at once.
    pub(super) fn standing(&self, now: Timestamp) -> Standing {
        let lifecycle = &self.chain.lifecycle;
        if !self.is_current {
            let runs = self.replaced_at.is_none() && self.last.details.is_superseded && now < self.expires_at();
            return if runs { Standing::Canceled } else { Standing::Ended };
        }
        match (lifecycle.status_at(now), lifecycle.auto_renew) {
            (LifecycleStatus::Active, true) => Standing::Active,
            (LifecycleStatus::Active, false) => Standing::Canceled,
            (LifecycleStatus::GracePeriod, true) => Standing::InGracePeriod,
            (LifecycleStatus::BillingRetry, true) => Standing::OnHold,
            (LifecycleStatus::Paused, true) => Standing::Paused,
            _ => Standing::Ended,
        }
    }

    /// Whether it waits for the end of the plan before it.
    pub(super) fn is_waiting(&self) -> bool {
        self.is_current && self.last.details.running_order_id.is_some()
    }

    /// When it ends or ended; moved on in grace.
    pub(super) fn expires_at(&self) -> Timestamp {
        let lifecycle = &self.chain.lifecycle;
        let own = self.last.details.expires_at.unwrap_or(self.last.purchased_at);
        match (self.last.revoked_at.or(self.replaced_at), self.is_current) {
            (Some(cut_at), _) => cut_at.min(own),
            (None, true) if lifecycle.auto_renew => lifecycle.grace_end.unwrap_or(lifecycle.period_end),
            (None, true) => lifecycle.period_end,
            (None, false) => own,
        }
    }
}

/// getSubscriptionDetail.
pub(super) async fn get(state: &AppState, by: &Admitted, named: Named<'_>) -> ApiResult {
    let signup = get_signup(state, by, named).await?;
    Ok(show(&signup, signup.standing(by.now)))
}

fn show(signup: &Signup, standing: Standing) -> Value {
    let (lifecycle, last) = (&signup.chain.lifecycle, &signup.last);
    let renews = matches!(standing, Standing::Active | Standing::InGracePeriod | Standing::OnHold | Standing::Paused);
    let next = lifecycle.price_rise.as_ref().map(|rise| &rise.price).or(lifecycle.plan.price.as_ref()).or(last.price.as_ref());
    let period_end = if signup.is_current { lifecycle.period_end } else { last.details.expires_at.unwrap_or(last.purchased_at) };
    let pause = pause_of(signup, standing);
    let cancelled = cancelled_at(signup, renews);
    let reason = cancelled.map(|_| u8::from(lifecycle.canceled_by != Some(VoidSource::User) || !signup.is_current));
    json!({
        "acknowledgementState": u8::from(signup.first.details.finished_at.is_some()),
        "developerPayload": signup.first.account_token.as_deref().unwrap_or_default(),
        "autoRenewing": renews,
        "paymentState": payment_state(signup, standing),
        "lastPurchaseId": last.order_id,
        "linkedPurchaseToken": signup.first.details.previous_signup_id.as_deref().map(purchase_token),
        "priceAmount": last.price.as_ref().map(amount),
        "priceAmountMicros": last.price.as_ref().map(|price| price.price_micros),
        "nextPriceAmount": next.map(amount),
        "nextPriceAmountMicros": next.map(|price| price.price_micros),
        "nextPaymentTimeMillis": pause.map_or(period_end.0, |(_, until)| until.0),
        "priceCurrencyCode": last.price.as_ref().map_or("KRW", |price| price.currency.as_str()),
        "countryCode": "KR",
        "startTimeMillis": signup.first.purchased_at.0,
        "expiryTimeMillis": signup.expires_at().0,
        "pauseStartTimeMillis": pause.map(|(from, _)| from.0),
        "pauseEndTimeMillis": pause.map(|(_, until)| until.0),
        "autoResumeTimeMillis": pause.map(|(_, until)| until.0),
        "cancelledTimeMillis": cancelled.map(|at| at.0),
        "cancelReason": reason,
        "promotionPrice": promotion(signup),
        "priceChange": price_change(signup),
    })
}

/// None once it is over, 0 not paid, 1 paid, 2 free, 3 waiting for the end of the plan before it.
fn payment_state(signup: &Signup, standing: Standing) -> Option<u8> {
    match standing {
        Standing::Ended => None,
        _ if signup.is_waiting() => Some(3),
        Standing::InGracePeriod | Standing::OnHold | Standing::Paused => Some(0),
        Standing::Active | Standing::Canceled => Some(if signup.last.details.is_free_trial() { 2 } else { 1 }),
    }
}

/// From when until when it pauses, or will.
fn pause_of(signup: &Signup, standing: Standing) -> Option<(Timestamp, Timestamp)> {
    let lifecycle = &signup.chain.lifecycle;
    let from = lifecycle.period_end;
    match (standing, lifecycle.paused_until, lifecycle.pause_days) {
        (Standing::Paused, Some(until), _) => Some((from, until)),
        (Standing::Active, _, Some(days)) => Some((from, from.plus_millis(days * Timestamp::DAY))),
        _ => None,
    }
}

fn cancelled_at(signup: &Signup, renews: bool) -> Option<Timestamp> {
    let lifecycle = &signup.chain.lifecycle;
    let own = || lifecycle.canceled_at.filter(|_| signup.is_current && !renews);
    signup.last.revoked_at.or(signup.replaced_at).or_else(own)
}

fn promotion(signup: &Signup) -> Option<Value> {
    let last = &signup.last;
    last.details.offer.as_ref().filter(|_| !last.details.is_free_trial())?;
    let price = last.price.as_ref()?;
    let left = signup.chain.lifecycle.offer.as_ref().map_or(0, |offer| offer.periods_left);
    Some(json!({ "promotionPrice": amount(price), "promotionPriceMicros": price.price_micros, "promotionPeriod": left + 1 }))
}

fn price_change(signup: &Signup) -> Option<Value> {
    let lifecycle = &signup.chain.lifecycle;
    let rise = lifecycle.price_rise.as_ref().filter(|_| signup.is_current)?;
    let before = lifecycle.plan.price.as_ref();
    Some(json!({
        "seq": 1,
        "previousPrice": before.map(amount),
        "previousPriceMicros": before.map(|price| price.price_micros),
        "newPrice": amount(&rise.price),
        "newPriceMicros": rise.price.price_micros,
        "applyTimeMillis": lifecycle.period_end.0,
        "agreement": rise.is_accepted,
        "agreementDueDateTimeMillis": lifecycle.period_end.plus_millis(CONSENT_MILLIS).0,
    }))
}

fn amount(price: &Money) -> String {
    price.to_decimal().trim_end_matches(".00").to_owned()
}
