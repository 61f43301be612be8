//! One file (or folder) per screen: components only.

mod apps;
mod door;
mod login;
mod not_found;
mod overview;
pub(crate) mod params;
mod payments;
mod products;
mod projects;
mod settings;
mod setup;
mod simulator;

pub use apps::{AppDetail, AppNew, Apps};
pub use login::Login;
pub use not_found::NotFound;
pub use overview::Overview;
#[cfg(feature = "ssr")] // the download reads the list's filters too
pub use payments::read_payment_query;
pub use payments::{PaymentDetailPage, Payments, UserDetail};
pub use products::{ProductDetail, ProductNew, Products};
pub use projects::{ProjectNew, Projects};
pub use settings::Settings;
pub use setup::Setup;
pub use simulator::Simulator;
