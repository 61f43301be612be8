//! One file (or folder) per screen: components only.

mod account;
mod apps;
mod audit;
mod door;
mod invitation;
mod login;
mod login_code;
mod members;
mod nhn;
mod not_found;
mod operators;
mod overview;
pub(crate) mod params;
mod payments;
mod products;
mod projects;
mod settings;
mod setup;
mod simulator;

pub use account::{AccountDetail, SecondFactorDetail};
pub use apps::{AppDetail, AppNew, Apps};
pub use audit::{Audit, ProjectAudit, read_audit_query};
pub use invitation::Invitation;
pub use login::Login;
pub use login_code::LoginCode;
pub use members::{MemberDetail, MemberNew, Members};
pub use nhn::NhnPageView;
pub use not_found::NotFound;
pub use operators::{OperatorDetail, OperatorNew, Operators};
pub use overview::Overview;
pub use payments::{PaymentDetailPage, Payments, UserDetail, read_payment_query};
pub use products::{ProductDetail, ProductImport, ProductNew, ProductOffer, Products};
pub use projects::{ProjectNew, Projects};
pub use settings::Settings;
pub use setup::Setup;
pub use simulator::Simulator;
