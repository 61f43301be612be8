//! EDGE: the REST API for games and their servers, one file per resource. Calls use cases, never `db` or `stores`.

mod address;
mod audit_export;
mod callbacks;
mod caller;
mod codes;
mod consumed_files;
mod description;
mod docs;
mod export;
mod idempotency;
mod input;
mod nhn;
mod offers;
mod payments;
mod product_files;
mod products;
mod router;
mod simulator;
mod subscriptions;
mod users;
mod verify;
mod views;

pub use audit_export::audit_export_router;
pub use consumed_files::{consumed_files_router, consumed_note};
pub use export::export_router;
pub use nhn::wrap as wrap_nhn;
pub use product_files::{import_note, product_files_router};
pub use router::{description, router};
