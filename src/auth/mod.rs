//! USE CASE: the people of the console: accounts, passwords, sign-in, sessions, and what each may do.
//! May call `db`, `keys`, `audit`. It knows requests only by their headers and session.

mod accounts;
mod address;
mod caller;
mod invitations;
mod links;
mod members;
mod notes;
mod operators;
mod password;
mod second_factor;
mod session_store;
mod sessions;
mod sign_in;
mod throttle;
mod totp;
mod visitor;

pub use accounts::{Rights, get_account, list_accounts, list_administrators, update_account};
pub use address::{Address, address, address_of, last_hop, peer};
pub use caller::{administrator, member, projects_where, role_in, signed_in, viewer};
pub use invitations::{
    NewInvitation, accept_invitation, find_link_holder, invite, make_password_link, make_second_factor_link, reset_second_factor,
};
pub use links::{check_link, make_set_up_link, redeem_link};
pub use members::{add_member, get_member, list_members, remove_member, set_member_role};
pub use notes::{put_flash, take_note};
pub use operators::{NewAccount, add_operator, any_operator, change_password, parse_email, rename};
pub use second_factor::{
    BothFactors, disable_second_factor, draft_second_factor, enable_second_factor, find_draft, get_second_factor,
    renew_recovery_codes,
};
pub use session_store::Sessions;
pub use sessions::{
    begin, begin_half, delete_expired, end, end_others, half_of, layer, list_sessions, operator_of, session_of, stored_id,
};
pub use sign_in::{Credentials, PendingSignIn, SignIn, enter_code, sign_in};
pub use visitor::{DEVICE_COOKIE, Visitor, device_cookie, visitor};
