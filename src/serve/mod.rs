//! EDGE: listening, and what one connection may take: how many there are, how slow one may be, and how all of them end.

mod accept;
mod connection;
mod files;
mod open;
mod run;
mod watched;

pub use accept::accept;
pub use run::serve;
