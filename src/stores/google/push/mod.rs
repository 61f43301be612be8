//! Real-time developer notifications over Cloud Pub/Sub push (docs/stores/google.md, Notifications): `token` checks who pushed, with
//! the keys of `keys`; `envelope` takes the message out; `notification` reads what it says, now and whenever it is read again.

mod envelope;
mod keys;
mod notification;
mod receive;
mod token;

pub use keys::PushKeys;
pub use notification::read_kept;
