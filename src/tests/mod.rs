//! Integration tests, one target: through the front door where possible, on SQLite and on PostgreSQL always.

mod access;
mod access_table;
mod api_access;
mod api_payments;
mod apple_life;
mod apply;
mod assets;
mod audit;
mod console;
mod crash;
mod db_write;
mod export;
mod http;
mod members;
mod notices;
mod operators;
mod people;
mod projects;
mod second_factor;
mod sessions;
mod shop;
mod shop_visit;
mod sign_in;
mod statistics;
mod subscriptions;
mod support;
