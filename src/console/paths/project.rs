//! The addresses below a project.

use super::{encode, with_query};
use crate::model::{AppSeq, NotificationNo, OperatorId, PaymentSeq, ProductSeq, ProjectId, SubscriptionId, USER_CHANNEL_DEFAULT};

pub fn project(id: &ProjectId) -> String {
    format!("/projects/{}", encode(id.as_str()))
}

pub fn apps(id: &ProjectId) -> String {
    format!("{}/apps", project(id))
}

pub fn app_new(id: &ProjectId) -> String {
    format!("{}/apps/new", project(id))
}

pub fn app(id: &ProjectId, app: AppSeq) -> String {
    format!("{}/apps/{app}", project(id))
}

pub fn products(id: &ProjectId) -> String {
    format!("{}/products", project(id))
}

pub fn product_new(id: &ProjectId) -> String {
    format!("{}/products/new", project(id))
}

pub fn product(id: &ProjectId, product: ProductSeq) -> String {
    format!("{}/products/{product}", project(id))
}

/// Signing an App Store offer on a product.
pub fn product_offer(id: &ProjectId, product: ProductSeq) -> String {
    format!("{}/offer", self::product(id, product))
}

/// What needs a person, and how the apps do.
pub fn watch(id: &ProjectId) -> String {
    format!("{}/health", project(id))
}

pub fn payments(id: &ProjectId) -> String {
    format!("{}/payments", project(id))
}

pub fn payment(id: &ProjectId, payment: &PaymentSeq) -> String {
    format!("{}/payments/{}", project(id), encode(payment.as_str()))
}

/// Finding anything in the project.
pub fn search(id: &ProjectId) -> String {
    format!("{}/search", project(id))
}

/// Asking a store about an id.
pub fn search_store(id: &ProjectId) -> String {
    format!("{}/store", search(id))
}

pub fn user(id: &ProjectId, user_key: &str) -> String {
    format!("{}/users/{}", project(id), encode(user_key))
}

/// A user by both parts of their id; the usual channel is left out.
pub fn user_in_channel(id: &ProjectId, user_key: &str, channel: &str) -> String {
    let channel = if channel == USER_CHANNEL_DEFAULT { "" } else { channel };
    with_query(&user(id, user_key), &[("channel", channel)])
}

pub fn consumed_orders(id: &ProjectId, seq: AppSeq) -> String {
    format!("{}/consumed-orders", app(id, seq))
}

/// Where the file of consumed orders is sent.
pub fn consumed_orders_csv(id: &ProjectId, seq: AppSeq) -> String {
    format!("{}.csv", consumed_orders(id, seq))
}

/// Importing products from the store's own catalog.
pub fn catalog_import(id: &ProjectId, seq: AppSeq) -> String {
    format!("{}/catalog", app(id, seq))
}

pub fn product_import(id: &ProjectId) -> String {
    format!("{}/import", products(id))
}

/// The products as a file: GET gives it, POST takes one.
pub fn products_csv(id: &ProjectId) -> String {
    format!("{}.csv", products(id))
}

pub fn subscriptions(id: &ProjectId) -> String {
    format!("{}/subscriptions", project(id))
}

pub fn subscription(id: &ProjectId, subscription: &SubscriptionId) -> String {
    format!("{}/{}", subscriptions(id), encode(subscription.as_str()))
}

pub fn notifications(id: &ProjectId) -> String {
    format!("{}/notifications", project(id))
}

pub fn notification(id: &ProjectId, notification: NotificationNo) -> String {
    format!("{}/{notification}", notifications(id))
}

/// Purchases nobody is known for.
pub fn unassigned(id: &ProjectId) -> String {
    format!("{}/unassigned", project(id))
}

pub fn statistics(id: &ProjectId) -> String {
    format!("{}/statistics", project(id))
}

/// A table of the statistics as a file; `ending` is `csv` or `xlsx`.
pub fn statistics_file(id: &ProjectId, ending: &str) -> String {
    format!("{}.{ending}", statistics(id))
}

pub fn settings(id: &ProjectId) -> String {
    format!("{}/settings", project(id))
}

pub fn members(id: &ProjectId) -> String {
    format!("{}/members", project(id))
}

pub fn member_new(id: &ProjectId) -> String {
    format!("{}/new", members(id))
}

pub fn member(id: &ProjectId, operator: &OperatorId) -> String {
    format!("{}/{}", members(id), encode(operator.as_str()))
}

pub fn project_audit(id: &ProjectId) -> String {
    format!("{}/audit", project(id))
}

/// The download of the project's log; takes the page's filters.
pub fn project_audit_csv(id: &ProjectId) -> String {
    format!("{}.csv", project_audit(id))
}

pub fn settings_nhn(id: &ProjectId) -> String {
    format!("{}/settings/nhn", project(id))
}

/// The download of the list; takes the list's filters.
pub fn payments_csv(id: &ProjectId) -> String {
    format!("{}.csv", payments(id))
}
