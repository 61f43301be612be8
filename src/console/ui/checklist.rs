//! Steps to be done, in order.

use leptos::prelude::*;

use super::{Icon, IconName};
use crate::console::i18n::tr;

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    title: String,
    text: Option<String>,
    is_done: bool,
    action: Option<(String, String)>,
}

impl Step {
    pub fn new(title: impl Into<String>, is_done: bool) -> Self {
        Self { title: title.into(), text: None, is_done, action: None }
    }

    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// A link to where the step is done; shown while it is open.
    pub fn action(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.action = Some((label.into(), href.into()));
        self
    }

    fn view(self) -> AnyView {
        let state = if self.is_done { tr!("checklist.done") } else { tr!("checklist.open") };
        let action = self.action.filter(|_| !self.is_done);
        view! {
            <li class=if self.is_done { "done" } else { "open" }>
                <span class="step-mark">{self.is_done.then(|| view! { <Icon name=IconName::Check/> })}</span>
                <div>
                    <p class="step-title">{self.title}<span class="visually-hidden">{format!(" ({state})")}</span></p>
                    {self.text.map(|text| view! { <p class="muted">{text}</p> })}
                </div>
                {action.map(|(label, href)| view! { <a class="button small" href=href>{label}</a> })}
            </li>
        }
        .into_any()
    }
}

/// Steps, each marked done or open in words too.
#[component]
pub fn Checklist(steps: Vec<Step>) -> AnyView {
    view! { <ol class="checklist">{steps.into_iter().map(Step::view).collect::<Vec<_>>()}</ol> }.into_any()
}
