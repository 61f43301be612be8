//! USE CASE: a payment's life, one step per file: reserve, verify, settle, consume, close, refund, correct; and finding.
//! May call `db`, `stores`, `keys`, and the public functions of `users`, `catalog` and `projects`.

mod close;
mod consume;
mod correct;
mod evaluate;
mod event;
mod find;
mod list;
mod refund;
mod reserve;
mod settle;
mod subscriptions;
mod verify;

pub use close::close;
pub use consume::{Consume, consume};
pub use correct::{Correction, correct};
pub use find::{find, get_detail};
pub use list::{list, list_unconsumed};
pub use refund::refund;
pub use reserve::{Reservation, Reserve, reserve};
pub use subscriptions::{SubscriptionPeriod, list_subscriptions};
pub use verify::{Unreserved, Verified, verify_reserved, verify_unreserved};
