//! The head and body every signed-in page has.

use leptos::children::ViewFnOnce;
use leptos::prelude::*;

use super::DocumentTitle;
use crate::console::i18n::tr;

/// One step of the way to a page.
#[derive(Debug, Clone)]
pub struct Crumb {
    pub label: String,
    pub href: String,
}

impl Crumb {
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// A page: the way to it, its title (also the document's), what can be done, its content.
#[component]
pub fn Page(
    #[prop(into)] title: String,
    #[prop(optional, into)] description: Option<String>,
    /// The document's title, where the page's own does not tell it from others.
    #[prop(optional, into)]
    document: Option<String>,
    /// The pages above this one, the outermost first; the page itself is added.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// Badges beside the title.
    #[prop(optional, into)]
    marks: Option<ViewFnOnce>,
    /// Buttons at the title's far side.
    #[prop(optional, into)]
    actions: Option<ViewFnOnce>,
    /// Holds the content to a reading width: forms, settings.
    #[prop(optional)]
    narrow: bool,
    children: Children,
) -> AnyView {
    let document_title = format!("{} · {}", document.as_deref().unwrap_or(&title), tr!("app.name"));
    view! {
        <DocumentTitle text=document_title/>
        <div class=if narrow { "page narrow" } else { "page" }>
            <header class="page-head">
                {(!crumbs.is_empty()).then(|| breadcrumb(crumbs, title.clone()))}
                <div class="page-title">
                    <h1>{title}</h1>
                    {marks.map(|marks| view! { <div class="page-marks">{marks.run()}</div> })}
                    {actions.map(|actions| view! { <div class="page-actions">{actions.run()}</div> })}
                </div>
                {description.map(|text| view! { <p class="page-description">{text}</p> })}
            </header>
            {children()}
        </div>
    }
    .into_any()
}

fn breadcrumb(crumbs: Vec<Crumb>, here: String) -> AnyView {
    let above = crumbs.into_iter().map(|crumb| view! { <li><a href=crumb.href>{crumb.label}</a></li> }).collect_view();
    view! { <nav class="crumbs" aria-label=tr!("page.crumbs")><ol>{above}<li aria-current="page">{here}</li></ol></nav> }
        .into_any()
}
