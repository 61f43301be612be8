//! The reader of a page: the language, theme and zone they chose, and who is signed in.

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use leptos::prelude::*;

use super::i18n::Locale;
use super::queries::get_viewer;
use crate::console::cookies::{COOKIE_LOCALE, COOKIE_THEME, COOKIE_ZONE};
use crate::console::pages::params::use_project;
use crate::model::{Permission, Viewer, ZoneOffset};

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
    /// From the request being answered.
    pub fn from_request() -> Self {
        use_context::<Parts>().map_or_else(Self::default, |parts| Self::of(&parts.headers))
    }

    /// From any request's headers.
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Self::from_headers(text(header::COOKIE), text(header::ACCEPT_LANGUAGE))
    }

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
}

/// How the present page load is shown.
pub fn reader() -> Reader {
    use_context::<Reader>().unwrap_or_default()
}

/// What something says in a language of its own, whatever the reader's is.
pub fn in_language<T>(locale: Locale, say: impl FnOnce() -> T) -> T {
    let reader = Reader { locale, ..reader() };
    Owner::new().with(|| {
        provide_context(reader);
        say()
    })
}

/// A cookie's value in a `Cookie` header.
fn cookie<'a>(header: &'a str, name: &str) -> Option<&'a str> {
    header.split(';').filter_map(|pair| pair.trim().split_once('=')).find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The one answer to "who is signed in" that all of a page shares.
#[derive(Clone, Copy)]
pub struct ViewerResource(pub Resource<Option<Viewer>>);

/// Asks once for each page; called by the app.
pub fn provide_viewer() {
    provide_context(ViewerResource(Resource::new(|| (), |()| async { get_viewer().await.ok().flatten() })));
}

/// Who is signed in; read it under a `Transition` or `Suspense`.
pub fn use_viewer() -> Resource<Option<Viewer>> {
    expect_context::<ViewerResource>().0
}

/// What is shown only to those who may do `what` in the address's project.
pub fn for_those_who(what: Permission, show: impl Fn() -> AnyView + Send + Sync + 'static) -> AnyView {
    let (viewer, project) = (use_viewer(), use_project());
    let may = move || viewer.get().flatten().and_then(|viewer| viewer.role_in(&project.get())).is_some_and(|role| role.may(what));
    view! { <Transition>{move || may().then(&show)}</Transition> }.into_any()
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
