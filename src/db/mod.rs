//! PORT: the database. One SQL text for SQLite and PostgreSQL, one file per table family; all SQL is here.
//! `db.read()` lends a connection, `db.write(async |tx| …)` runs a closure in a transaction and answers
//! only after it is durable. Nothing that waits for the outside happens inside a write.

pub mod app_health;
pub mod app_keys;
pub mod apps;
pub mod audit_log;
mod batcher;
mod bulk;
mod checkpoint;
mod connect;
mod due;
pub mod files;
mod filters;
mod health;
pub mod idempotency;
pub mod imported_orders;
pub mod instance;
pub mod jobs;
pub mod memberships;
pub mod nhn_calls;
pub mod nhn_settings;
pub mod notifications;
mod numbers;
pub mod one_time_links;
pub mod operators;
mod page;
pub mod payment_events;
pub mod payments;
mod postgres;
pub mod products;
pub mod projects;
pub mod queue;
pub mod recovery_codes;
mod row_ids;
pub mod secret_keys;
pub mod sessions;
pub mod sign_in_failures;
pub mod simulator;
mod single_flight;
mod sqlite_version;
pub mod statistics;
pub mod store_snapshots;
pub mod subscriptions;
mod tx;
pub mod users;
pub mod waiting_proofs;
mod writer;
mod writer_guard;

pub use batcher::Batcher;
pub use connect::Db;
pub use numbers::Numbers;
pub use page::{PAGE_ROWS_MAX, PageRequest};
pub use row_ids::next_row_id;
pub use single_flight::SingleFlight;
pub use tx::Tx;
pub(crate) use tx::on;
