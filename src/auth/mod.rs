//! USE CASE: the people of the console: accounts, passwords, sign-in, sessions, and what each may do.
//! May call `db`, `keys`, `audit`. It knows requests only by their headers and session.

mod accounts;
mod caller;
mod invitations;
mod links;
mod members;
mod notes;
mod operators;
mod password;
mod session_store;
mod sessions;
mod sign_in;
mod throttle;

pub use accounts::{Rights, list_accounts, update_account};
pub(crate) use caller::address;
pub use caller::{administrator, member, role_in, signed_in, viewer};
pub use invitations::{NewInvitation, accept_invitation, find_invited, invite, make_reset_link};
pub use links::{check_link, make_set_up_link, redeem_link};
pub use members::{add_member, list_members, remove_member, set_member_role};
pub use notes::{leave_note, take_note};
pub use operators::{NewAccount, add_operator, any_operator, change_password, parse_email, rename};
pub use session_store::Sessions;
pub use sessions::{begin, delete_expired, end, end_others, layer, list_sessions, operator_of, session_of, stored_id};
pub use sign_in::{Credentials, sign_in};
