//! What the console needs beside its pages: scripts, WASM, styles, icons. Built by `cargo xtask`, held in memory, so that a path
//! can only ever name a file that is part of the site. Calls nothing.

mod files;
mod router;

pub use files::Assets;
