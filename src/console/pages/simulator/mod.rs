//! The store simulator: the demo shop and its latest visit, the simulated customers and what can be done to them, the
//! notifications, the clock, and what goes wrong on purpose.

mod clock;
mod faults;
mod labels;
mod latest;
mod notifications;
mod page;
mod sale_form;
mod sales;
mod shop;
mod subscriber_form;
mod subscribers;

pub use page::Simulator;
