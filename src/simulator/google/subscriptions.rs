//! `purchases.subscriptionsv2.get`: how a subscription stands, as one purchase token stands for it.

use serde_json::{Value, json};

use super::access::Admitted;
use super::failure::{ApiFailure, ApiResult};
use super::found::{Signup, get_signup};
use super::ids::{purchase_token, renewal_id};
use super::line_item::line_items;
use super::products::{acknowledgement, region_of};
use super::values::{present, put};
use crate::model::{ExpirationReason, LifecycleStatus, SalePayment, StoreEnvironment, Timestamp, VoidSource};
use crate::simulator::ids::hash_number;
use crate::state::AppState;

/// A token can be read for so long after the subscription's end.
const READABLE_MILLIS: i64 = 60 * Timestamp::DAY;

/// Where a subscription stands, in Google's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Pending,
    /// The payment never came.
    PendingPurchaseCanceled,
    Active,
    Canceled,
    InGracePeriod,
    OnHold,
    Paused,
    Expired,
}

impl Standing {
    fn word(self) -> &'static str {
        match self {
            Self::Pending => "SUBSCRIPTION_STATE_PENDING",
            Self::PendingPurchaseCanceled => "SUBSCRIPTION_STATE_PENDING_PURCHASE_CANCELED",
            Self::Active => "SUBSCRIPTION_STATE_ACTIVE",
            Self::Canceled => "SUBSCRIPTION_STATE_CANCELED",
            Self::InGracePeriod => "SUBSCRIPTION_STATE_IN_GRACE_PERIOD",
            Self::OnHold => "SUBSCRIPTION_STATE_ON_HOLD",
            Self::Paused => "SUBSCRIPTION_STATE_PAUSED",
            Self::Expired => "SUBSCRIPTION_STATE_EXPIRED",
        }
    }
}

impl Signup {
    /// Where it stands at a moment. What a later sign-up replaced can still be read until its own end.
    pub(super) fn standing(&self, now: Timestamp) -> Standing {
        match self.first.details.payment {
            SalePayment::Pending => return Standing::Pending,
            SalePayment::Dropped => return Standing::PendingPurchaseCanceled,
            SalePayment::Paid => {}
        }
        if !self.is_current {
            let is_running = self.last.details.is_superseded && now < self.expires_at();
            return if is_running { Standing::Canceled } else { Standing::Expired };
        }
        match self.chain.lifecycle.status_at(now) {
            LifecycleStatus::Active if self.chain.lifecycle.auto_renew || self.chain.lifecycle.is_prepaid => Standing::Active,
            LifecycleStatus::Active => Standing::Canceled,
            LifecycleStatus::GracePeriod => Standing::InGracePeriod,
            LifecycleStatus::BillingRetry => Standing::OnHold,
            LifecycleStatus::Paused => Standing::Paused,
            LifecycleStatus::Expired | LifecycleStatus::Revoked | LifecycleStatus::Pending => Standing::Expired,
        }
    }

    /// When access ends or ended; pushed ahead in the days of grace.
    pub(super) fn expires_at(&self) -> Timestamp {
        let lifecycle = &self.chain.lifecycle;
        let own = self.last.details.expires_at.unwrap_or(self.last.purchased_at);
        match (self.is_current, self.last.revoked_at, lifecycle.grace_end) {
            (_, Some(revoked_at), _) => revoked_at.min(own),
            (true, None, Some(grace_end)) => grace_end,
            (true, None, None) => lifecycle.revoked_at.unwrap_or(lifecycle.period_end),
            (false, None, _) => own,
        }
    }

    /// Marks its version: whoever defers says which one was read.
    pub(super) fn etag(&self) -> String {
        format!("{:016x}", hash_number(&[&self.first.order_id, &self.chain.version.to_string()]))
    }
}

