//! Coming from NHN Cloud IAP: what to change, what to take over, the legacy switch, and the calls as they come.

mod calls;
mod hosts;
mod keys;
mod legacy;
mod page;
mod steps;

pub use page::NhnPageView;
