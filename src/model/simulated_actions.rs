//! What can be done in a simulated store, and when: one rule for what is offered and for what is taken.

use super::text_enum::text_enum;
use super::{CourseStatus, SimulatedPurchase, SimulatedSubscription, StoreCode, Timestamp};

text_enum! {
    /// What is done to a simulated subscription, in the control API's words.
    CourseAction {
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
    }
}

text_enum! {
    /// What is done to a simulated purchase, in the control API's words.
    SaleAction {
        Refund = "refund",
        RequestRefund = "request-refund",
        DeclineRefund = "decline-refund",
        ReverseRefund = "reverse-refund",
    }
}

impl SimulatedSubscription {
    /// Whether something can be done to it at a moment of the simulated clock.
    pub fn can(&self, action: CourseAction, now: Timestamp) -> bool {
        let course = &self.course;
        let status = course.status_at(now);
        let is_over = matches!(status, CourseStatus::Expired | CourseStatus::Revoked);
        match action {
            CourseAction::Revoke => course.is_family && course.revoked_at.is_none(),
            _ if is_over => false,
            CourseAction::Cancel => course.auto_renew,
            CourseAction::Resume => !course.auto_renew,
            CourseAction::FailBilling => !course.card_fails,
            CourseAction::FixBilling => course.card_fails,
            CourseAction::ChangePlan | CourseAction::Extend => status == CourseStatus::Active,
            CourseAction::KeepPlan => course.next_plan.is_some(),
            CourseAction::Redeem | CourseAction::RaisePrice => true,
            CourseAction::AcceptPrice => course.price_rise.as_ref().is_some_and(|rise| !rise.is_accepted),
            CourseAction::Withdraw => !course.is_withdrawn,
        }
    }

    /// All that can be done to it at a moment of the simulated clock.
    pub fn actions_at(&self, now: Timestamp) -> Vec<CourseAction> {
        CourseAction::ALL.iter().copied().filter(|action| self.can(*action, now)).collect()
    }
}

impl SimulatedPurchase {
    /// All that can be done to it; only the App Store's are played so far.
    pub fn actions(&self) -> &'static [SaleAction] {
        match (self.store, self.revoked_at) {
            (StoreCode::AppStore, Some(_)) => &[SaleAction::ReverseRefund],
            (StoreCode::AppStore, None) => &[SaleAction::Refund, SaleAction::RequestRefund, SaleAction::DeclineRefund],
            _ => &[],
        }
    }
}
