//! Integration tests, one target: through the front door where possible, on SQLite and on PostgreSQL always.

mod assets;
mod db_write;
mod support;
