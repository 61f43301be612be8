//! Finding things by what people give of them: exact ids by the indexes that are there, other spellings, parts and slips by
//! `search_keys`, and the newest payments, which have no keys yet, one by one.

mod described;
mod exact;
mod index;
mod keys;
mod newest;

pub use described::{Described, list_described};
pub use exact::{ExactHit, find_exact, find_users, list_periods};
pub use index::{
    Indexed, Mark, NewKey, find_mark, has_key, insert_keys, list_other_ids, list_projects, list_to_index, list_verified_later,
    move_mark,
};
pub use keys::{Candidate, Part, list_by_key, list_by_keys};
pub use newest::{Newest, list_newest, list_newest_subscriptions, list_verified_since, scan_newest};
