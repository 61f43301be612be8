//! One file (or folder) per screen: components only.

mod door;
mod login;
mod not_found;
pub(crate) mod params;
mod payments;
mod setup;

pub use login::Login;
pub use not_found::NotFound;
pub use payments::{PaymentDetailPage, Payments, UserDetail};
pub use setup::Setup;
