//! The HTML document every page comes in.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

use super::app::App;
use super::reader::Reader;

/// Where the console's files are; the server knows their hashed names and puts this into the context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteLinks {
    pub css: String,
    /// `console/boot.js`: starts the module named by `js` with `wasm`.
    pub js_boot: String,
    pub js: String,
    pub wasm: String,
    pub icon: String,
}

/// The document. Expects `SiteLinks` and the request's `Parts` in the context; nothing inline, so a strict CSP holds.
pub fn shell(reader: Reader) -> impl IntoView {
    provide_context(reader);
    // Only islands are taken over in the browser, so nothing else is written down for it.
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    let SiteLinks { css, js_boot, js, wasm, icon } = expect_context();
    view! {
        <!DOCTYPE html>
        <html lang=reader.locale.code() data-theme=reader.theme.code() data-zone=reader.zone.0.to_string()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="robots" content="noindex"/>
                <link rel="icon" href=icon type="image/svg+xml"/>
                <link rel="stylesheet" href=css/>
                <link rel="modulepreload" href=js id="app-js"/>
                <link rel="preload" href=wasm id="app-wasm" r#as="fetch" type="application/wasm" crossorigin="anonymous"/>
                <script type="module" src=js_boot nonce=use_nonce()></script>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
