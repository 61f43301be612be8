//! What stores told us: the inbox with its filters, and one notification decoded.

mod detail;
mod list;
mod query;
mod rows;

pub use detail::NotificationDetailPage;
pub use list::Notifications;
pub(super) use rows::notification_item;
