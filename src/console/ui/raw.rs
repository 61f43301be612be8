//! The two elements whose text Leptos writes as it stands: what is data is escaped here, and nowhere else may they be used
//! (`src/tests/hostile.rs` holds this).

use leptos::prelude::*;

/// The document's title.
#[component]
pub fn DocumentTitle(#[prop(into)] text: String) -> AnyView {
    view! { <leptos_meta::Title text=escaped(&text)/> }.into_any()
}

/// The text of a `<textarea>`. Browsers drop a line break that comes first, so one is put there for them.
pub(super) fn textarea_text(text: &str) -> String {
    if text.starts_with(['\n', '\r']) { format!("\n{}", escaped(text)) } else { escaped(text) }
}

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_element() {
        assert_eq!(escaped("</title><b>&lt;"), "&lt;/title&gt;&lt;b&gt;&amp;lt;");
        assert_eq!((textarea_text("\na"), textarea_text("a\n")), ("\n\na".into(), "a\n".into()));
    }
}
