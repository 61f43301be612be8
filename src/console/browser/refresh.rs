//! Parts of a page that are kept up to date while it stays open: elements with an id and `data-refresh`.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{HtmlElement, Url};

use super::page::Page;
use super::request::PageRequest;
use super::{Result, all};

/// How often they are asked for.
const EVERY: Duration = Duration::from_secs(5);

pub fn start() {
    set_interval(
        || {
            let parts = all::<HtmlElement>(&document(), "[data-live][id]");
            if !parts.is_empty() && !document().hidden() {
                // What failed leaves what is shown; the next time may succeed.
                spawn_local(async move { drop(renew(parts).await) });
            }
        },
        EVERY,
    );
}

async fn renew(parts: Vec<HtmlElement>) -> Result<()> {
    let here = window().location().href()?;
    let (_, page) = Page::send(&PageRequest::page(Url::new(&here)?)).await?;
    // By now it may be another page.
    let is_here = window().location().href()? == here;
    parts.iter().filter(|part| is_here && part.is_connected()).try_for_each(|part| page.show_part(&part.id()))
}
