//! EDGE: the operators' web console. Pages, their server functions, and pieces of interface that know no noun.
//! It shows and asks; what may be done is decided by the use cases and the model.

mod app;
mod faults;
pub mod frame;
mod i18n;
pub mod pages;
pub mod paths;
pub mod reader;
pub mod server_fns;
mod shell;
mod store_words;
pub mod ui;
pub mod viewer;
pub mod words;

pub use app::App;
pub use faults::fault_text;
pub use i18n::Locale;
pub use reader::Reader;
pub use shell::{SiteLinks, shell};
