//! What happened, in order.

use leptos::prelude::*;

use super::badge::Tone;
use super::text::Moment;
use crate::model::Timestamp;

/// One thing that happened.
pub struct TimelineItem {
    at: Timestamp,
    title: String,
    by: Option<String>,
    tone: Tone,
    id: Option<String>,
    body: Option<AnyView>,
}

impl TimelineItem {
    pub fn new(at: Timestamp, title: impl Into<String>) -> Self {
        Self { at, title: title.into(), by: None, tone: Tone::Neutral, id: None, body: None }
    }

    /// Who did it.
    pub fn by(mut self, who: impl Into<String>) -> Self {
        self.by = Some(who.into());
        self
    }

    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// By which other parts of the page lead to it.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// More about it, below the line.
    pub fn body(mut self, body: impl IntoAny) -> Self {
        self.body = Some(body.into_any());
        self
    }

    fn view(self) -> AnyView {
        view! {
            <li class=self.tone.class() id=self.id>
                <p class="happening-title">{self.title}</p>
                <p class="happening-meta"><Moment at=self.at/>{self.by.map(|who| view! { <span>{who}</span> })}</p>
                {self.body.map(|body| view! { <div class="happening-body">{body}</div> })}
            </li>
        }
        .into_any()
    }
}

/// An ordered list of happenings, in the order given.
#[component]
pub fn Timeline(items: Vec<TimelineItem>) -> AnyView {
    view! { <ol class="timeline">{items.into_iter().map(TimelineItem::view).collect::<Vec<_>>()}</ol> }.into_any()
}
