//! What of a page has a state of its own in the browser: written on the server like the rest, taken over by the WASM. Its words
//! come with it.

mod copy;
mod icon;
mod toast;

pub use copy::{CopyIsland, CopyTextIsland};
pub use icon::{Icon, IconName};
pub use toast::{ToastTexts, Toasts, show_toast};
