//! One file (or folder) per screen: components only.

mod not_found;

pub use not_found::NotFound;
