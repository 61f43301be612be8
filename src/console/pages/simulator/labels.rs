//! The simulated App Store's words as people read them.

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::ui::{Badge, Choice, Tone};
use crate::model::{LifecycleAction, LifecycleStatus, NotificationDamage, SaleAction, ShopPayment};

#[component]
pub fn LifecycleStatusBadge(status: LifecycleStatus) -> AnyView {
    let (label, tone) = match status {
        LifecycleStatus::Pending => (tr!("simulated.pending"), Tone::Warn),
        LifecycleStatus::Active => (tr!("simulated.active"), Tone::Good),
        LifecycleStatus::GracePeriod => (tr!("simulated.grace"), Tone::Warn),
        LifecycleStatus::BillingRetry => (tr!("simulated.retry"), Tone::Warn),
        LifecycleStatus::Paused => (tr!("simulated.paused"), Tone::Neutral),
        LifecycleStatus::Expired => (tr!("simulated.expired"), Tone::Neutral),
        LifecycleStatus::Revoked => (tr!("simulated.revoked"), Tone::Bad),
    };
    view! { <Badge label tone/> }.into_any()
}

pub fn lifecycle_action_name(action: LifecycleAction) -> String {
    match action {
        LifecycleAction::Cancel => tr!("simulated.cancel"),
        LifecycleAction::Resume => tr!("simulated.resume"),
        LifecycleAction::FailBilling => tr!("simulated.fail_billing"),
        LifecycleAction::FixBilling => tr!("simulated.fix_billing"),
        LifecycleAction::ChangePlan => tr!("simulated.change_plan"),
        LifecycleAction::KeepPlan => tr!("simulated.keep_plan"),
        LifecycleAction::Redeem => tr!("simulated.redeem"),
        LifecycleAction::RaisePrice => tr!("simulated.raise_price"),
        LifecycleAction::AcceptPrice => tr!("simulated.accept_price"),
        LifecycleAction::Withdraw => tr!("simulated.withdraw"),
        LifecycleAction::Extend => tr!("simulated.extend"),
        LifecycleAction::Revoke => tr!("simulated.revoke"),
        LifecycleAction::Pause => tr!("simulated.pause"),
        LifecycleAction::Unpause => tr!("simulated.unpause"),
        LifecycleAction::StepUpPrice => tr!("simulated.step_up_price"),
        LifecycleAction::TopUp => tr!("simulated.top_up"),
        LifecycleAction::RemoveAddOn => tr!("simulated.remove_add_on"),
    }
}

pub fn sale_action_name(action: SaleAction) -> String {
    match action {
        SaleAction::Refund => tr!("simulated.refund"),
        SaleAction::RequestRefund => tr!("simulated.request_refund"),
        SaleAction::DeclineRefund => tr!("simulated.decline_refund"),
        SaleAction::ReverseRefund => tr!("simulated.reverse_refund"),
        SaleAction::Pay => tr!("simulated.pay"),
        SaleAction::DropPayment => tr!("simulated.drop_payment"),
    }
}

pub fn damage_name(damage: NotificationDamage) -> String {
    match damage {
        NotificationDamage::BadSignature => tr!("simulated.damage_signature"),
        NotificationDamage::WrongApp => tr!("simulated.damage_bundle"),
        NotificationDamage::WrongRoot => tr!("simulated.damage_root"),
    }
}

/// How long a plan's periods are.
pub fn period_name(period: &str) -> String {
    match period {
        "P3D" => tr!("simulated.period_3d"),
        "P1W" => tr!("simulated.period_1w"),
        "P1M" => tr!("simulated.period_1m"),
        "P2M" => tr!("simulated.period_2m"),
        "P3M" => tr!("simulated.period_3m"),
        "P6M" => tr!("simulated.period_6m"),
        "P1Y" => tr!("simulated.period_1y"),
        other => other.to_owned(),
    }
}

/// The lengths a plan can have.
pub fn period_choices() -> Vec<Choice> {
    ["P1W", "P1M", "P2M", "P3M", "P6M", "P1Y"].map(|period| Choice::new(period, period_name(period))).to_vec()
}

/// How a player of the demo shop can pay.
pub fn payment_choices() -> Vec<Choice> {
    let name = |payment: ShopPayment| match payment {
        ShopPayment::Ordinary => tr!("simulator.payment_ordinary"),
        ShopPayment::Pending => tr!("simulator.payment_pending"),
        ShopPayment::Prepaid => tr!("simulator.payment_prepaid"),
        ShopPayment::Installments => tr!("simulator.payment_installments"),
    };
    ShopPayment::ALL.iter().map(|payment| Choice::new(payment.as_str(), name(*payment))).collect()
}

/// The currencies the simulator's forms know.
pub fn currency_choices() -> Vec<Choice> {
    ["KRW", "USD", "JPY"].map(|code| Choice::new(code, code)).to_vec()
}
