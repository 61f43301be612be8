//! The App Store Server API (docs/stores/apple.md, App Store Server API: endpoints): `token` signs in, `call` makes one
//! request, `client` repeats it where that helps and asks the other environment where that is the rule, `wire` is what goes
//! over the wire. What comes back is believed only after `lookups` and `notifications` have verified it. `connect` asks the other
//! API, App Store Connect's, for the catalog; nothing of it is signed.

mod actions;
mod call;
mod client;
mod connect;
mod failure;
mod groups;
mod hosts;
mod lookups;
mod notifications;
mod token;
pub(super) mod wire;

pub use call::{Attempt, Call};
pub use client::Client;
pub use connect::{ConnectList, ConnectPage, Resource};
pub use failure::ApiFailure;
pub use hosts::{AppleEnvironment, Hosts};
pub use lookups::{HistoryPage, HistoryQuery, RefundPage, SubscriptionStatus};
pub use wire::{
    Consumption, CustomerGroup, Extension, ExtensionAnswer, GroupMember, GroupMembers, GroupRole, MassExtension,
    MassExtensionStatus, NotificationHistoryRequest, NotificationHistoryResponse, SendAttempt, SentNotification,
    TestNotification,
};
#[cfg(test)]
pub use {call::Fallback, failure::ErrorBody, token::Tokens};
