//! USE CASE: what stores tell us. `receive` authenticates a notification and keeps it raw, once per app it is for; it is answered
//! then, and the job `apply_notifications` works it off at our own pace. One that only names purchases makes us ask the store (`named`).
//!
//! - `list(state, project, &NotificationQuery)`: a page, newest first;
//! - `get_detail(state, project, no)`: with what the store signed, decoded;
//! - `apply_again(state, by, project, no)`: a dead or waiting notification is due at once again; audited.
//!
//! May call `db`, `stores`, and the public functions of `payments`, `subscriptions`, `projects` and `catalog`.

mod list;
mod missed;
mod named;
mod product;
mod receive;
mod refetch;

pub use crate::stores::Delivery;
pub use list::{apply_again, get_detail, list, list_of_payment};
pub(crate) use named::refetch_named;
pub(crate) use product::product_of;
pub(crate) use receive::Incoming;
pub use receive::{Refused, is_address, receive};
pub(crate) use refetch::{Refetch, Void, refetch_purchase, refetch_refunded, refetch_subscription};
