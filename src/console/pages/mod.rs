//! One file (or folder) per screen: components only.

mod door;
mod login;
mod not_found;
mod setup;

pub use login::Login;
pub use not_found::NotFound;
pub use setup::Setup;
