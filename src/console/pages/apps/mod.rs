//! Apps: the list, adding one, and one store's set-up with help on where each value is found.

mod consumed_orders;
mod detail;
mod fields;
mod health;
mod list;
mod new;
mod roots;
mod secrets;

pub use consumed_orders::ConsumedOrders;
pub use detail::AppDetail;
pub use list::Apps;
pub use new::AppNew;
