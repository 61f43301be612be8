//! EDGE: the operators' web console. Pages, their server functions, and pieces of interface that know no noun.
//! It shows and asks; what may be done is decided by the use cases and the model.

mod app;
mod faults;
mod frame;
mod i18n;
mod pages;
pub mod paths;
mod reader;
pub mod server_fns;
mod shell;
mod ui;
mod viewer;
mod words;

pub use app::App;
pub use faults::fault_text;
pub use reader::Reader;
pub use shell::{SiteLinks, shell};
