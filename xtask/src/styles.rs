//! The console's styles: `style/main.css` and all it imports, as one file.

use anyhow::{Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};

use crate::tools;

/// Bundles the styles; `minify` for release, readable otherwise.
pub fn bundle(minify: bool) -> Result<String> {
    let main = tools::root().join("style/main.css");
    let files = FileProvider::new();
    let mut sheet =
        Bundler::new(&files, None, ParserOptions::default()).bundle(&main).map_err(|error| anyhow!("styles: {error}"))?;
    if minify {
        sheet.minify(MinifyOptions::default()).map_err(|error| anyhow!("styles: {error}"))?;
    }
    let printer = PrinterOptions { minify, ..PrinterOptions::default() };
    Ok(sheet.to_css(printer).map_err(|error| anyhow!("styles: {error}"))?.code)
}
