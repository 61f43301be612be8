//! USE CASE: declaring projects, apps and products from a file; safe to repeat, all or nothing. It is read and checked, then
//! planned against what is there, then written in one transaction. May call `db`, `projects` and `catalog`.

mod file;
mod plan;
mod prepare;
mod run;
mod secret;
mod step;

/// What some editors put before UTF-8 text.
const BYTE_ORDER_MARK: char = '\u{feff}';

pub use run::apply;
