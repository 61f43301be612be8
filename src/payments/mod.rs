//! USE CASE: a payment's life, one step per file: reserve, verify, settle, consume, close, refund, correct; finding, and
//! `recheck`, which asks the store again.
//! `entry` writes what a store said, for proofs and notices alike; `attribute` finds whose a purchase is, and `assign` lets
//! staff say it. May call `db`, `stores`, `keys`, and the public functions of `users`, `catalog`, `projects` and
//! `subscriptions`.

mod assign;
mod attribute;
mod close;
mod consume;
mod correct;
mod entry;
mod evaluate;
mod event;
mod find;
mod first;
mod list;
mod recheck;
mod refund;
mod refusal;
mod remark;
mod reserve;
mod settle;
mod verify;
mod wait;

pub use assign::assign_user;
pub use close::{Close, close};
pub use consume::{Consume, Consumptions, consume};
pub use correct::{Correction, correct};
pub(crate) use entry::{Entered, EntryNumbers, Said, enter};
pub use find::{access_token, find, find_by_access_token, get_detail};
pub use first::FirstEntries;
pub use list::{list, list_unconsumed, list_unconsumed_of_app};
pub use recheck::recheck;
pub use refund::refund;
pub(crate) use remark::{Remark, write_remark};
pub use reserve::{Reservation, Reserve, reserve};
pub(crate) use settle::enter_alone;
pub use verify::{Unreserved, Verified, verify_reserved, verify_unreserved};
pub use wait::{count_waiting, verify_waiting};
