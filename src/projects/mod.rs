//! USE CASE: projects, their AppKeys and secret keys, their apps and sealed credentials. May call `db`, `keys`, `audit`.

mod access;
mod app_keys;
mod apps;
mod beside_live;
mod create;
mod health;
mod policy;
mod roots;
mod secret_keys;
mod store_app;

pub use crate::stores::is_secret_field;
pub use access::{Access, KeyLookups, authenticate_app_key, authenticate_secret_key};
pub(crate) use app_keys::{draft_app_key, write_app_key};
pub use app_keys::{list_app_keys, parse_app_key, rotate_app_key};
pub use apps::{AppDetail, AppInput, OutageChange, create_app, get_app, list_apps, remove_secret, update_app};
pub(crate) use apps::{draft_app, draft_change, insert_app, parse_in_charge_since, parse_store_app_id, write_app};
pub use create::{ProjectInput, create_project, find_project_by_name, get_project, get_revision, list_projects, update_project};
pub(crate) use create::{draft_project, insert_project, parse_name, write_project};
pub use health::{check_app, find_health, list_health};
pub use policy::{get_policy, update_policy};
pub use roots::{add_trusted_root, remove_trusted_root};
pub use secret_keys::{CreatedKey, create_secret_key, has_secret_key, list_secret_keys, revoke_secret_key};
pub(crate) use secret_keys::{DraftKey, draft_secret_key, insert_secret_key, parse_secret, write_revocation};
pub(crate) use store_app::choose;
pub use store_app::{app_for_store, store_app_of, store_can, to_store_app};
