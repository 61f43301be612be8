//! USE CASE: the people of the console: accounts, passwords, sign-in, sessions, and what each may do.
//! May call `db`, `keys`, `audit`. It knows requests only by their headers and session.

mod caller;
mod links;
mod notes;
mod operators;
mod password;
mod session_store;
mod sessions;
mod sign_in;
mod throttle;

pub(crate) use caller::address;
pub use caller::{administrator, member, role_in, signed_in, viewer};
pub use links::{check_link, make_set_up_link, redeem_link};
pub use notes::{leave_note, take_note};
pub use operators::{NewAccount, add_operator, any_operator, change_password, parse_email, rename};
pub use session_store::Sessions;
pub use sessions::{begin, delete_expired, end, layer, operator_of, session_of};
pub use sign_in::{Credentials, sign_in};
