//! Payments: the list with its one search box, one payment with its history, one player.

mod actions;
mod detail;
mod list;
mod query;
mod rows;
mod user;

pub use detail::PaymentDetailPage;
pub use list::Payments;
pub use user::UserDetail;
