//! Coming from NHN Cloud IAP: what to change, what to take over, the two switches, and the calls as they come.

mod calls;
mod compatible;
mod hosts;
mod keys;
mod legacy;
mod page;
mod steps;

pub use page::NhnPageView;
