//! Faults in the reader's language.

use super::i18n::tr;
use super::reader::reader;
use super::reasons::reason_text;
use crate::model::Fault;

/// A sentence for people. Refused input says its reason; any other fault is put by its code (`faults.…`); a fault without words
/// keeps the server's.
pub fn fault_text(fault: &Fault) -> String {
    if let Some(seconds) = fault.retry_after_seconds {
        return tr!("faults.wait", minutes = seconds.max(1).saturating_add(59) / 60);
    }
    if let Some(reason) = &fault.reason {
        return reason_text(reason);
    }
    let text = crate::_rust_i18n_try_translate(reader().locale.code(), format!("faults.{}", fault.code));
    text.map_or_else(|| fault.message.clone(), std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;
    use crate::model::{FileReason, Reason, RefusalCode, StartReason, Unit};

    fn bad_input(reason: impl Into<Reason>) -> String {
        let sent = serde_json::to_string(&Fault::from(Error::invalid("name", reason))).expect("JSON");
        fault_text(&serde_json::from_str(&sent).expect("a fault"))
    }

    #[test]
    fn speaks_by_code_and_by_reason_and_falls_back() {
        assert_eq!(fault_text(&Fault::new("NOT_FOUND", "payment not found")), "It does not exist, or you may not see it.");
        assert_eq!(bad_input(Reason::Empty), "Please fill this in.");
        assert_eq!(bad_input(Reason::length(Unit::Characters, 1, 80)), "Please enter 1 to 80 characters.");
        assert_eq!(bad_input(FileReason::UnknownColumn("%{max}".into())), "The file has an unknown column “%{max}”.");
        assert_eq!(bad_input(StartReason::NotAMasterKey), "must be 32 bytes in base64");
        assert_eq!(fault_text(&Fault::new("INVALID_PARAMETER", "must be odd")), "must be odd");
        let endless = Fault { retry_after_seconds: Some(i64::MAX), ..Fault::new("TOO_MANY_ATTEMPTS", "too many") };
        assert!(fault_text(&endless).contains("153722867280912930"), "{}", fault_text(&endless));
        let wait = Fault { retry_after_seconds: Some(61), ..Fault::new("TOO_MANY_ATTEMPTS", "too many") };
        assert_eq!(fault_text(&wait), "Too many attempts. Please try again in 2 min.");
        assert_eq!(fault_text(&Fault::new("SOMETHING_NEW", "What happened.")), "What happened.");
    }

    #[test]
    fn a_reason_that_repeats_too_much_is_cut() {
        let column = "x".repeat(100_000);
        let fault = Fault::from(Error::invalid("file", FileReason::UnknownColumn(column)));
        assert!(fault.reason.is_none() && serde_json::to_string(&fault).expect("JSON").len() < 2_000);
        assert!(fault_text(&fault).ends_with("xx…"));
    }

    #[test]
    fn every_refusal_has_words() {
        for code in RefusalCode::ALL {
            assert_ne!(fault_text(&Fault::new(code.as_str(), "no words")), "no words", "{code}");
        }
    }
}
