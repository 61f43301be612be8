//! Going to a page.

use std::cell::{Cell, RefCell};

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{Element, History, Response, Url};
use wasm_bindgen::JsValue;

use super::Result;
use super::form_state::FormState;
use super::page::{Arrival, Page};
use super::request::PageRequest;
use crate::console::islands::show_toast;

/// In which direction of the history.
#[derive(Clone, Copy, PartialEq)]
pub enum Way {
    Forward,
    /// To a place that was there before, scrolled to so many pixels.
    Back(f64),
}

/// The query of the door that says that a form came too late (`paths::SIGNED_OUT`).
const SIGNED_OUT: &str = "signedOut";

thread_local! {
    /// How often something was asked for: only the last is shown.
    static TURN: Cell<u32> = const { Cell::new(0) };
    /// The path and query of the page that is shown.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Asks for a page and shows it.
pub async fn navigate(request: PageRequest, way: Way) {
    if request.button.as_ref().is_some_and(|button| button.has_attribute("aria-busy")) {
        return;
    }
    let turn = TURN.get() + 1;
    TURN.set(turn);
    let button = request.button.as_ref().map(AsRef::<Element>::as_ref);
    set_busy(document().document_element().as_ref(), true);
    set_busy(button, true);
    let answer = Page::send(&request).await;
    set_busy(button, false);
    if TURN.get() != turn {
        return;
    }
    set_busy(document().document_element().as_ref(), false);
    let shown = match answer {
        Ok((response, page)) => arrive(&request, way, &response, &page),
        Err(cause) => Err(cause),
    };
    if shown.is_err() {
        // The browser's own way has words for every reason why a page can't be had; what was sent is not sent again.
        if request.is_look() {
            let _ = window().location().set_href(&request.url.href());
        } else {
            show_toast(|texts| texts.not_sent.clone());
        }
    }
}

/// Shows the page and puts its address where addresses are.
fn arrive(request: &PageRequest, way: Way, response: &Response, page: &Page) -> Result<()> {
    if request.is_look() && !page.is_of_this_release() {
        return Err(JsValue::NULL);
    }
    let to = Url::new(&response.url())?;
    to.set_hash(&request.url.hash());
    let is_refused = !request.is_look() && to.search_params().has("__err");
    let is_done = request.take_done();
    let is_signed_out = !request.is_look() && !is_done && to.search_params().has(SIGNED_OUT);
    if is_refused {
        to.search_params().delete("__err");
        to.search_params().delete("__path");
    }
    let place = place_of(&to);
    let is_same_page = PLACE.with_borrow(|shown| path_of(shown) == path_of(&place));
    if way == Way::Forward && PLACE.with_borrow(|shown| *shown != place) {
        let history = window().history()?;
        keep_scroll(&history)?;
        history.push_state_with_url(&JsValue::NULL, "", Some(&to.href()))?;
    }
    let left = PLACE.replace(place.clone());
    let arrival = Arrival { form: request.form.as_ref(), is_look: request.is_look(), is_refused, is_done, is_same_page };
    if is_signed_out {
        FormState::read(&document(), None).keep(&left);
    }
    page.show(&arrival)?;
    if !is_signed_out && !is_refused {
        FormState::take_kept(&place).write(&document());
    }
    match way {
        Way::Back(y) => window().scroll_to_with_x_and_y(0.0, y),
        Way::Forward if is_same_page && to.hash().is_empty() => {}
        Way::Forward => page.go_to_start(&to.hash()),
    }
    if is_done {
        if let Some(done) = request.form.as_ref().and_then(|form| form.get_attribute("data-done")) {
            show_toast(|_| done);
        }
    } else if is_signed_out {
        show_toast(|texts| texts.signed_out.clone());
    } else if !request.is_look() && !is_refused {
        show_toast(|texts| texts.not_done.clone());
    }
    Ok(())
}

/// Notes which page is shown, and puts back what was typed there before a session ended.
pub fn remember_place() {
    let place = here().map(|url| place_of(&url)).unwrap_or_default();
    FormState::take_kept(&place).write(&document());
    PLACE.set(place);
}

/// Shows the page the browser went back (or forward) to.
pub fn return_to_place() {
    let Some(url) = here() else { return };
    if PLACE.with_borrow(|shown| *shown == place_of(&url)) {
        return;
    }
    let y = window().history().and_then(|history| history.state()).ok().and_then(|state| state.as_f64()).unwrap_or_default();
    spawn_local(navigate(PageRequest::page(url), Way::Back(y)));
}

/// How far down the reader was, for when they come back.
fn keep_scroll(history: &History) -> Result<()> {
    history.replace_state(&window().scroll_y()?.into(), "")
}

fn here() -> Option<Url> {
    Url::new(&window().location().href().ok()?).ok()
}

fn place_of(url: &Url) -> String {
    format!("{}{}", url.pathname(), url.search())
}

fn path_of(place: &str) -> &str {
    place.split('?').next().unwrap_or_default()
}

/// Says that something is on its way. A button that is busy is not pressed again.
fn set_busy(element: Option<&Element>, is_busy: bool) {
    if let Some(element) = element {
        let _ = if is_busy { element.set_attribute("aria-busy", "true") } else { element.remove_attribute("aria-busy") };
    }
}
