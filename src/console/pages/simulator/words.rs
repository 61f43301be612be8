//! The simulated App Store's words as people read them.

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::ui::{Badge, Choice, Tone};
use crate::model::{CourseAction, CourseStatus, NoticeDamage, SaleAction};

#[component]
pub fn CourseStatusBadge(status: CourseStatus) -> AnyView {
    let (label, tone) = match status {
        CourseStatus::Active => (tr!("desk.active"), Tone::Good),
        CourseStatus::GracePeriod => (tr!("desk.grace"), Tone::Warn),
        CourseStatus::BillingRetry => (tr!("desk.retry"), Tone::Warn),
        CourseStatus::Expired => (tr!("desk.expired"), Tone::Neutral),
        CourseStatus::Revoked => (tr!("desk.revoked"), Tone::Bad),
    };
    view! { <Badge label tone/> }.into_any()
}

pub fn course_action_name(action: CourseAction) -> String {
    match action {
        CourseAction::Cancel => tr!("desk.cancel"),
        CourseAction::Resume => tr!("desk.resume"),
        CourseAction::FailBilling => tr!("desk.fail_billing"),
        CourseAction::FixBilling => tr!("desk.fix_billing"),
        CourseAction::ChangePlan => tr!("desk.change_plan"),
        CourseAction::KeepPlan => tr!("desk.keep_plan"),
        CourseAction::Redeem => tr!("desk.redeem"),
        CourseAction::RaisePrice => tr!("desk.raise_price"),
        CourseAction::AcceptPrice => tr!("desk.accept_price"),
        CourseAction::Withdraw => tr!("desk.withdraw"),
        CourseAction::Extend => tr!("desk.extend"),
        CourseAction::Revoke => tr!("desk.revoke"),
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

pub fn damage_name(damage: NoticeDamage) -> String {
    match damage {
        NoticeDamage::BadSignature => tr!("desk.damage_signature"),
        NoticeDamage::WrongBundle => tr!("desk.damage_bundle"),
        NoticeDamage::WrongRoot => tr!("desk.damage_root"),
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
