//! USE CASE: playing the stores: selling to players, and the shop that plays app and game server for a first run.
//! May call `db`, `catalog`, `projects` and the port `stores::simulator`; the shop speaks to us only through the public API.

mod authority;
mod purchase;
mod shop;
mod shop_call;

pub use authority::load_authority;
pub use purchase::{Buy, Sold, buy, list_purchases, list_sales};
pub use shop::{Order, list_goods, visit};
