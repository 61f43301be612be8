//! Apps: the list, adding one, and one store's set-up with help on where each value is found.

mod detail;
mod fields;
mod health;
mod list;
mod new;
mod roots;
mod secrets;

pub use detail::AppDetail;
pub use list::Apps;
pub use new::AppNew;
