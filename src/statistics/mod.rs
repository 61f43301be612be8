//! USE CASE: the numbers of a project, read from its payments. May call `db` and `payments`.

mod overview;
mod user;

pub use overview::{OverviewCache, get_overview};
pub use user::sum_of_user;
