//! Payments: the list with its one search box, one payment with its history, one player.

mod actions;
mod assign;
mod detail;
mod list;
mod query;
mod recheck;
mod rows;
mod unassigned;
mod user;

pub use detail::PaymentDetailPage;
pub use list::Payments;
pub use query::read as read_payment_query;
pub(super) use rows::payment_table;
pub use unassigned::Unassigned;
pub use user::UserDetail;
