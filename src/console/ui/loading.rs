//! Data, or what came instead of it.

use axum::http::request::Parts;
use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;

use super::IconName;
use super::button::ButtonLink;
use super::notice::EmptyState;
use crate::console::faults::fault_text;
use crate::console::i18n::tr;
use crate::console::paths;
use crate::model::Fault;

/// Shows what a resource gives: the view of its value, or its fault. Pages leave whole, so nobody waits here.
/// `<Loaded of=payments view=|page| view! { … }.into_any()/>`
#[component]
pub fn Loaded<T>(of: Resource<Result<T, Fault>>, view: fn(T) -> AnyView) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    loaded(of, view)
}

/// `Loaded` for a view that needs more than the value.
pub fn loaded<T>(of: Resource<Result<T, Fault>>, show: impl Fn(T) -> AnyView + Send + Sync + Clone + 'static) -> AnyView
where
    T: Clone + Send + Sync + 'static,
{
    let content = move || {
        of.get().map(|result| match result {
            Ok(value) => show(value),
            Err(fault) => view! { <FaultPanel fault/> }.into_any(),
        })
    };
    view! { <Transition>{content}</Transition> }.into_any()
}

/// A page's content when its data could not be had. Who is not signed in is led to where they can.
#[component]
pub fn FaultPanel(fault: Fault) -> AnyView {
    if fault.code == "UNAUTHENTICATED" {
        let location = use_location();
        let here = format!("{}{}", location.pathname.get_untracked(), location.search.with_untracked(|s| with_mark(s)));
        return view! { <Redirect path=paths::login_then(&here)/> }.into_any();
    }
    let (icon, title) = match fault.code.as_str() {
        "NOT_FOUND" => (IconName::Search, tr!("fault.not_found")),
        "DENIED" => (IconName::Lock, tr!("fault.denied")),
        _ => (IconName::Alert, tr!("fault.failed")),
    };
    let text = fault_text(&fault);
    let failed = matches!(icon, IconName::Alert).then(request_id).flatten();
    let again = failed.is_some().then(|| {
        let location = use_location();
        let here = format!("{}{}", location.pathname.get_untracked(), location.search.with_untracked(|s| with_mark(s)));
        view! { <ButtonLink href=here label=tr!("fault.again")/> }
    });
    let action = move || view! { {again}<ButtonLink href=paths::HOME label=tr!("fault.home")/> };
    let id = failed.map(|id| view! { <p class="muted fault-id">{tr!("fault.request_id")}" "<code>{id}</code></p> });
    view! { <div role="alert"><EmptyState icon title text action/>{id}</div> }.into_any()
}

/// What the server's log calls the request that is answered.
fn request_id() -> Option<String> {
    let parts = use_context::<Parts>()?;
    parts.headers.get("x-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned)
}

fn with_mark(search: &str) -> String {
    if search.is_empty() { String::new() } else { format!("?{search}") }
}
