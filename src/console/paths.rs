//! Every address in the console is built here, so that a route has one spelling.

mod project;

use crate::model::{OperatorId, ProjectId};

pub use project::*;

pub const HOME: &str = "/";
pub const LOGIN: &str = "/login";
pub const SETUP: &str = "/setup";
pub const PROJECT_NEW: &str = "/projects/new";
pub const OPERATORS: &str = "/operators";
pub const AUDIT: &str = "/audit";
/// Finding anything in all projects of the reader.
pub const SEARCH: &str = "/search";
pub const SIMULATOR: &str = "/simulator";
pub const ACCOUNT: &str = "/account";
pub const SECOND_FACTOR: &str = "/account/second-factor";
pub const LOGIN_CODE: &str = "/login/code";
pub const INVITATION: &str = "/invitation";
pub const OPERATOR_NEW: &str = "/operators/new";
/// The download of the log; takes the page's filters.
pub const AUDIT_CSV: &str = "/audit.csv";
/// The query of the door that says that a form came too late: the session had ended.
pub const SIGNED_OUT: &str = "signedOut";

/// Sign in, then go on to where one was headed.
pub fn login_then(next: &str) -> String {
    if next == HOME { LOGIN.into() } else { format!("{LOGIN}?next={}", encode(next)) }
}

/// The code after the password, then on to where one was headed.
pub fn login_code(next: &str) -> String {
    with_query(LOGIN_CODE, &[("next", next)])
}

pub fn operator(id: &OperatorId) -> String {
    format!("{OPERATORS}/{}", encode(id.as_str()))
}

/// The log with these filters.
pub fn audit_of(actor: &str, target: &str) -> String {
    with_query(AUDIT, &[("actor", actor), ("target", target)])
}

/// The simulator's page with a subscriber taken in hand.
pub fn simulated_subscriber(id: &ProjectId, chain: &str) -> String {
    format!("{}#subscriber", with_query(SIMULATOR, &[("project", id.as_str()), ("subscriber", chain)]))
}

/// The simulator's page with a purchase taken in hand.
pub fn simulated_sale(id: &ProjectId, order: &str) -> String {
    format!("{}#sale", with_query(SIMULATOR, &[("project", id.as_str()), ("order", order)]))
}

/// The project an address is about.
pub fn project_of(path: &str) -> Option<ProjectId> {
    let segment = path.strip_prefix("/projects/")?.split('/').next()?;
    (!segment.is_empty() && segment != "new").then(|| ProjectId(segment.to_owned()))
}

/// Pages seen before anyone is signed in; they come without the frame.
pub fn is_before_sign_in(path: &str) -> bool {
    [LOGIN, LOGIN_CODE, SETUP, INVITATION].contains(&path)
}

/// An address given from outside, made our own: its path and query when it stays on this site, else the first page. It is read
/// as a browser reads it, so that no spelling of another site gets through.
pub fn local_or_home(given: Option<&str>) -> String {
    given.and_then(local).unwrap_or_else(|| HOME.into())
}

/// The path, query and part of an address that stays on this site; none of any other.
pub fn local(given: &str) -> Option<String> {
    // Some site of no meaning, so that whatever leads away is seen to do so.
    let base = url::Url::parse("https://own.invalid/").ok()?;
    let is_plain = given.starts_with('/')
        && !given.starts_with("//")
        && !given.contains(|letter: char| letter == '\\' || letter.is_control());
    let to = base.join(given).ok().filter(|_| is_plain)?;
    let is_own = to.origin() == base.origin() && to.username().is_empty() && to.password().is_none();
    let rest = &to[url::Position::BeforePath..];
    // `/.//host` has become `//host`.
    (is_own && !rest.starts_with("//")).then(|| rest.to_owned())
}

/// An address with its query; pairs without a value are left out.
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        out.push(if out.contains('?') { '&' } else { '?' });
        out.push_str(name);
        out.push('=');
        out.push_str(&encode(value));
    }
    out
}

/// How many pages one can go back by; beyond them one comes to the first page.
const EARLIER_MAX: usize = 20;

/// Which page of a list by key is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListPage {
    /// Where it begins; none on the first page.
    pub cursor: Option<String>,
    /// Where the pages before it begin, the nearest last, without the first page.
    pub earlier: Vec<String>,
}

impl ListPage {
    /// From the values of `cursor` and `earlier` in an address.
    pub fn read(cursor: &str, earlier: &str) -> Self {
        let cursors = earlier.split('.').filter(|cursor| !cursor.is_empty()).map(str::to_owned);
        Self { cursor: Some(cursor.to_owned()).filter(|cursor| !cursor.is_empty()), earlier: cursors.collect() }
    }

    /// The pages before and after it, as far as there are any; `list` is the list's address with its filters.
    pub fn neighbours(&self, list: &str, next_cursor: Option<&str>) -> (Option<String>, Option<String>) {
        let at = |cursor: &str, earlier: &[String]| {
            let kept = &earlier[earlier.len().saturating_sub(EARLIER_MAX)..];
            with_query(list, &[("cursor", cursor), ("earlier", &kept.join("."))])
        };
        let previous = self.cursor.as_ref().map(|_| match self.earlier.split_last() {
            Some((nearest, rest)) => at(nearest, rest),
            None => list.to_owned(),
        });
        let shown: Vec<String> = self.earlier.iter().cloned().chain(self.cursor.clone()).collect();
        (previous, next_cursor.map(|cursor| at(cursor, &shown)))
    }
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
pub fn encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)] as char);
            out.push(HEX[usize::from(byte & 15)] as char);
        }
    }
    out
}

#[cfg(test)]
mod tests;
