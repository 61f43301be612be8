//! ONE store's server API V7 (docs/stores/onestore.md, Server API): `sign_in` keeps the access tokens, `call` makes one request,
//! `client` repeats it where that helps, and the other files name the methods.

mod call;
mod client;
mod failure;
mod hosts;
mod purchases;
mod sign_in;
mod subscriptions;
mod voided;

use std::time::Duration;

pub use client::{Answered, Client};
pub use failure::ApiFailure;
pub use hosts::Hosts;
pub use subscriptions::Kind;
pub use voided::VoidedQuery;

use crate::stores::http::Limits;

/// What production runs with: a verify may ask three times in turn, within what our own caller waits.
pub const LIMITS: Limits = Limits { attempt: Duration::from_secs(7), total: Duration::from_secs(9), ..Limits::DEFAULT };
