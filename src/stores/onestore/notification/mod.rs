//! What ONE store sends of its own accord (docs/stores/onestore.md, Notifications): payment notifications (PNS), signed with the app's
//! licence key (`signed_text`), and notifications of a subscription's state (SNS), which nobody signs and of which so many are taken (`unsigned`). `receive` checks them when they
//! come in, `read` reads them, now and whenever they are read again.

mod read;
mod receive;
mod signed_text;
mod unsigned;

pub use read::{read_kept, without_token};
pub use receive::authenticate_message;
pub use unsigned::UnsignedCount;
