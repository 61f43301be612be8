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

/// The header by which the browser's side names a call that changes something.
pub const CALL_HEADER: &str = "x-purser-call";
const COOKIE_DONE: &str = "done";
/// Long enough to read the page that comes.
const DONE_AGE: u32 = 60;

/// Says that the call of this name did its work.
pub fn done_cookie_line(call: &str) -> String {
    format!("{COOKIE_DONE}={call}; Path=/; Max-Age={DONE_AGE}; SameSite=Strict")
}

/// Whether a page's cookies say so.
#[cfg(feature = "hydrate")]
pub fn is_done(cookies: &str, call: &str) -> bool {
    cookies.split(';').any(|pair| pair.trim().split_once('=') == Some((COOKIE_DONE, call)))
}

/// Takes it away again.
#[cfg(feature = "hydrate")]
pub fn forget_done_line() -> String {
    format!("{COOKIE_DONE}=; Path=/; Max-Age=0; SameSite=Strict")
}
