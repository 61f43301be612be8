//! A project's settings: its name and model, its AppKey, its secret keys.

mod app_key;
mod page;
mod policy;
mod secret_keys;
mod tabs;

pub use page::Settings;
pub use tabs::settings_tabs;
