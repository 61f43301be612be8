//! USE CASE: subscriptions, one per store chain, whatever the store.
//!
//! What the stores say is recorded by `ledger`, which derives a subscription's state; the job `expire_subscriptions` lets time pass.
//! The rest reads:
//!
//! - `list(state, project, &SubscriptionQuery)`: a page, newest first;
//! - `list_of_user(state, project, &User, stores, include_expired)`: what a player has;
//! - `get(state, project, &id)`, `get_detail(state, project, &id)`: with its periods (payments) and notifications;
//! - `refresh(state, by, project, &id)`: asks the store how it stands now, and is audited;
//! - `extend(state, by, project, &id, input)`: has the store make the present period longer;
//! - `act(state, by, project, &id, StoreAction)`: has the store end or defer it;
//! - `sign_offer_for_app(state, project, of, &input)`: signs an offer for a player.
//!
//! May call `db`, `stores`, and the public functions of `payments`, `projects`, `catalog` and `users`.

mod extend;
mod list;
mod refresh;
mod sign_offer;
mod store_actions;

pub use extend::{Extend, Extended, extend};
pub(crate) use list::list_whole_of_user;
pub use list::{get, get_detail, list, list_of_user, list_page_of_user};

pub use crate::db::subscriptions::{OfUser, States};
pub use refresh::refresh;
pub use sign_offer::{Buyer, OfferInput, OfferedProduct, sign_offer_for_app, sign_offer_for_product};
pub use store_actions::{StoreAction, act, act_by_payment};
