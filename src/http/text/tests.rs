use serde_json::json;

use super::*;

fn named(result: Result<()>) -> Option<String> {
    result.err().map(|error| match error {
        Error::Invalid { field, .. } => field,
        other => other.code().to_owned(),
    })
}

#[test]
fn json_texts_are_found_by_their_path() {
    for (body, field) in [
        (json!({ "userKey": "a\0" }), Some("userKey")),
        (json!({ "items": [{ "userKey": "a" }, { "proof": { "token": "\u{1}" } }] }), Some("items.[1].proof.token")),
        (json!({ "userKey": "a\nb" }), Some("userKey")),
        (json!({ "userKey": "a\u{7f}" }), Some("userKey")),
        (json!({ "userKey": "a\u{85}" }), Some("userKey")),
        (json!({ "a\0": 1 }), Some("the name of a member")),
        (json!({ "x": "x".repeat(LINE_CHARS_MAX + 1) }), Some("x")),
        (json!({ "payload": "a\nb\tc\r", "reason": "x\ny" }), None),
        (json!({ "payload": "x".repeat(5_000), "proof": { "signedTransaction": "x".repeat(30_000) } }), None),
        (json!({ "payload": "a\0" }), Some("payload")),
        (json!({ "userKey": "한글 😀 \" \\ /" }), None),
    ] {
        assert_eq!(named(check_json(body.to_string().as_bytes())).as_deref(), field, "{body}");
    }
    assert!(check_json(b"\xff no JSON \\").is_ok());
}

#[test]
fn forms_and_queries_are_named_too() {
    for (query, field) in [
        ("a=b&c=%EA%B0%80", None),
        ("a=b&c=%00", Some("c")),
        ("c=x%0A", Some("c")),
        ("%00=1", Some("the name of a field")),
        ("c=%FF", None),
        ("c=%C2%85", Some("c")),
    ] {
        assert_eq!(named(check_query(query)).as_deref(), field, "{query}");
    }
    assert_eq!(named(check_query(&format!("c={}", "x".repeat(LINE_CHARS_MAX + 1)))).as_deref(), Some("c"));
    assert_eq!((innermost("input[fields][private_key]"), innermost("reason")), ("private_key", "reason"));
}
