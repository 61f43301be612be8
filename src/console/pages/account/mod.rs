//! The reader's own account: name, password, sessions, second factor.

mod factor_setup;
mod page;
mod second_factor;

pub use page::AccountDetail;
pub use second_factor::SecondFactorDetail;
