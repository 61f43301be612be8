//! Who reads the page, as far as showing it goes: language, clock, colours. Fixed for a page load.

use std::sync::OnceLock;

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::i18n::Locale;
use crate::model::ZoneOffset;

pub const COOKIE_LOCALE: &str = "lang";
pub const COOKIE_THEME: &str = "theme";
pub const COOKIE_ZONE: &str = "zone";

/// Light, dark, or what the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: &'static [Self] = &[Self::Auto, Self::Light, Self::Dark];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|theme| theme.code() == text)
    }
}

/// How this page load is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reader {
    pub locale: Locale,
    pub zone: ZoneOffset,
    pub theme: Theme,
}

impl Reader {
    /// From the request's `Cookie` and `Accept-Language` headers; a cookie wins, nonsense is passed over.
    pub fn from_headers(cookies: &str, accept_language: &str) -> Self {
        let locale = cookie(cookies, COOKIE_LOCALE).and_then(Locale::parse);
        let locale = locale.or_else(|| Locale::from_accept_language(accept_language)).unwrap_or_default();
        let zone_default = if locale == Locale::Ko { ZoneOffset::KST } else { ZoneOffset::UTC };
        Self {
            locale,
            zone: cookie(cookies, COOKIE_ZONE).and_then(ZoneOffset::parse).unwrap_or(zone_default),
            theme: cookie(cookies, COOKIE_THEME).and_then(Theme::parse).unwrap_or_default(),
        }
    }

    /// From what the server wrote on `<html>`.
    fn from_document() -> Self {
        let html = document().document_element();
        let attribute = |name: &str| html.as_ref().and_then(|html| html.get_attribute(name)).unwrap_or_default();
        Self {
            locale: Locale::parse(&attribute("lang")).unwrap_or_default(),
            zone: ZoneOffset::parse(&attribute("data-zone")).unwrap_or_default(),
            theme: Theme::parse(&attribute("data-theme")).unwrap_or_default(),
        }
    }
}

/// The browser's one reader; handlers run outside of any component and still find it.
static IN_BROWSER: OnceLock<Reader> = OnceLock::new();

/// How the present page load is shown.
pub fn reader() -> Reader {
    IN_BROWSER.get().copied().or_else(use_context::<Reader>).unwrap_or_default()
}

/// Called once by the app, in the browser and on the server.
pub fn provide_reader() {
    if cfg!(feature = "hydrate") {
        IN_BROWSER.get_or_init(Reader::from_document);
    }
}

/// A year, in seconds.
const COOKIE_AGE: u32 = 365 * 24 * 60 * 60;

/// A preference as it is written to a cookie: readable by the page, for the whole site, for a year.
pub fn set_cookie_line(name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; Max-Age={COOKIE_AGE}; SameSite=Lax")
}

/// Tells the server the browser's own zone, for the next page it writes. Called once by the app.
pub fn keep_zone() {
    Effect::new(move |_| {
        let minutes = -js_sys::Date::new_0().get_timezone_offset();
        if let Ok(document) = document().dyn_into::<web_sys::HtmlDocument>() {
            let _ = document.set_cookie(&set_cookie_line(COOKIE_ZONE, &format!("{minutes}")));
        }
    });
}

/// A cookie's value in a `Cookie` header.
fn cookie<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_win_over_headers() {
        let reader = Reader::from_headers("sid=1; lang=en; theme=dark; zone=-210", "ko");
        assert_eq!(reader, Reader { locale: Locale::En, zone: ZoneOffset(-210), theme: Theme::Dark });
    }

    #[test]
    fn the_zone_follows_the_language_until_the_browser_says_better() {
        assert_eq!(Reader::from_headers("", "ko").zone, ZoneOffset::KST);
        assert_eq!(Reader::from_headers("zone=99999", "fr").zone, ZoneOffset::UTC);
    }
}
