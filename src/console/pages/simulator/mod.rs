//! The store simulator: the demo shop and its latest visit, the simulated customers and what can be done to them, the
//! notices, the clock, and what goes wrong on purpose.

mod clock;
mod faults;
mod latest;
mod notices;
mod page;
mod sale_form;
mod sales;
mod shop;
mod subscriber_form;
mod subscribers;
mod words;

pub use page::Simulator;
