//! USE CASE: the numbers of a project, read from its payments. May call `db` and `payments`.

mod overview;

pub use overview::get_overview;
