//! Purser: a self-hosted, unified in-app purchase service.
//!
//! Data flows one way: edge (`api`, `console`) → use case → port (`stores`, `db`, `keys`), and comes back as `model`
//! values. Only the console's `browser` and `islands` compile for the browser; everything else is gated here, once.
#![recursion_limit = "512"]

pub mod console;

#[cfg(feature = "ssr")]
rust_i18n::i18n!("src/console/locales", fallback = "en");

/// Everything that is the server's alone; its modules stand at the crate's root like the others.
#[cfg(feature = "ssr")]
#[path = "."]
mod server {
    pub mod api;
    pub mod apply;
    pub mod audit;
    pub mod auth;
    pub mod call_limits;
    pub mod catalog;
    pub mod clock;
    pub mod config;
    pub mod db;
    pub mod error;
    pub mod http;
    pub mod idempotency;
    pub mod jobs;
    pub mod keys;
    pub mod ledger;
    pub mod logs;
    pub mod model;
    pub mod nhn;
    pub mod notes;
    pub mod notifications;
    pub mod payments;
    pub mod projects;
    pub mod router;
    pub mod search;
    pub mod serve;
    pub mod simulator;
    pub mod state;
    pub mod statistics;
    pub mod stores;
    pub mod subscriptions;
    pub mod users;
    pub mod vitals;
}
#[cfg(feature = "ssr")]
pub use server::*;

/// Starts the console's browser side; `console/boot.js` then hands over each page's islands.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
    console::browser::start();
}
