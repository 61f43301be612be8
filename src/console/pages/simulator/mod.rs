//! The store simulator: the demo shop, its latest visit, and what the simulated stores sold.

mod latest;
mod page;
mod sales;
mod shop;

pub use page::Simulator;
