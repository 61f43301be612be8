use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::Fault;

/// What a reader chose: any of them, and the address to go back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    pub lang: Option<String>,
    pub theme: Option<String>,
    pub back: Option<String>,
}

/// Keeps the reader's language and theme in cookies for a year and goes back to the page. Open to anyone: it changes nothing of ours.
#[server]
pub async fn set_preferences(input: Preferences) -> Result<(), Fault> {
    use crate::console::{cookies, i18n::Locale, paths, reader};
    use http::{HeaderValue, header::SET_COOKIE};

    let lang = input.lang.as_deref().and_then(Locale::parse).map(|locale| (cookies::COOKIE_LOCALE, locale.code()));
    let theme = input.theme.as_deref().and_then(reader::Theme::parse).map(|theme| (cookies::COOKIE_THEME, theme.code()));
    let response = expect_context::<leptos_axum::ResponseOptions>();
    for (name, value) in [lang, theme].into_iter().flatten() {
        let cookie = cookies::set_cookie_line(name, value);
        response.append_header(SET_COOKIE, HeaderValue::from_str(&cookie).map_err(|_| Fault::new("INTERNAL", "bad cookie"))?);
    }
    leptos_axum::redirect(&paths::local_or_home(input.back.as_deref()));
    Ok(())
}
