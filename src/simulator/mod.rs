//! USE CASE: playing the stores: selling to players, what time does to subscriptions, notices and the App Store Server API;
//! and the shop that plays app and game server for a first run.
//! May call `db`, `catalog`, `payments`, `projects` and the port `stores`; the shop speaks to us only through the public API.

pub mod app_store;
mod authority;
mod change;
mod clock;
mod deliver;
mod desk;
mod life;
mod period;
mod play;
mod purchase;
mod reach;
mod refund;
mod settings;
mod shop;
mod shop_call;
mod step;
mod subscribe;
mod tell;

pub use authority::load_authority;
pub use change::{Change, change};
pub use clock::{advance, happen_due, now};
pub use deliver::send_due;
pub use desk::{change_subscriber, find_visit, get_desk, move_clock, send_notices, set_faults_by_form, settle_sale};
pub use play::Play;
pub use purchase::{Buy, Sold, buy, list_purchases, list_sales};
pub use refund::{Settle, settle};
pub use settings::{Address, faults, set_address, set_faults};
pub use shop::{Order, list_goods, note_of_visit, visit};
pub use subscribe::{OfferTerms, Subscribe, Subscribed, get_subscription, list_subscriptions, subscribe};
pub use tell::{Tell, list_notices, send_again, tell};
