//! Google Play, played: `store` is what the shared code knows of it, `notification` and `push` write what Pub/Sub delivers,
//! `licence` signs what the app is handed, `access` is Google's token endpoint, and the others are the Android Publisher API,
//! strict where Google is strict (docs/stores/google.md). `calls` finds the endpoint of a call; each takes who was let in and
//! gives the answer's JSON, or the failure in Google's words.

mod access;
mod accounts;
mod calls;
mod catalog;
mod failure;
mod found;
mod ids;
mod keys;
mod legacy;
mod licence;
mod limits;
mod line_item;
mod notification;
mod orders;
mod products;
mod push;
mod requests;
mod reviews;
mod route;
mod rsa_key;
mod store;
mod subscription_actions;
mod subscriptions;
mod values;
mod voided;

pub use access::{Admitted, grant_token};
pub use calls::{APPLICATIONS, Call, answer};
pub use failure::{ApiFailure, ApiResult, Told};
pub use keys::{CERTS_MAX_AGE_SECONDS, certificates, jwk_set};
pub use keys::{KeptKeys, rotate_keys};
pub(super) use store::SimulatedGooglePlay;
