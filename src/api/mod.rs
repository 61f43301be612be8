//! EDGE: the REST API for games and their servers, one file per resource. Calls use cases, never `db` or `stores`.

mod callbacks;
mod caller;
mod codes;
mod description;
mod docs;
mod idempotency;
mod input;
mod nhn;
mod offers;
mod payments;
mod products;
mod router;
mod search;
mod simulator;
mod statistics;
mod store_actions;
mod subscriptions;
mod users;
mod verify;
mod views;

pub use nhn::wrap as wrap_nhn;
pub use router::{description, router};
