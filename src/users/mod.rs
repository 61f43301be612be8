//! USE CASE: payment users, the developer's own user ids. May call `db` and `keys`.

mod register;
mod user;

pub use register::{Registered, register};
pub use user::User;
