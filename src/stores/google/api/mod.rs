//! The Google Play Developer API (docs/stores/google.md, Developer API): `credential` is what an app signs in with, `sign_in` keeps
//! the access tokens, `call` makes one request, `client` repeats it where that helps, and the other files name the methods.

mod call;
mod catalog;
mod client;
mod credential;
mod failure;
mod hosts;
mod orders;
mod products;
mod sign_in;
mod subscriptions;
mod voided;

use std::time::Duration;

pub use client::{Answered, Client};
pub use credential::{Credential, CredentialFault};
pub use failure::ApiFailure;
pub use hosts::Hosts;
pub use subscriptions::Deferral;
pub use voided::VoidedQuery;
pub use voided::WINDOW_MILLIS as VOIDED_WINDOW_MILLIS;

use crate::stores::http::Limits;

/// What production runs with: a verify may ask three times in turn, within what our own caller waits.
pub const LIMITS: Limits = Limits { attempt: Duration::from_secs(7), total: Duration::from_secs(9), ..Limits::DEFAULT };
