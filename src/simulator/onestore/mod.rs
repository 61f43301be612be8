//! ONE store, played: `store` is what the shared code knows of it, `notification` writes and signs its payment notifications and those
//! of a subscription's state, `licence` signs what the app is handed, `access` is its token endpoint, and the others are its server
//! API, strict where ONE store is strict (docs/stores/onestore.md). `calls` finds the endpoint of a call; each takes who was let in and
//! gives the answer's JSON, or the failure in ONE store's words.

mod access;
mod calls;
mod detail;
mod failure;
mod found;
mod ids;
mod licence;
mod notification;
mod purchases;
mod store;
mod subscription_actions;
mod voided;

pub use access::grant_token;
pub use calls::{APPS, Call, answer};
pub use failure::{ApiFailure, ApiResult, Told};
pub(super) use store::SimulatedOneStore;
