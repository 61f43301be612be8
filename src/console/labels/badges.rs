//! Badges for what has a colour.

use leptos::prelude::*;

use super::{environment_name, payment_state_name, payment_status_name};
use crate::console::i18n::tr;
use crate::console::ui::{Badge, StatusDot, Tone};
use crate::model::{Environment, Payment, PaymentStatus, UseStatus};

pub const fn payment_status_tone(status: PaymentStatus) -> Tone {
    match status {
        PaymentStatus::Reserved | PaymentStatus::UserClose => Tone::Neutral,
        PaymentStatus::Pending => Tone::Info,
        PaymentStatus::Success => Tone::Good,
        PaymentStatus::Failure => Tone::Bad,
        PaymentStatus::Refund => Tone::Warn,
    }
}

/// Which world a thing is of.
#[component]
pub fn EnvironmentBadge(environment: Environment) -> AnyView {
    match environment {
        Environment::Live => view! { <span class="environment live">{environment_name(environment)}</span> }.into_any(),
        Environment::Sandbox => view! { <span class="environment sandbox">{environment_name(environment)}</span> }.into_any(),
        Environment::Simulator => view! { <span class="environment simulator">{environment_name(environment)}</span> }.into_any(),
    }
}

/// Where a payment stands.
#[component]
pub fn PaymentStatusBadge(status: PaymentStatus) -> AnyView {
    view! { <Badge label=payment_status_name(status) tone=payment_status_tone(status)/> }.into_any()
}

/// Where a payment stands, and how much of it was given back.
pub fn payment_badge(payment: &Payment) -> AnyView {
    let is_partly = payment.is_partly_refunded() || payment.refunded_quantity.is_some();
    let tone = match payment.status {
        PaymentStatus::Refund if payment.is_access_revoked() => Tone::Neutral,
        PaymentStatus::Success if is_partly => Tone::Warn,
        status => payment_status_tone(status),
    };
    view! { <Badge label=payment_state_name(payment) tone/> }.into_any()
}

/// Whether an app or product is in use.
#[component]
pub fn UseStatusDot(status: UseStatus) -> AnyView {
    match status {
        UseStatus::Use => view! { <StatusDot label=use_status_name(status) tone=Tone::Good/> }.into_any(),
        UseStatus::Stop => view! { <StatusDot label=use_status_name(status)/> }.into_any(),
    }
}

pub fn use_status_name(status: UseStatus) -> String {
    match status {
        UseStatus::Use => tr!("labels.use_use"),
        UseStatus::Stop => tr!("labels.use_stop"),
    }
}
