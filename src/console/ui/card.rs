//! A framed part of a page.

use leptos::children::ViewFnOnce;
use leptos::prelude::*;

/// A framed part of a page with an optional heading, actions and footer.
#[component]
pub fn Card(
    #[prop(optional, into)] title: Option<String>,
    #[prop(optional, into)] description: Option<String>,
    #[prop(optional, into)] actions: Option<ViewFnOnce>,
    #[prop(optional, into)] footer: Option<ViewFnOnce>,
    /// Lets the content (a table) reach the frame.
    #[prop(optional)]
    flush: bool,
    children: Children,
) -> AnyView {
    let has_head = title.is_some() || actions.is_some();
    view! {
        <section class=if flush { "card flush" } else { "card" }>
            {has_head.then(|| view! {
                <header class="card-head">
                    <div>
                        {title.map(|title| view! { <h2>{title}</h2> })}
                        {description.map(|text| view! { <p class="muted">{text}</p> })}
                    </div>
                    {actions.map(|actions| view! { <div class="card-actions">{actions.run()}</div> })}
                </header>
            })}
            <div class="card-body">{children()}</div>
            {footer.map(|footer| view! { <footer class="card-foot">{footer.run()}</footer> })}
        </section>
    }
    .into_any()
}
