use std::path::{Path, PathBuf};

use super::{fault_text, read_reason};
use crate::console::Locale;
use crate::model::{Fault, RefusalCode};

fn bad_input(reason: &str) -> String {
    fault_text(&Fault::new("INVALID_PARAMETER", reason))
}

#[test]
fn speaks_by_code_and_by_reason_and_falls_back() {
    assert_eq!(fault_text(&Fault::new("NOT_FOUND", "payment not found")), "It does not exist, or you may not see it.");
    assert_eq!(bad_input("must not be empty"), "Please fill this in.");
    assert_eq!(bad_input("must have 1 to 80 characters"), "Please enter 1 to 80 characters.");
    assert_eq!(bad_input("has an unknown column \"colour\""), "The file has an unknown column “colour”.");
    assert_eq!(bad_input("must be odd"), "must be odd");
    let wait = Fault { retry_after_seconds: Some(61), ..Fault::new("TOO_MANY_ATTEMPTS", "too many") };
    assert_eq!(fault_text(&wait), "Too many attempts. Please try again in 2 min.");
    assert_eq!(fault_text(&Fault::new("SOMETHING_NEW", "What happened.")), "What happened.");
}

#[test]
fn every_refusal_has_words() {
    for code in RefusalCode::ALL {
        assert_ne!(fault_text(&Fault::new(code.as_str(), "no words")), "no words", "{code}");
    }
}

/// Whose reasons no form of the console shows: the calls of games, declared files, the start.
const ELSEWHERE: [&str; 6] = ["/api/", "/apply/", "/keys/", "/config.rs", "/main.rs", "/state.rs"];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("readable").flatten() {
        let path = entry.path();
        // Only what is below the package: the folder it stands in may have any name.
        let name = path.to_string_lossy().replacen(env!("CARGO_MANIFEST_DIR"), "", 1);
        if path.is_dir() && !name.ends_with("/tests") {
            sources(&path, found);
        } else if name.ends_with(".rs") && !ELSEWHERE.iter().any(|part| name.contains(part)) {
            found.push(path);
        }
    }
}

/// The reasons that a source gives for bad input: literals, and formats with what they are filled with made a number
/// (`{NAME_CHARS_MAX}`) or a quoted text (`{name:?}`).
fn reasons(source: &str) -> Vec<String> {
    let calls = source.split("Error::invalid(").skip(1);
    let literal = |call: &str| {
        let call = call.split_once(',')?.1.trim_start();
        let text = call.strip_prefix("format!(").unwrap_or(call).strip_prefix('"')?;
        let end = text.match_indices('"').find(|(at, _)| !text[..*at].ends_with('\\')).map(|(at, _)| at)?;
        Some(fill(&text[..end].replace("\\\"", "\"")))
    };
    calls.filter_map(literal).collect()
}

fn fill(format: &str) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(if name.ends_with(":?") { "\"x\"" } else { "1" });
        rest = after;
    }
    out + rest
}

/// A reason without words would be English in the Korean console. Give it some in `locales/reasons.yml`, in both languages; the
/// key is in the message. Quote (`{:?}`) what is filled in and is no number.
#[test]
fn every_reason_for_bad_input_has_words() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let (mut missing, mut checked) = (Vec::new(), 0);
    for path in files {
        let source = std::fs::read_to_string(&path).expect("readable");
        for reason in reasons(&source) {
            checked += 1;
            let key = format!("reasons.{}", read_reason(&reason).0);
            if Locale::ALL.iter().any(|locale| crate::_rust_i18n_try_translate(locale.code(), &key).is_none()) {
                missing.push(format!("{}: {reason:?} needs {key}", path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(checked > 40, "only {checked} reasons were found");
}
