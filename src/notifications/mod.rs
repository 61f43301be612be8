//! USE CASE: what stores tell us. `receive` authenticates a notification and keeps it raw, once per app it is for; it is answered
//! then, and the job `apply_notifications` works it off at our own pace. One of Apple's deprecated, unsigned form only makes us
//! look (`unsigned`).
//!
//! - `list(state, project, &NotificationQuery)`: a page, newest first;
//! - `get_detail(state, project, no)`: with what the store signed, decoded;
//! - `apply_again(state, by, project, no)`: a dead or waiting notification is due at once again; audited.
//!
//! May call `db`, `stores`, and the public functions of `payments`, `subscriptions`, `projects` and `catalog`.

mod effect;
mod list;
mod product;
mod receive;
mod refetch;
mod unsigned;

pub(crate) use effect::{Effect, effect_of};
pub use list::{apply_again, get_detail, list};
pub(crate) use product::product_of;
pub(crate) use receive::new_notification;
pub use receive::{Refused, receive_apple};
pub(crate) use refetch::{Refetch, refetch_purchase, refetch_subscription};
pub use unsigned::receive_unsigned;
pub(crate) use unsigned::refetch_named;
