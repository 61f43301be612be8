//! USE CASE: declaring projects, apps and products from a file; safe to repeat. May call `projects` and `catalog`.

mod file;
mod run;
mod secret;

pub use run::apply;
