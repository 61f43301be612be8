//! The App Store, played: `store` is what the shared code knows of it, `notification`, `payloads` and `seal` write what it signs, and the
//! others are its server API, and `connect` App Store Connect's catalog, strict where Apple is strict (docs/stores/apple.md, App Store Server API: endpoints, and The
//! simulator). Each endpoint takes who was let in and gives the answer's JSON, or the failure with Apple's number.

mod access;
mod addresses;
mod authority;
mod connect;
mod consumption;
mod customer;
mod extension;
mod failure;
mod groups;
mod history;
mod inbox;
mod limits;
mod lookups;
mod notification;
pub mod payloads;
mod seal;
mod store;

pub use access::{Admitted, admit};
pub use authority::{Authority, load_authority};
pub use connect::{ConnectFailure, ConnectQuery, apps, in_app_purchases, subscription_groups, subscriptions};
pub use consumption::{finish, send_consumption, send_consumption_v1, set_account_token};
pub use extension::{extend, extend_all, extension_status};
pub use failure::{ApiFailure, ApiResult};
pub use groups::{customer_groups, group_members};
pub use history::{history, history_v1, refund_history};
pub use inbox::{notification_history, request_test, test_status};
pub use limits::{Delay, check_faults, check_rate};
pub use lookups::{app_transaction, order, statuses, transaction_info};
pub(super) use store::SimulatedAppStore;
