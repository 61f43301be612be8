//! A subscription of a simulated store: its plan, its periods and how it goes on.

use serde::{Deserialize, Serialize};

use super::{AddOn, Installments, SimulatedOffer, StoreEnvironment, VoidSource};
use crate::model::text_enum::text_enum;
use crate::model::{ExpirationReason, Money, StoreCode, Timestamp};

/// A plan with its price and the length of its periods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    pub product_id: String,
    /// ISO 8601: `P3D`, `P1W`, `P1M`, `P1Y`.
    pub period: String,
    pub price: Option<Money>,
}

/// An offer that still runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunningOffer {
    pub offer: SimulatedOffer,
    /// Of one of its periods.
    pub price: Option<Money>,
    /// How many periods it covers yet.
    pub periods_left: u32,
}

/// A higher price the customer was asked to agree to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceRise {
    pub price: Money,
    /// Agreed to, or no consent is needed; else the subscription ends before it is charged.
    pub is_accepted: bool,
    /// A step of a price that local law wants consent to, beside the announcement every price has.
    #[serde(default)]
    pub is_step_up: bool,
}

/// How a simulated subscription goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lifecycle {
    pub plan: Plan,
    /// The plan from the next renewal on, when it is another.
    pub next_plan: Option<Plan>,
    /// The present period's sale, its start and its end.
    pub order_id: String,
    pub period_start: Timestamp,
    pub period_end: Timestamp,
    /// When the chain began, and its present streak.
    pub first_at: Timestamp,
    pub streak_at: Timestamp,
    pub auto_renew: bool,
    /// The sign-up waits for its payment: no period has begun.
    #[serde(default)]
    pub is_pending: bool,
    /// Paid for in advance: it never renews, and is topped up.
    #[serde(default)]
    pub is_prepaid: bool,
    #[serde(default)]
    pub installments: Option<Installments>,
    /// Further products that renew with the plan.
    #[serde(default)]
    pub add_ons: Vec<AddOn>,
    /// The customer's card is refused from now on.
    pub card_fails: bool,
    /// Days of grace the app grants; 0 for none.
    pub grace_days: i64,
    /// Since when billing is tried again.
    pub retry_since: Option<Timestamp>,
    pub grace_end: Option<Timestamp>,
    /// Why it ended; kept as a number.
    #[serde(rename = "expirationIntent", with = "reason_number", default)]
    pub expiration: Option<ExpirationReason>,
    pub revoked_at: Option<Timestamp>,
    pub price_rise: Option<PriceRise>,
    pub offer: Option<RunningOffer>,
    pub is_withdrawn: bool,
    pub is_family: bool,
    #[serde(default)]
    pub is_assigned: bool,
    /// The token of the next renewal.
    pub account_token: Option<String>,
    /// For how many days it pauses at the end of the period.
    #[serde(default)]
    pub pause_days: Option<i64>,
    #[serde(default)]
    pub paused_until: Option<Timestamp>,
    /// When its renewal was switched off, and by whom.
    #[serde(default)]
    pub canceled_at: Option<Timestamp>,
    #[serde(default)]
    pub canceled_by: Option<VoidSource>,
    /// When its end was moved by the developer.
    pub extended_at: Vec<Timestamp>,
    pub periods_paid: u32,
    /// When the store last said anything about it: no two statements are of the same moment.
    #[serde(rename = "signedAt")]
    pub as_of: Timestamp,
}

/// A simulated subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SimulatedSubscription {
    /// Its first sale's id.
    pub chain_id: String,
    pub store: StoreCode,
    pub environment: StoreEnvironment,
    /// Package name or bundle id.
    pub store_app_id: String,
    pub customer_id: String,
    pub player: String,
    pub group_id: String,
    /// When something happens to it next, by the simulated clock.
    pub next_at: Option<Timestamp>,
    /// Counts its changes.
    pub version: i64,
    pub lifecycle: Lifecycle,
}

text_enum! {
    /// Where a simulated subscription stands.
    LifecycleStatus {
        /// Signed up and not paid for yet.
        Pending = "PENDING",
        Active = "ACTIVE",
        Expired = "EXPIRED",
        BillingRetry = "BILLING_RETRY",
        GracePeriod = "GRACE_PERIOD",
        /// The customer takes a break.
        Paused = "PAUSED",
        Revoked = "REVOKED",
    }
}

impl Lifecycle {
    /// Whether it goes on once all that was committed to is paid.
    pub fn renews_after_commitment(&self) -> bool {
        self.auto_renew && self.installments.is_none_or(|installments| !installments.is_canceled)
    }

    /// Where it stands at a moment of the simulated clock (docs/stores/apple.md, Subscription states).
    pub fn status_at(&self, now: Timestamp) -> LifecycleStatus {
        let now = now.max(self.as_of);
        if self.revoked_at.is_some() {
            LifecycleStatus::Revoked
        } else if self.expiration.is_some() {
            LifecycleStatus::Expired
        } else if self.is_pending {
            LifecycleStatus::Pending
        } else if now < self.period_end {
            LifecycleStatus::Active
        } else if self.paused_until.is_some() {
            LifecycleStatus::Paused
        } else if self.grace_end.is_some_and(|end| now < end) {
            LifecycleStatus::GracePeriod
        } else if self.retry_since.is_some() {
            LifecycleStatus::BillingRetry
        } else {
            LifecycleStatus::Expired
        }
    }
}

/// Reasons as numbers, in the order of `ExpirationReason::ALL`, from 1.
mod reason_number {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::model::ExpirationReason;

    pub fn serialize<S: Serializer>(reason: &Option<ExpirationReason>, serializer: S) -> Result<S::Ok, S::Error> {
        let place = reason.and_then(|reason| ExpirationReason::ALL.iter().position(|one| *one == reason));
        match place {
            Some(place) => serializer.serialize_some(&(place + 1)),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ExpirationReason>, D::Error> {
        let Some(number) = Option::<usize>::deserialize(deserializer)? else { return Ok(None) };
        let reason = number.checked_sub(1).and_then(|place| ExpirationReason::ALL.get(place));
        reason.copied().map(Some).ok_or_else(|| D::Error::custom(format!("no reason has the number {number}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Kept {
        #[serde(with = "reason_number", default)]
        reason: Option<ExpirationReason>,
    }

    #[test]
    fn reasons_are_kept_as_their_numbers() {
        let kept = |reason| serde_json::to_string(&Kept { reason }).expect("JSON");
        assert_eq!(kept(None), r#"{"reason":null}"#);
        assert_eq!(kept(Some(ExpirationReason::Canceled)), r#"{"reason":1}"#);
        assert_eq!(kept(Some(ExpirationReason::Other)), r#"{"reason":5}"#);
        for reason in ExpirationReason::ALL {
            let kept = Kept { reason: Some(*reason) };
            assert_eq!(serde_json::from_str::<Kept>(&serde_json::to_string(&kept).expect("JSON")).expect("a reason"), kept);
        }
        for unknown in [r#"{"reason":0}"#, r#"{"reason":6}"#] {
            assert!(serde_json::from_str::<Kept>(unknown).is_err(), "{unknown}");
        }
    }
}
