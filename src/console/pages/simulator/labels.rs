//! The simulated App Store's words as people read them.

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::ui::{Badge, Choice, Tone};
use crate::model::{LifecycleAction, LifecycleStatus, NotificationDamage, SaleAction};

#[component]
pub fn LifecycleStatusBadge(status: LifecycleStatus) -> AnyView {
    let (label, tone) = match status {
        LifecycleStatus::Active => (tr!("desk.active"), Tone::Good),
        LifecycleStatus::GracePeriod => (tr!("desk.grace"), Tone::Warn),
        LifecycleStatus::BillingRetry => (tr!("desk.retry"), Tone::Warn),
        LifecycleStatus::Expired => (tr!("desk.expired"), Tone::Neutral),
        LifecycleStatus::Revoked => (tr!("desk.revoked"), Tone::Bad),
    };
    view! { <Badge label tone/> }.into_any()
}

pub fn lifecycle_action_name(action: LifecycleAction) -> String {
    match action {
        LifecycleAction::Cancel => tr!("desk.cancel"),
        LifecycleAction::Resume => tr!("desk.resume"),
        LifecycleAction::FailBilling => tr!("desk.fail_billing"),
        LifecycleAction::FixBilling => tr!("desk.fix_billing"),
        LifecycleAction::ChangePlan => tr!("desk.change_plan"),
        LifecycleAction::KeepPlan => tr!("desk.keep_plan"),
        LifecycleAction::Redeem => tr!("desk.redeem"),
        LifecycleAction::RaisePrice => tr!("desk.raise_price"),
        LifecycleAction::AcceptPrice => tr!("desk.accept_price"),
        LifecycleAction::Withdraw => tr!("desk.withdraw"),
        LifecycleAction::Extend => tr!("desk.extend"),
        LifecycleAction::Revoke => tr!("desk.revoke"),
    }
}

pub fn sale_action_name(action: SaleAction) -> String {
    match action {
        SaleAction::Refund => tr!("desk.refund"),
        SaleAction::RequestRefund => tr!("desk.request_refund"),
        SaleAction::DeclineRefund => tr!("desk.decline_refund"),
        SaleAction::ReverseRefund => tr!("desk.reverse_refund"),
    }
}

pub fn damage_name(damage: NotificationDamage) -> String {
    match damage {
        NotificationDamage::BadSignature => tr!("desk.damage_signature"),
        NotificationDamage::WrongApp => tr!("desk.damage_bundle"),
        NotificationDamage::WrongRoot => tr!("desk.damage_root"),
    }
}

/// How long a plan's periods are.
pub fn period_name(period: &str) -> String {
    match period {
        "P3D" => tr!("desk.period_3d"),
        "P1W" => tr!("desk.period_1w"),
        "P1M" => tr!("desk.period_1m"),
        "P2M" => tr!("desk.period_2m"),
        "P3M" => tr!("desk.period_3m"),
        "P6M" => tr!("desk.period_6m"),
        "P1Y" => tr!("desk.period_1y"),
        other => other.to_owned(),
    }
}

/// The lengths a plan can have.
pub fn period_choices() -> Vec<Choice> {
    ["P1W", "P1M", "P2M", "P3M", "P6M", "P1Y"].map(|period| Choice::new(period, period_name(period))).to_vec()
}

/// The currencies the simulator's forms know.
pub fn currency_choices() -> Vec<Choice> {
    ["KRW", "USD", "JPY"].map(|code| Choice::new(code, code)).to_vec()
}
