//! Google Play. A proof is a purchase token, which Google is asked about: `lookup` finds out what it is of, `one_time` and
//! `subscription` read what Google says of it, with the order's money (`money`) and how a subscription goes on (`renewal`). `push`
//! takes Real-time developer notifications, `finish` acknowledges and consumes, `actions`, `refunds`, `catalog` and `check` are the
//! other questions, `offline` reads what is signed while Google is down. `api` asks Google, `wire` is what goes over the wire.

mod actions;
pub mod api;
mod catalog;
mod check;
mod environment;
mod evidence;
mod fetch;
mod finish;
mod lookup;
mod money;
mod offline;
mod one_time;
mod order_alone;
mod push;
mod refunds;
mod renewal;
mod settings;
mod signed_data;
mod store;
mod subscription;
#[cfg(test)]
mod tests;
mod wire;

pub use settings::{FIELDS, OUTAGE, simulated_fields};
pub use store::GoogleStore;
