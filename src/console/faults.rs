//! Faults in the reader's language.

use super::i18n::tr;
use super::reader::reader;
use crate::model::Fault;

/// A sentence for people. Bad input says what its reason says (words in `reasons.…` if we have them); any other fault is put
/// by its code (`faults.…`); what we have no words for keeps the server's.
pub fn fault_text(fault: &Fault) -> String {
    if let Some(seconds) = fault.retry_after_seconds {
        return tr!("faults.wait", minutes = (seconds.max(1) + 59) / 60);
    }
    let key = if fault.code == "INVALID_PARAMETER" {
        format!("reasons.{}", slug(&fault.message))
    } else {
        format!("faults.{}", fault.code)
    };
    crate::_rust_i18n_try_translate(reader().locale.code(), &key)
        .map_or_else(|| fault.message.clone(), std::borrow::Cow::into_owned)
}

/// A reason as a key: `must not be empty` is `must_not_be_empty`.
fn slug(reason: &str) -> String {
    let words = reason.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speaks_by_code_and_by_reason_and_falls_back() {
        assert_eq!(fault_text(&Fault::new("NOT_FOUND", "payment not found")), "It does not exist, or you may not see it.");
        assert_eq!(fault_text(&Fault::new("INVALID_PARAMETER", "must not be empty")), "Please fill this in.");
        assert_eq!(fault_text(&Fault::new("INVALID_PARAMETER", "must be odd")), "must be odd");
        let wait = Fault { retry_after_seconds: Some(61), ..Fault::new("TOO_MANY_ATTEMPTS", "too many") };
        assert_eq!(fault_text(&wait), "Too many attempts. Please try again in 2 min.");
        assert_eq!(fault_text(&Fault::new("SOMETHING_NEW", "What happened.")), "What happened.");
    }
}
