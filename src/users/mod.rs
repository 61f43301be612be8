//! USE CASE: payment users, the developer's own user ids. May call `db` and `keys`.

mod register;
mod token;
mod user;

pub use register::{Registered, register};
pub use token::{UserToken, open_user_token, sign_user_token, user_token_invalid};
pub use user::User;