/// `purchases.subscriptionsv2.get`.
pub(super) async fn get(state: &AppState, by: &Admitted, token: &str) -> ApiResult {
    let signup = get_signup(state, by, token).await?;
    let standing = signup.standing(by.now);
    if standing == Standing::Expired && by.now > signup.expires_at().plus_millis(READABLE_MILLIS) {
        return Err(ApiFailure::no_longer_available());
    }
    Ok(show(&signup, standing))
}

fn show(signup: &Signup, standing: Standing) -> Value {
    let (first, lifecycle) = (&signup.first, &signup.chain.lifecycle);
    let mut answer = json!({
        "kind": "androidpublisher#subscriptionPurchaseV2",
        "regionCode": region_of(first),
        "subscriptionState": standing.word(),
        "acknowledgementState": acknowledgement(first),
        "lineItems": line_items(signup),
        "etag": signup.etag(),
    });
    let is_paid = first.details.payment == SalePayment::Paid;
    put(&mut answer, "startTime", is_paid.then(|| first.details.paid_at.unwrap_or(first.purchased_at).to_rfc3339()));
    let previous = first.details.previous_signup_id.as_deref().map(purchase_token);
    let is_unclaimed = first.details.is_out_of_app && first.details.finished_at.is_none();
    match (previous, is_unclaimed, first.details.is_out_of_app) {
        (Some(previous), true, _) => answer["outOfAppPurchaseContext"] = out_of_app(signup, &previous),
        (Some(previous), false, false) => answer["linkedPurchaseToken"] = previous.into(),
        _ => {}
    }
    if !is_unclaimed {
        put(&mut answer, "externalAccountIdentifiers", account(signup));
    }
    put(&mut answer, "testPurchase", (first.environment == StoreEnvironment::Sandbox).then(present));
    match standing {
        Standing::Canceled | Standing::Expired => answer["canceledStateContext"] = canceled_context(signup),
        Standing::Paused => {
            let until = lifecycle.paused_until.map(|until| json!({ "autoResumeTime": until.to_rfc3339() }));
            put(&mut answer, "pausedStateContext", until);
        }
        Standing::InGracePeriod => answer["inGracePeriodStateContext"] = declined(signup),
        Standing::OnHold => answer["onHoldStateContext"] = declined(signup),
        Standing::Active | Standing::Pending | Standing::PendingPurchaseCanceled => {}
    }
    answer
}

/// The order that could not be charged.
fn declined(signup: &Signup) -> Value {
    json!({ "renewalDeclined": { "pendingOrderId": renewal_id(&signup.first.order_id, &signup.last.order_id) } })
}

fn account(signup: &Signup) -> Option<Value> {
    let mut account = json!({});
    put(&mut account, "obfuscatedExternalAccountId", signup.first.account_token.as_deref());
    put(&mut account, "obfuscatedExternalProfileId", signup.first.details.profile_id.as_deref());
    account.as_object().is_some_and(|members| !members.is_empty()).then_some(account)
}

fn out_of_app(signup: &Signup, previous: &str) -> Value {
    let mut context = json!({ "expiredPurchaseToken": previous });
    put(&mut context, "expiredExternalAccountIdentifiers", account(signup));
    context
}

fn canceled_context(signup: &Signup) -> Value {
    let end = signup.lifecycle();
    if signup.last.details.is_superseded {
        return json!({ "replacementCancellation": {} });
    }
    let own = |name: &str| json!({ name: {} });
    match (end.canceled_by, end.expiration) {
        (_, Some(ExpirationReason::BillingError | ExpirationReason::PriceRefused | ExpirationReason::ProductUnavailable)) => {
            own("systemInitiatedCancellation")
        }
        (Some(VoidSource::Developer), _) => own("developerInitiatedCancellation"),
        (Some(VoidSource::Store) | None, _) => own("systemInitiatedCancellation"),
        (Some(VoidSource::User), _) => {
            let mut canceled = json!({});
            put(&mut canceled, "cancelTime", end.canceled_at.map(Timestamp::to_rfc3339));
            json!({ "userInitiatedCancellation": canceled })
        }
    }
}
