//! Integration tests, one target: through the front door where possible, on SQLite and on PostgreSQL always.

mod api_access;
mod api_payments;
mod apply;
mod assets;
mod console;
mod crash;
mod db_write;
mod export;
mod projects;
mod shop;
mod shop_visit;
mod statistics;
mod support;
