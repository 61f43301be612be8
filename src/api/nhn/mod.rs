//! EDGE: the server API of NHN Cloud IAP, so that a game server needs only another host name: `/v1/service/*`, the legacy
//! calls without a key (off unless a project answers them), and Gamebase's `/tcgb-inapp/*`. Every answer is HTTP 200 with
//! the result code in the body. Forms, casing and numbers follow NHN's own documents to the byte.

mod body;
mod code;
mod envelope;
mod gamebase;
mod legacy;
mod notifications;
mod price;
mod router;
mod service;
mod views;
mod work;
mod wrap;

pub use notifications::router as notifications_router;
pub use router::documented;
pub use wrap::wrap;
