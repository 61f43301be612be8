//! Numbers at a glance.

use leptos::prelude::*;

use super::badge::Tone;

/// One number with its name. Put several in a `Stats`.
#[component]
pub fn Stat(
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    /// What it is compared to or counted over.
    #[prop(optional, into)]
    hint: Option<String>,
    #[prop(optional)] tone: Tone,
    /// Where the things counted are listed.
    #[prop(optional, into)]
    href: Option<String>,
) -> AnyView {
    let name = match href {
        Some(href) => view! { <a class="row-link" href=href>{label}</a> }.into_any(),
        None => label.into_any(),
    };
    view! {
        <div class=format!("stat {}", tone.class())>
            <dt>{name}</dt>
            <dd>{value}{hint.map(|hint| view! { <span class="stat-hint">{hint}</span> })}</dd>
        </div>
    }
    .into_any()
}

/// A row of `Stat`s.
#[component]
pub fn Stats(children: Children) -> AnyView {
    view! { <dl class="stats">{children()}</dl> }.into_any()
}
