//! A page that came, and putting it where the last one was.

use leptos::prelude::*;
use leptos::web_sys::{Document, DomParser, Element, Event, FocusOptions, HtmlElement, HtmlFormElement, Response, SupportedType};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::disclosure;
use super::form_state::FormState;
use super::request::PageRequest;
use super::{Result, all};

/// What of the document is the page; the rest stays.
const FRAME: &str = ".frame";
/// Told to the document when a page was put in, so that its islands are taken over.
const SHOWN: &str = "purser:shown";

/// A page as it came.
pub struct Page(Document);

/// How one comes to a page.
pub struct Arrival<'a> {
    /// By which form.
    pub form: Option<&'a HtmlFormElement>,
    /// Whether nothing was sent: what is typed on a page is left with it.
    pub is_look: bool,
    /// Whether what it sent was refused, so that the reader goes on with it.
    pub is_refused: bool,
    /// Whether the server did what the form asked for.
    pub is_done: bool,
    /// Whether it is the page that was left.
    pub is_same_page: bool,
}

impl Page {
    /// Asks for a page; an error when what comes is none.
    pub async fn send(request: &PageRequest) -> Result<(Response, Self)> {
        let response = request.send().await?;
        let is_page = response.headers().get("content-type")?.is_some_and(|kind| kind.starts_with("text/html"));
        if !is_page {
            return Err(JsValue::NULL);
        }
        let html = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
        let document = DomParser::new()?.parse_from_string(&html, SupportedType::TextHtml)?;
        Ok((response, Self(document)))
    }

    /// Whether the server still is the release these scripts are of.
    pub fn is_of_this_release(&self) -> bool {
        let scripts = |document: &Document| {
            all::<Element>(document, "script[src]").iter().map(|script| script.get_attribute("src")).collect::<Vec<_>>()
        };
        scripts(&self.0) == scripts(&document())
    }

    /// Puts it where the last one was. On the same page, what was typed and not yet sent stays.
    pub fn show(&self, arrival: &Arrival) -> Result<()> {
        let (old, new) = (find(&document(), FRAME)?, find(&self.0, FRAME)?);
        let done = arrival.form.filter(|_| arrival.is_done || arrival.is_look);
        let is_kept = arrival.is_same_page && !arrival.is_look;
        let form_state = if is_kept { FormState::read(&document(), done) } else { FormState::default() };
        let place = Place::read(arrival);
        document().set_title(&self.0.title());
        self.take_attributes_of_root();
        old.replace_with_with_node_1(&new)?;
        form_state.write(&document());
        place.restore();
        document().dispatch_event(&Event::new(SHOWN)?).map(drop)
    }

    /// Puts a part of it, known by its id, where the old one is.
    pub fn show_part(&self, id: &str) -> Result<()> {
        if let (Some(old), Some(new)) = (document().get_element_by_id(id), self.0.get_element_by_id(id)) {
            old.replace_with_with_node_1(&new)?;
            document().dispatch_event(&Event::new(SHOWN)?)?;
        }
        Ok(())
    }

    /// Language, colours, zone.
    fn take_attributes_of_root(&self) {
        let (Some(old), Some(new)) = (document().document_element(), self.0.document_element()) else { return };
        for name in ["lang", "data-theme", "data-zone"] {
            let _ = old.set_attribute(name, &new.get_attribute(name).unwrap_or_default());
        }
    }

    /// Where a reader starts: at the part the address names, else at the top.
    pub fn go_to_start(&self, hash: &str) {
        let part = hash.strip_prefix('#').filter(|id| !id.is_empty()).and_then(|id| document().get_element_by_id(id));
        if let Some(part) = part {
            return part.scroll_into_view();
        }
        window().scroll_to_with_x_and_y(0.0, 0.0);
        let first = find(&document(), "[autofocus]").or_else(|_| find(&document(), "main"));
        if let Some(first) = first.ok().and_then(|first| first.dyn_into::<HtmlElement>().ok()) {
            let _ = first.focus();
        }
    }
}

/// Where the reader is on a page that stays.
enum Place {
    /// At what is wrong with the form of this number, in the dialog of this id if it stands in one.
    Refused(Option<usize>, Option<String>),
    /// At the element of this id, or on the page as a whole.
    At(Option<String>),
    /// Somewhere else.
    Left,
}

impl Place {
    fn read(arrival: &Arrival) -> Self {
        if let Some(form) = arrival.form.filter(|_| arrival.is_refused) {
            let forms = all::<HtmlFormElement>(&document(), "form");
            let dialog = form.closest("dialog").ok().flatten().map(|dialog| dialog.id());
            return Self::Refused(forms.iter().position(|one| one == form), dialog);
        }
        if !arrival.is_same_page {
            return Self::Left;
        }
        Self::At(document().active_element().map(|element| element.id()).filter(|id| !id.is_empty()))
    }

    fn restore(self) {
        let is_still = matches!(self, Self::At(_));
        let focus = |element: Option<Element>| {
            if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
                let options = FocusOptions::new();
                options.set_prevent_scroll(is_still);
                let _ = element.focus_with_options(&options);
            }
        };
        match self {
            Self::Refused(form, dialog) => {
                if let Some(dialog) = dialog.and_then(|id| document().get_element_by_id(&id)) {
                    disclosure::open(&dialog.unchecked_into());
                }
                let form = form.and_then(|at| all::<HtmlFormElement>(&document(), "form").into_iter().nth(at));
                focus(form.and_then(|form| form.query_selector(".form-errors").ok().flatten()));
            }
            Self::At(id) => focus(id.and_then(|id| document().get_element_by_id(&id)).or_else(|| find(&document(), "main").ok())),
            Self::Left => {}
        }
    }
}

fn find(document: &Document, selector: &str) -> Result<Element> {
    document.query_selector(selector)?.ok_or(JsValue::NULL)
}
