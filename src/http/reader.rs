//! How the page being answered is to be shown. Only the server has a request, so this stands on its side.

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use leptos::prelude::use_context;

use crate::console::Reader;

impl Reader {
    /// From the request being answered.
    pub fn from_request() -> Self {
        use_context::<Parts>().map_or_else(Self::default, |parts| Self::of(&parts.headers))
    }

    /// From any request's headers.
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self::from_headers(text(header::COOKIE), text(header::ACCEPT_LANGUAGE))
    }
}
