//! Texts in JSON that no database takes.

use serde_json::Value;

use super::{check, kind_of};
use crate::error::{Error, Result};
use crate::model::{LINE_CHARS_MAX, Reason, TextKind};

/// Refuses a JSON body that has a text no surface takes; the error names it by its path. What is no JSON is let pass, to be
/// refused by its reader.
pub fn check_json(bytes: &[u8]) -> Result<()> {
    // In JSON a control character is an escape, but for DEL and those beyond ASCII; so most bodies have none for sure.
    let is_clean = |byte: &u8| *byte != b'\\' && *byte != 0x7f && *byte != 0xc2;
    if bytes.len() <= LINE_CHARS_MAX && bytes.iter().all(is_clean) {
        return Ok(());
    }
    serde_json::from_slice(bytes).map_or(Ok(()), |value| check_value(&value))
}

/// The same for JSON that was read.
pub fn check_value(value: &Value) -> Result<()> {
    check_member("", value)
}

/// The same for a member of JSON that was read.
pub fn check_member(name: &str, value: &Value) -> Result<()> {
    let kind = kind_of(name, TextKind::Line);
    find_unfit(value, kind).map_or(Ok(()), |(path, reason)| Err(Error::invalid(join(name, path), reason)))
}

/// What is wrong with the first text that is, and its path.
fn find_unfit(value: &Value, kind: TextKind) -> Option<(String, Reason)> {
    match value {
        Value::String(text) => check(text, kind).err().map(|reason| (String::new(), reason)),
        Value::Array(items) => items.iter().enumerate().find_map(|(at, item)| {
            let (path, reason) = find_unfit(item, kind)?;
            Some((join(&format!("[{at}]"), path), reason))
        }),
        Value::Object(members) => members.iter().find_map(|(name, member)| {
            if let Err(reason) = check(name, TextKind::Line) {
                return Some(("the name of a member".to_owned(), reason));
            }
            let (path, reason) = find_unfit(member, kind_of(name, kind))?;
            Some((join(name, path), reason))
        }),
        _ => None,
    }
}

fn join(name: &str, rest: String) -> String {
    match (name, rest.as_str()) {
        (name, "") => name.to_owned(),
        ("", _) => rest,
        (name, _) => format!("{name}.{rest}"),
    }
}

/// The innermost name of a form's field: `reason` of `input[reason]`.
pub(super) fn innermost(name: &str) -> &str {
    name.rsplit('[').next().unwrap_or(name).trim_end_matches(']')
}
