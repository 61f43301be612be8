//! What the pages show, one file per noun: check who reads, call use cases, put a page's data together. A page's resource awaits
//! its query while the server renders the page, so no browser calls one and none has an address of its own.
//! Each begins with one of `Request::of_…` (`tests/layers.rs` checks that).

mod account;
mod apps;
mod audit;
mod members;
mod nhn;
mod notifications;
mod operators;
mod payments;
mod products;
mod projects;
mod request;
mod search;
mod simulator;
mod statistics;
mod subscriptions;

pub use account::{
    AccountPage, SecondFactorPage, check_set_up_link, get_account, get_link_holder, get_second_factor, get_viewer,
};
pub use apps::{AppPage, AppRow, ConsumedOrdersPage, get_app, get_consumed_orders, list_apps};
pub use audit::{AuditPage, list_audit, list_project_audit};
pub use members::{MemberPage, MembersPage, get_member, list_members};
pub use nhn::{NhnPage, get_nhn};
pub use notifications::{NotificationPage, get_notification, list_notifications};
pub use operators::{OperatorPage, get_operator, list_operators};
pub use payments::{
    Assignee, CorrectionAid, PaymentPage, PaymentQuestion, PaymentsPage, UserPage, get_payment, get_payments, get_user,
    list_payments,
};
pub use products::{
    CatalogImportPage, OfferRequest, ProductFilter, ProductImportPage, ProductPage, ProductsPage, get_catalog_import,
    get_product, get_product_import, list_products, sign_offer,
};
pub use projects::{SettingsPage, get_overview, get_settings, get_watch};
pub use search::{SearchPage, StoreAnswer, StoreSearchPage, ask_store, search_all, search_project};
pub use simulator::{SimulatorPage, get_simulator};
pub use statistics::get_statistics;
pub use subscriptions::{SubscriptionPage, get_subscription, list_subscriptions};
