//! The browser's own zone, told to the server for the next page it writes.

use leptos::prelude::*;
use leptos::web_sys::HtmlDocument;
use wasm_bindgen::JsCast;

use crate::console::cookies::{COOKIE_ZONE, set_cookie_line};

pub fn keep() {
    let minutes = -js_sys::Date::new_0().get_timezone_offset();
    if let Ok(document) = document().dyn_into::<HtmlDocument>() {
        let _ = document.set_cookie(&set_cookie_line(COOKIE_ZONE, &format!("{minutes}")));
    }
}
