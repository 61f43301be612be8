//! The model's text as people read them, and the marks that show them.

mod badges;

use super::i18n::tr;
use super::reader::reader;
use super::ui::Tone;
use crate::model::{
    Actor, Attention, ComparedField, Environment, Finding, FindingCode, Finish, HealthStatus, Payment, PaymentStatus,
    ProductType, Role, StoreCode,
};

pub use badges::{EnvironmentBadge, PaymentStatusBadge, UseStatusDot, payment_badge, payment_status_tone, use_status_name};

pub fn store_name(store: StoreCode) -> String {
    match store {
        StoreCode::GooglePlay => tr!("labels.store_google"),
        StoreCode::AppStore => tr!("labels.store_apple"),
        StoreCode::OneStore => tr!("labels.store_one"),
        StoreCode::Test => tr!("labels.store_test"),
    }
}

/// What an app of a store needs, and what it does.
pub fn store_about(store: StoreCode) -> String {
    match store {
        StoreCode::GooglePlay => tr!("apps.google_about"),
        StoreCode::AppStore => tr!("apps.apple_about"),
        StoreCode::OneStore => tr!("apps.onestore_about"),
        StoreCode::Test => tr!("apps.test_about"),
    }
}

pub fn environment_name(environment: Environment) -> String {
    match environment {
        Environment::Live => tr!("labels.environment_live"),
        Environment::Sandbox => tr!("labels.environment_sandbox"),
        Environment::Simulator => tr!("labels.environment_simulator"),
    }
}

pub fn product_type_name(kind: ProductType) -> String {
    match kind {
        ProductType::Consumable => tr!("labels.product_consumable"),
        ProductType::NonConsumable => tr!("labels.product_non_consumable"),
        ProductType::AutoSubscription => tr!("labels.product_subscription"),
        ProductType::ConsumableAutoSubscription => tr!("labels.product_consumable_subscription"),
    }
}

pub fn health_name(status: HealthStatus) -> String {
    match status {
        HealthStatus::Ok => tr!("health.OK"),
        HealthStatus::Warning => tr!("health.WARNING"),
        HealthStatus::Failed => tr!("health.FAILED"),
    }
}

pub const fn health_tone(status: HealthStatus) -> Tone {
    match status {
        HealthStatus::Ok => Tone::Good,
        HealthStatus::Warning => Tone::Warn,
        HealthStatus::Failed => Tone::Bad,
    }
}

pub fn finding_title(code: FindingCode) -> String {
    translate(&format!("finding.{code}"), "")
}

/// What it means and what to do, with its value in place.
pub fn finding_text(finding: &Finding) -> String {
    translate(&format!("finding.{}_text", finding.code), finding.detail.as_deref().unwrap_or("—"))
}

/// Words of a key put together at run time; a test sees to it that each is there.
fn translate(key: &str, detail: &str) -> String {
    let text = crate::_rust_i18n_try_translate(reader().locale.code(), key);
    text.map_or_else(|| key.to_owned(), |text| text.replace("%{detail}", detail))
}

pub fn payment_status_name(status: PaymentStatus) -> String {
    match status {
        PaymentStatus::Reserved => tr!("labels.payment_reserved"),
        PaymentStatus::Pending => tr!("labels.payment_pending"),
        PaymentStatus::Success => tr!("labels.payment_success"),
        PaymentStatus::Failure => tr!("labels.payment_failure"),
        PaymentStatus::UserClose => tr!("labels.payment_user_close"),
        PaymentStatus::Refund => tr!("labels.payment_refund"),
    }
}

/// The status, told apart by how much was given back and whether money moved at all.
pub fn payment_state_name(payment: &Payment) -> String {
    if payment.is_access_revoked() {
        tr!("labels.payment_access_revoked")
    } else if payment.is_partly_refunded() || (payment.status == PaymentStatus::Success && payment.refunded_quantity.is_some()) {
        tr!("labels.payment_partly_refunded")
    } else {
        payment_status_name(payment.status)
    }
}

/// What of a payment is laid beside the store's word.
pub fn compared_field_name(field: ComparedField) -> String {
    match field {
        ComparedField::Status => tr!("payments.status"),
        ComparedField::Product => tr!("payments.product_id"),
        ComparedField::Quantity => tr!("recheck.quantity"),
        ComparedField::Price => tr!("payments.amount"),
        ComparedField::Chain => tr!("payment.original_order_id"),
        ComparedField::User => tr!("recheck.account_token"),
        ComparedField::Ownership => tr!("payment.ownership"),
        ComparedField::Environment => tr!("payments.environment"),
        ComparedField::PurchasedAt => tr!("payment.purchased"),
        ComparedField::ExpiresAt => tr!("payment.expires"),
        ComparedField::RefundedAt => tr!("payment.refunded"),
    }
}

pub fn finish_name(finish: Finish) -> String {
    match finish {
        Finish::None => tr!("labels.finish_none"),
        Finish::Due => tr!("labels.finish_due"),
        Finish::Done => tr!("labels.finish_done"),
        Finish::Failed => tr!("labels.finish_failed"),
    }
}

pub fn attention_name(attention: Attention) -> String {
    match attention {
        Attention::FinishFailed => tr!("attention.finish_failed"),
        Attention::Unconfirmed => tr!("attention.unconfirmed"),
        Attention::Provisional => tr!("attention.provisional"),
    }
}

pub fn actor_name(actor: Actor) -> String {
    match actor {
        Actor::Server => tr!("labels.actor_server"),
        Actor::Client => tr!("labels.actor_client"),
        Actor::Store => tr!("labels.actor_store"),
        Actor::Operator => tr!("labels.actor_operator"),
        Actor::System => tr!("labels.actor_system"),
    }
}

pub fn role_name(role: Role) -> String {
    match role {
        Role::Viewer => tr!("labels.role_viewer"),
        Role::Support => tr!("labels.role_support"),
        Role::Operator => tr!("labels.role_operator"),
        Role::Admin => tr!("labels.role_admin"),
    }
}

/// What a role may do, in a line.
pub fn role_about(role: Role) -> String {
    match role {
        Role::Viewer => tr!("labels.role_viewer_about"),
        Role::Support => tr!("labels.role_support_about"),
        Role::Operator => tr!("labels.role_operator_about"),
        Role::Admin => tr!("labels.role_admin_about"),
    }
}

/// What was done, in text; an action we have none for keeps its own.
pub fn action_name(action: &str) -> String {
    let key = format!("actions.{action}");
    crate::_rust_i18n_try_translate(reader().locale.code(), &key).map_or_else(|| action.to_owned(), std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::i18n::Locale;

    #[test]
    fn every_finding_has_words_in_both_languages() {
        for code in FindingCode::ALL {
            for key in [format!("finding.{code}"), format!("finding.{code}_text")] {
                for locale in Locale::ALL {
                    assert!(crate::_rust_i18n_try_translate(locale.code(), &key).is_some(), "{key} {}", locale.code());
                }
            }
        }
    }
}
