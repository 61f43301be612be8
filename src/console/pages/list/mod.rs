//! What the pages of lists have in common: filters and page in the address, a table or what stands in its place, a pager.

mod address;
mod results;

pub use address::{ANY_ID, Address, CURSOR, ENVIRONMENT, FROM, PRODUCT, STORE, TO, use_search};
pub use results::{List, choices, environment_choices, store_choices};
