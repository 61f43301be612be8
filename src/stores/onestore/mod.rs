//! ONE store (docs/stores/onestore.md). A proof is a purchase token with its product, which ONE store is asked about: `lookup` finds
//! out what it is of and in which of its environments (`world`), `managed`, `subscription` and `monthly` read what it says. `licence`
//! checks what ONE store signs with the app's licence key: the `receipt` an app hands in, and the messages `notification` takes.
//! `finish` acknowledges and consumes, `actions`, `refunds` and `check` are the other questions. `api` asks ONE store, `wire` is what
//! goes over the wire.

mod account;
mod actions;
pub mod api;
mod check;
mod evidence;
mod finish;
mod licence;
mod lookup;
mod managed;
mod monthly;
mod notification;
mod period;
mod receipt;
mod refunds;
mod replaced;
mod settings;
mod store;
mod subscription;
#[cfg(test)]
mod tests;
mod wire;
mod world;

pub use settings::{FIELDS, simulated_fields};
pub use store::OneStore;
