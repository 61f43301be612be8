//! USE CASE: standing in for NHN Cloud IAP (and Gamebase's purchase API): what a project takes over from there, how its
//! servers' calls find their project, and how many come. May call `db`, `keys`, `audit`, `auth` (addresses), `projects` and `payments`.

mod addresses;
mod apps;
mod calls;
mod gamebase;
mod guesses;
mod settings;
mod subscriptions;
mod test_payments;

pub use addresses::{is_allowed, parse_addresses};
pub use apps::{legacy_project_of_app, legacy_project_of_product};
pub use calls::{Calls, delete_old_calls, flush_calls, list_calls};
pub use gamebase::{GamebaseAccess, authenticate_gamebase};
pub use guesses::Guesses;
pub(crate) use settings::{NhnDraft, draft_nhn_settings, is_nhn_different, write_nhn_settings};
pub use settings::{NhnInput, get_nhn_settings, parse_gamebase_app_id, parse_gamebase_secret, update_nhn_settings};
pub use subscriptions::{Period, find_period, list_periods};
pub use test_payments::{has_form, is_shown, list_consumables};
