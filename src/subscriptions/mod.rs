//! USE CASE: subscriptions, one per store chain, whatever the store.
//!
//! `merge` is the heart: a pure function from the newest signed words on a chain to where it stands. `chain` derives a
//! chain's row with it inside the write that entered a word (`payments::enter`); the job `expire_subscriptions` lets time pass. The rest reads:
//!
//! - `list(state, project, &SubscriptionQuery)`: a page, newest first;
//! - `list_of_user(state, project, &User, stores, include_expired)`: what a player has;
//! - `get(state, project, &id)`, `get_detail(state, project, &id)`: with its periods (payments) and notifications;
//! - `refresh(state, by, project, &id)`: asks the store how it stands now, and is audited;
//! - `extend(state, by, project, &id, input)`: has the store make the present period longer.
//!
//! May call `db`, `stores`, and the public functions of `payments`, `projects` and `catalog`.

mod chain;
mod extend;
mod list;
mod merge;
mod refresh;

pub(crate) use chain::{derive_chain, hold_chain};
pub use extend::{Extend, Extended, extend};
pub use list::{get, get_detail, list, list_of_user};
pub use merge::{Standing, stand};
pub use refresh::refresh;
