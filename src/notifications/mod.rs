//! USE CASE: what stores tell us. `receive` authenticates a notice and keeps it raw, once per app it is for; it is answered
//! then, and `apply` works it off at our own pace, by lease, with every word entered through `payments::enter`. One of Apple's
//! deprecated, unsigned form only makes us look (`unsigned`).
//!
//! - `list(state, project, &NoticeQuery)`: a page, newest first;
//! - `get_detail(state, project, no)`: with what the store signed, decoded;
//! - `plan_healing(state)`, `heal_due(state)`: what the store lists as sent and the inbox lacks is put into it;
//! - `find_refunds_due(state)`: what the store took back without our hearing of it is found in its refund history, once a day;
//! - `answer_due(state)`: what the App Store asks before a refund is answered as the project wants it;
//! - `delete_old(state)`: notices that were applied long ago are removed;
//! - `apply_again(state, by, project, no)`: a dead or waiting notice is due at once again; audited.
//!
//! May call `db`, `stores`, and the public functions of `payments`, `subscriptions`, `projects` and `catalog`.

mod apply;
mod consumption;
mod effect;
mod forget;
mod heal;
mod list;
mod look;
mod product;
mod receive;
mod refunds;
mod unsigned;

pub use apply::apply_due;
pub use consumption::answer_due;
pub use forget::delete_old;
pub use heal::{heal_due, plan_healing};
pub use list::{apply_again, get_detail, list};
pub(crate) use look::{look, look_at_purchase};
pub use receive::{Refused, receive_apple};
pub use refunds::find_refunds_due;
pub use unsigned::receive_unsigned;
