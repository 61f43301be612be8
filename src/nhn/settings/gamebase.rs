//! Gamebase's app id and secret key.

use crate::error::{Error, Result};
use crate::model::{Reason, Unit};

const APP_ID_CHARS: std::ops::RangeInclusive<usize> = 4..=64;
const SECRET_CHARS_MAX: usize = 128;
/// Shorter ones, taken over before there was this rule, still work; the project's page says that they are weak.
pub(super) const SECRET_CHARS_MIN: usize = 20;

/// A Gamebase app id, 4 to 64 letters, digits, `-`, `_` or `.`; none when empty.
pub fn parse_gamebase_app_id(text: &str) -> Result<Option<&str>> {
    let text = text.trim();
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if text.is_empty() || (APP_ID_CHARS.contains(&text.len()) && text.bytes().all(is_safe)) {
        return Ok(Some(text).filter(|text| !text.is_empty()));
    }
    Err(Error::invalid("gamebaseAppId", Reason::length(Unit::KeyCharacters, *APP_ID_CHARS.start(), *APP_ID_CHARS.end())))
}

/// A Gamebase secret key, up to 128 visible ASCII characters; none when empty. Whether it is long enough depends on whether it is
/// the one that is kept already, so that is looked at when it is written.
pub fn parse_gamebase_secret(text: &str) -> Result<Option<&str>> {
    let text = text.trim();
    if text.is_empty() || (text.len() <= SECRET_CHARS_MAX && text.bytes().all(|byte| byte.is_ascii_graphic())) {
        return Ok(Some(text).filter(|text| !text.is_empty()));
    }
    Err(bad_secret())
}

pub(super) fn bad_secret() -> Error {
    Error::invalid("gamebaseSecret", Reason::length(Unit::VisibleAscii, SECRET_CHARS_MIN, SECRET_CHARS_MAX))
}
