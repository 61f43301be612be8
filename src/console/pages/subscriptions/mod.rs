//! Subscriptions: the list with its filters, and one subscription period by period.

mod detail;
mod extend;
mod list;
mod query;
mod rows;

pub use detail::SubscriptionDetailPage;
pub use list::Subscriptions;
pub(super) use rows::{subscription_table, user_link};
