//! The App Store Server API (apple.md 1 and 2): `token` signs in, `call` makes one request, `client` repeats it where that
//! helps and asks the other world where that is the rule, `shapes` is what goes over the wire. What comes back is believed
//! only after `lookups` and `notices` have verified it.

mod actions;
mod call;
mod client;
mod failure;
mod gate;
mod hosts;
mod limits;
mod lookups;
mod notices;
mod queue;
pub(super) mod shapes;
mod token;

pub use call::{Attempt, Call};
pub use client::Client;
pub use failure::ApiFailure;
pub use hosts::{Hosts, World};
pub use limits::Limits;
pub use lookups::{HistoryPage, HistoryQuery, RefundPage, SubscriptionStatus};
pub use shapes::{
    Consumption, Extension, ExtensionAnswer, MassExtension, MassExtensionStatus, NotificationHistory, NotificationQuery,
    SendAttempt, SentNotification, TestNotification,
};
#[cfg(test)]
pub use {call::Elsewhere, failure::ErrorBody, limits::CONCURRENT_PER_APP, limits::QUEUE_MAX, token::Tokens};
