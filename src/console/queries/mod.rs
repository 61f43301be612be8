//! What the pages show, one file per noun: check who reads, call use cases, put a page's data together. A page's resource awaits
//! its query while the server renders the page, so no browser calls one and none has an address of its own.
//! Each begins with one of `Request::of_…` (`tests/layers.rs` checks that).

mod account;
mod apps;
mod audit;
mod invitation;
mod members;
mod nhn;
mod notifications;
mod offers;
mod operators;
mod overview;
mod payments;
mod products;
mod projects;
mod request;
mod session;
mod simulator;
mod subscriptions;

pub use account::{AccountPage, SecondFactorPage, get_account, get_second_factor};
pub use apps::{AppPage, AppRow, ConsumedOrdersPage, get_app, get_consumed_orders, list_apps};
pub use audit::{AuditPage, list_audit, list_project_audit};
pub use invitation::get_link_holder;
pub use members::{MemberPage, MembersPage, get_member, list_members};
pub use nhn::{NhnPage, get_nhn};
pub use notifications::{NotificationPage, get_notification, list_notifications};
pub use offers::{OfferRequest, sign_offer};
pub use operators::{OperatorPage, get_operator, list_operators};
pub use overview::get_overview;
pub use payments::{PaymentPage, UserPage, get_payment, get_user, list_payments};
pub use products::{ProductFilter, ProductImportPage, ProductPage, ProductsPage, get_product, get_product_import, list_products};
pub use projects::{SettingsPage, get_settings};
pub use session::{check_set_up_link, get_viewer};
pub use simulator::{SimulatorPage, get_simulator};
pub use subscriptions::{SubscriptionPage, get_subscription, list_subscriptions};
