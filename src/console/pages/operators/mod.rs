//! The instance's operators, for its administrators: the list, inviting one, one with their rights.

mod detail;
mod list;
mod new;
mod rights;

pub use detail::OperatorDetail;
pub use list::Operators;
pub use new::OperatorNew;
