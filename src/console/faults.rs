//! Faults in the reader's language.

use super::i18n::tr;
use super::reader::reader;
use crate::model::Fault;

/// A sentence for people. Bad input says what its reason says (`reasons.…`); any other fault is put by its code (`faults.…`);
/// what we have no text for keeps the server's.
pub fn fault_text(fault: &Fault) -> String {
    if let Some(seconds) = fault.retry_after_seconds {
        return tr!("faults.wait", minutes = (seconds.max(1) + 59) / 60);
    }
    let (key, values) = match fault.code.as_str() {
        "INVALID_PARAMETER" => {
            let (slug, values) = read_reason(&fault.message);
            (format!("reasons.{slug}"), values)
        }
        code => (format!("faults.{code}"), Vec::new()),
    };
    let Some(text) = crate::_rust_i18n_try_translate(reader().locale.code(), &key) else { return fault.message.clone() };
    values.into_iter().fold(text.into_owned(), |text, (name, value)| text.replace(&format!("%{{{name}}}"), &value))
}

/// A reason as a key, and the values in it: `must have 1 to 80 characters` is `must_have_n_to_n_characters` with n1 = 1 and
/// n2 = 80; a text in quotes is `x` with x1.
fn read_reason(reason: &str) -> (String, Vec<(String, String)>) {
    let (mut slug, mut values, mut rest) = (String::new(), Vec::new(), reason);
    let (mut numbers, mut texts) = (0, 0);
    while let Some(first) = rest.chars().next() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let quoted = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
        if digits > 0 {
            numbers += 1;
            values.push((format!("n{numbers}"), rest[..digits].to_owned()));
            slug.push_str(" n ");
            rest = &rest[digits..];
        } else if let Some((text, after)) = quoted {
            texts += 1;
            values.push((format!("x{texts}"), text.to_owned()));
            slug.push_str(" x ");
            rest = after;
        } else {
            slug.push(if first.is_ascii_alphanumeric() { first.to_ascii_lowercase() } else { ' ' });
            rest = &rest[first.len_utf8()..];
        }
    }
    (slug.split_whitespace().collect::<Vec<_>>().join("_"), values)
}

#[cfg(test)]
#[path = "faults_tests.rs"]
mod tests;
