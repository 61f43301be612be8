//! What stores told us: the inbox with its filters, and one notice decoded.

mod detail;
mod list;
mod query;
mod rows;

pub use detail::NoticeDetailPage;
pub use list::Notifications;
pub(super) use rows::notice_happening;
