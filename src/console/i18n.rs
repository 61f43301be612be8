//! The console's words in the reader's language. The language is fixed for a page load, so this is a plain read.

/// Gives the words for a key in the reader's language: `tr!("nav.apps")`, `tr!("pager.shown", count = 20)`.
macro_rules! tr {
    ($key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        rust_i18n::t!($key, locale = $crate::console::reader::reader().locale.code() $(, $name = $value)*).into_owned()
    };
}
pub(crate) use tr;

/// A language the console speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    #[default]
    En,
    Ko,
}

impl Locale {
    pub const ALL: &'static [Self] = &[Self::Ko, Self::En];

    /// As in `<html lang>`, the cookie, and the locale files.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }

    /// The language's own name for itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ko => "한국어",
        }
    }

    /// Reads a language tag, with or without a region: `ko`, `ko-KR`, `EN_us`.
    pub fn parse(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.iter().copied().find(|locale| language.eq_ignore_ascii_case(locale.code()))
    }

    /// Picks from an `Accept-Language` header the known language of highest weight; the first of equals wins.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        for entry in header.split(',') {
            let mut parts = entry.split(';').map(str::trim);
            let Some(locale) = parts.next().and_then(Self::parse) else { continue };
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1000, weight_permille);
            if weight > 0 && best.is_none_or(|(held, _)| weight > held) {
                best = Some((weight, locale));
            }
        }
        best.map(|(_, locale)| locale)
    }
}

/// Reads a q-value (`0.85`) in thousandths; what cannot be read weighs nothing.
fn weight_permille(text: &str) -> u16 {
    text.trim().parse::<f32>().map_or(0, |weight| (weight.clamp(0.0, 1.0) * 1000.0) as u16)
}

#[cfg(test)]
#[path = "i18n_tests.rs"]
mod tests;
