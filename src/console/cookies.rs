//! How the reader likes to read, as cookies that the browser and the server both write.

pub const COOKIE_LOCALE: &str = "lang";
pub const COOKIE_THEME: &str = "theme";
pub const COOKIE_ZONE: &str = "zone";

/// A year, in seconds.
const COOKIE_AGE: u32 = 365 * 24 * 60 * 60;

/// A preference as it is written to a cookie: readable by the page, for the whole site, for a year.
pub fn set_cookie_line(name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; Max-Age={COOKIE_AGE}; SameSite=Lax")
}
