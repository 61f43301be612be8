//! USE CASE: playing the stores: selling to players, and the shop that plays app and game server for a first run.
//! May call `db` and the port `stores::simulator`; the shop speaks to us only through the public API.

mod authority;
mod purchase;

pub use authority::load_authority;
pub use purchase::{Buy, Sold, buy, list_purchases};
