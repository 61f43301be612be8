//! What can be done in a simulated store, and when: one rule for what is offered and for what is taken.

use super::{LifecycleStatus, SalePayment, SimulatedPurchase, SimulatedSubscription};
use crate::model::text_enum::text_enum;
use crate::model::{StoreCode, Timestamp};

text_enum! {
    /// What is done to a simulated subscription, in the control API's words.
    LifecycleAction {
        Cancel = "cancel",
        Resume = "resume",
        FailBilling = "fail-billing",
        FixBilling = "fix-billing",
        ChangePlan = "change-plan",
        KeepPlan = "keep-plan",
        Redeem = "redeem",
        RaisePrice = "raise-price",
        AcceptPrice = "accept-price",
        Withdraw = "withdraw",
        Extend = "extend",
        Revoke = "revoke",
        /// Pauses at the end of the period.
        Pause = "pause",
        /// Ends a pause, or one that was to come.
        Unpause = "unpause",
        /// A step of the price that local law wants consent to.
        StepUpPrice = "step-up-price",
        /// Pays for another period of a prepaid plan.
        TopUp = "top-up",
        /// Takes a further product away at the end of the period.
        RemoveAddOn = "remove-add-on",
    }
}

text_enum! {
    /// What is done to a simulated purchase, in the control API's words.
    SaleAction {
        Refund = "refund",
        RequestRefund = "request-refund",
        DeclineRefund = "decline-refund",
        ReverseRefund = "reverse-refund",
        /// A payment that was pending comes in.
        Pay = "pay",
        /// A payment that was pending never comes.
        DropPayment = "drop-payment",
    }
}

impl SimulatedSubscription {
    /// Whether something can be done to it at a moment of the simulated clock.
    pub fn can(&self, action: LifecycleAction, now: Timestamp) -> bool {
        let lifecycle = &self.lifecycle;
        let status = lifecycle.status_at(now);
        let is_over = matches!(status, LifecycleStatus::Expired | LifecycleStatus::Revoked | LifecycleStatus::Pending);
        match action {
            LifecycleAction::Revoke => (lifecycle.is_family || lifecycle.is_assigned) && lifecycle.revoked_at.is_none(),
            _ if is_over => false,
            LifecycleAction::TopUp => lifecycle.is_prepaid,
            LifecycleAction::Extend => status == LifecycleStatus::Active,
            // What is paid for in advance has nothing that could be charged.
            _ if lifecycle.is_prepaid => false,
            LifecycleAction::Cancel => lifecycle.renews_after_commitment(),
            LifecycleAction::Resume => !lifecycle.renews_after_commitment(),
            LifecycleAction::FailBilling => !lifecycle.card_fails,
            LifecycleAction::FixBilling => lifecycle.card_fails,
            LifecycleAction::ChangePlan => status == LifecycleStatus::Active && lifecycle.installments.is_none(),
            LifecycleAction::KeepPlan => lifecycle.next_plan.is_some(),
            LifecycleAction::Redeem | LifecycleAction::RaisePrice => true,
            LifecycleAction::AcceptPrice => lifecycle.price_rise.as_ref().is_some_and(|rise| !rise.is_accepted),
            LifecycleAction::Withdraw => !lifecycle.is_withdrawn,
            LifecycleAction::Pause => self.can_pause() && lifecycle.auto_renew && status == LifecycleStatus::Active,
            LifecycleAction::StepUpPrice => self.has_step_ups(),
            LifecycleAction::RemoveAddOn => lifecycle.add_ons.iter().any(|add_on| !add_on.is_removed),
            LifecycleAction::Unpause => lifecycle.paused_until.is_some() || lifecycle.pause_days.is_some(),
        }
    }

    /// Whether its store has pauses.
    pub fn can_pause(&self) -> bool {
        matches!(self.store, StoreCode::GooglePlay | StoreCode::OneStore)
    }

    /// Whether its store asks for consent to steps of a price.
    pub fn has_step_ups(&self) -> bool {
        self.store == StoreCode::GooglePlay
    }

    /// All that can be done to it at a moment of the simulated clock.
    pub fn actions_at(&self, now: Timestamp) -> Vec<LifecycleAction> {
        LifecycleAction::ALL.iter().copied().filter(|action| self.can(*action, now)).collect()
    }
}

text_enum! {
    /// Why a customer asks for the money back.
    RefundReason {
        UnintendedPurchase = "UNINTENDED_PURCHASE",
        FulfillmentIssue = "FULFILLMENT_ISSUE",
        Unsatisfied = "UNSATISFIED_WITH_PURCHASE",
        Legal = "LEGAL",
        Other = "OTHER",
    }
}

impl SimulatedPurchase {
    /// All that can be done to it. The test store gives no money back, and Google Play's and ONE store's refunds stay.
    pub fn actions(&self) -> &'static [SaleAction] {
        match (self.store, self.details.payment, self.revoked_at) {
            (StoreCode::Test, ..) | (_, SalePayment::Dropped, _) | (StoreCode::GooglePlay | StoreCode::OneStore, _, Some(_)) => {
                &[]
            }
            (_, SalePayment::Pending, _) => &[SaleAction::Pay, SaleAction::DropPayment],
            (_, _, Some(_)) => &[SaleAction::ReverseRefund],
            (StoreCode::OneStore, _, None) => &[SaleAction::Refund],
            (StoreCode::GooglePlay, _, None) => &[SaleAction::Refund, SaleAction::RequestRefund],
            (_, _, None) => &[SaleAction::Refund, SaleAction::RequestRefund, SaleAction::DeclineRefund],
        }
    }
}
