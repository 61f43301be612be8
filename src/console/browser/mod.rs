//! The console in the browser. Pages are whole when they arrive, links are links and forms are forms; this follows them without
//! loading the document anew: it asks for what the browser would ask for, and shows the page that comes. Nothing here knows
//! what a page is about. What has a state of its own in the browser is an island beside its fellows in `ui`.

mod disclosure;
mod find;
mod form_state;
mod navigate;
mod page;
mod refresh;
mod request;
mod zone;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{Document, Element};
use wasm_bindgen::{JsCast, JsValue};

use navigate::{Way, navigate};
use request::PageRequest;

/// Listens to the document. Called once, when the WASM has started.
pub fn start() {
    zone::keep();
    navigate::remember_place();
    window_event_listener(ev::click, |event| {
        disclosure::close_menus_outside(&event);
        if !event.default_prevented() && disclosure::press(&event) {
            return event.prevent_default();
        }
        if let Some(request) = PageRequest::by_click(&event) {
            event.prevent_default();
            spawn_local(navigate(request, Way::Forward));
        }
    });
    window_event_listener(ev::submit, |event| {
        if let Some(request) = PageRequest::by_submit(&event) {
            event.prevent_default();
            spawn_local(navigate(request, Way::Forward));
        }
    });
    window_event_listener(ev::popstate, |_| navigate::return_to_place());
    window_event_listener(ev::keydown, |event| {
        disclosure::escape(&event);
        find::press(&event);
    });
    window_event_listener(ev::focusin, |event| disclosure::close_menus_left(&event));
    refresh::start();
}

/// What a selector finds, in its order.
fn all<T: JsCast>(document: &Document, selector: &str) -> Vec<T> {
    let Ok(found) = document.query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}

/// The nearest element of a kind at or around where an event happened.
fn around<T: JsCast>(event: &leptos::web_sys::Event, selector: &str) -> Option<T> {
    let target: Element = event.target()?.dyn_into().ok()?;
    target.closest(selector).ok()??.dyn_into().ok()
}

type Result<T> = std::result::Result<T, JsValue>;
