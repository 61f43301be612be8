//! What a link or a form asks of the server.

use leptos::prelude::*;
use leptos::web_sys::{
    Event, FormData, Headers, HtmlAnchorElement, HtmlButtonElement, HtmlDocument, HtmlFormElement, MouseEvent, Request,
    RequestInit, Response, SubmitEvent, Url, UrlSearchParams,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::{Result, around};
use crate::console::cookies::{self, CALL_HEADER};

/// A asked for a page.
pub struct PageRequest {
    pub url: Url,
    /// What is sent; none for a page that is only looked at.
    body: Option<JsValue>,
    /// The form it comes from, and the button that was pressed.
    pub form: Option<HtmlFormElement>,
    pub button: Option<HtmlButtonElement>,
    /// What the server names the call by once it has done its work.
    call: String,
}

impl PageRequest {
    /// A page by its address.
    pub fn page(url: Url) -> Self {
        Self { url, body: None, form: None, button: None, call: String::new() }
    }

    /// What a click on a link of ours asks for; none for what the browser does itself.
    pub fn by_click(event: &MouseEvent) -> Option<Self> {
        let is_plain = event.button() == 0 && !(event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key());
        if event.default_prevented() || !is_plain {
            return None;
        }
        let link: HtmlAnchorElement = around(event, "a[href]:not([target], [download], [rel~=external])")?;
        let (url, here) = (Url::new(&link.href()).ok()?, window().location());
        let is_here = url.pathname() == here.pathname().ok()? && url.search() == here.search().ok()?;
        let is_ours = url.origin() == here.origin().ok()?;
        (is_ours && (!is_here || url.hash().is_empty())).then(|| Self::page(url))
    }

    /// What a form asks for; none for what the browser does itself.
    pub fn by_submit(event: &SubmitEvent) -> Option<Self> {
        let form: HtmlFormElement = around(event.unchecked_ref::<Event>(), "form:not([target], [rel~=external])")?;
        if event.default_prevented() || form.method() == "dialog" {
            return None;
        }
        let button: Option<HtmlButtonElement> = event.submitter().and_then(|button| button.dyn_into().ok());
        let values = FormData::new_with_form(&form).ok()?;
        if let Some(button) = button.as_ref().filter(|button| !button.name().is_empty()) {
            values.append_with_str(&button.name(), &button.value()).ok()?;
        }
        // Not `form.action()`: a field of that name would be found instead.
        let url = Url::new_with_base(&form.get_attribute("action")?, &window().location().href().ok()?).ok()?;
        if form.method() == "get" {
            url.set_search(&String::from(parameters(&values)?.to_string()));
            return Some(Self { url, body: None, form: Some(form), button, call: String::new() });
        }
        let is_multipart = form.enctype() == "multipart/form-data";
        let body: JsValue = if is_multipart { values.into() } else { parameters(&values)?.into() };
        Some(Self { url, body: Some(body), form: Some(form), button, call: new_call() })
    }

    /// Whether it only looks.
    pub fn is_look(&self) -> bool {
        self.body.is_none()
    }

    /// Whether the server says that it did what was asked. It says so once.
    pub fn take_done(&self) -> bool {
        let Ok(document) = document().dyn_into::<HtmlDocument>() else { return false };
        let is_done = !self.is_look() && cookies::is_done(&document.cookie().unwrap_or_default(), &self.call);
        if is_done {
            let _ = document.set_cookie(&cookies::forget_done_line());
        }
        is_done
    }

    /// Asks, as a browser asks for a page, and follows where that leads.
    pub async fn send(&self) -> Result<Response> {
        let init = RequestInit::new();
        if let Some(body) = &self.body {
            init.set_method("POST");
            init.set_body(body);
        }
        let headers = Headers::new()?;
        headers.set("accept", "text/html")?;
        if !self.is_look() {
            headers.set(CALL_HEADER, &self.call)?;
        }
        init.set_headers(&headers);
        let request = Request::new_with_str_and_init(&self.url.href(), &init)?;
        JsFuture::from(window().fetch_with_request(&request)).await?.dyn_into()
    }
}

/// A name no other call of this browser has.
fn new_call() -> String {
    format!("{:016x}{:012x}", js_sys::Math::random().to_bits(), js_sys::Date::now() as u64)
}

fn parameters(values: &FormData) -> Option<UrlSearchParams> {
    UrlSearchParams::new_with_str_sequence_sequence(values).ok()
}
