//! USE CASE: the numbers of a project. The overview counts today; the statistics add up any days by what the job `roll_up` added up
//! before, and what was made or changed since (docs/architecture.md, Statistics). May call `db`, `payments`, `projects` and
//! `simulator`.

mod chunk;
mod convert;
mod overview;
mod payers;
mod report;
mod roll_up;
mod settings;
mod since;
mod subscriptions;
mod watch;

pub use chunk::Content;
pub use overview::{OverviewCache, get_overview, sum_of_user};
pub use payers::pair_changes;
pub use report::get_statistics;
pub use roll_up::{delete_outdated, roll_up};
pub use settings::{SettingsInput, delete_rate, get_settings, save_rate, update_settings};
pub use subscriptions::count_subscriptions;
pub use watch::get_watch;
