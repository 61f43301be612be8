//! USE CASE: what stores tell us. `receive` authenticates a notification and keeps it raw, once per app it is for; it is answered
//! then, and `apply` works it off at our own pace, by lease, with every word entered through `payments::enter`. One of Apple's
//! deprecated, unsigned form only makes us look (`unsigned`).
//!
//! - `list(state, project, &NotificationQuery)`: a page, newest first;
//! - `get_detail(state, project, no)`: with what the store signed, decoded;
//! - `schedule_backfills(state)`, `backfill_due(state)`: what the store lists as sent and the inbox lacks is put into it;
//! - `find_refunds_due(state)`: what the store took back without our hearing of it is found in its refund history, once a day;
//! - `answer_due(state)`: what the App Store asks before a refund is answered as the project wants it;
//! - `delete_old(state)`: notifications that were applied long ago are removed;
//! - `apply_again(state, by, project, no)`: a dead or waiting notification is due at once again; audited.
//!
//! May call `db`, `stores`, and the public functions of `payments`, `subscriptions`, `projects` and `catalog`.

mod apply;
mod backfill;
mod consumption;
mod effect;
mod forget;
mod list;
mod product;
mod receive;
mod refetch;
mod refunds;
mod unsigned;

pub use apply::apply_due;
pub use backfill::{backfill_due, schedule_backfills};
pub use consumption::answer_due;
pub use forget::delete_old;
pub use list::{apply_again, get_detail, list};
pub use receive::{Refused, receive_apple};
pub(crate) use refetch::{refetch_purchase, refetch_subscription};
pub use refunds::find_refunds_due;
pub use unsigned::receive_unsigned;
