//! EDGE: the operators' web console. Pages, the queries they show, the server functions of their forms, and pieces of interface
//! that know no noun.
//! It shows and asks; what may be done is decided by the use cases and the model.
//!
//! Pages are written on the server, whole. The browser follows links and sends forms without loading the document anew
//! (`browser`) and takes over what has a state of its own there (`islands`); nothing else is compiled for it.

#[cfg(feature = "hydrate")]
pub mod browser;
pub mod cookies;
pub mod islands;

/// Everything that is the server's alone; its modules stand in the console like the others.
#[cfg(feature = "ssr")]
#[path = "."]
mod server {
    pub mod answers;
    pub mod app;
    pub mod downloads;
    pub mod faults;
    pub mod frame;
    pub mod i18n;
    pub mod labels;
    mod outcome;
    pub mod pages;
    pub mod paths;
    pub mod queries;
    pub mod reader;
    mod reasons;
    mod router;
    pub mod said;
    pub mod server_fns;
    pub mod shell;
    pub mod store_labels;
    pub mod ui;

    pub use app::App;
    pub use faults::fault_text;
    pub use i18n::Locale;
    pub use reader::Reader;
    pub use reasons::reason_text;
    pub use router::{not_found_router, router};
    pub use shell::{SiteLinks, shell};
}
#[cfg(feature = "ssr")]
pub use server::*;
