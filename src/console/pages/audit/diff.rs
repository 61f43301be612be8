//! What changed between two sets of fields.

use serde_json::{Map, Value};

/// One field that changed; `None` where it was not there or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    pub field: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// The fields that differ between two JSON objects, in the order in which they stand; what is no object has no fields.
pub fn changes(before: Option<&str>, after: Option<&str>) -> Vec<FieldChange> {
    let (before, after) = (fields(before), fields(after));
    let added = after.keys().filter(|name| !before.contains_key(*name));
    let names = before.keys().chain(added);
    let change = |name: &String| FieldChange {
        field: name.clone(),
        before: before.get(name).and_then(format_value),
        after: after.get(name).and_then(format_value),
    };
    names.map(change).filter(|change| change.before != change.after).collect()
}

fn fields(text: Option<&str>) -> Map<String, Value> {
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn format_value(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(before: Option<&str>, after: Option<&str>) -> Vec<(String, String, String)> {
        let dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        changes(before, after).into_iter().map(|change| (change.field, dash(change.before), dash(change.after))).collect()
    }

    fn row(field: &str, before: &str, after: &str) -> (String, String, String) {
        (field.to_owned(), before.to_owned(), after.to_owned())
    }

    #[test]
    fn only_what_differs_is_told() {
        let changed = told(Some(r#"{"email":"a@b","isAdmin":false}"#), Some(r#"{"email":"a@b","isAdmin":true}"#));
        assert_eq!(changed, [row("isAdmin", "false", "true")]);
    }

    #[test]
    fn what_is_new_or_gone_has_one_side() {
        assert_eq!(told(None, Some(r#"{"name":"Game","n":1}"#)), [row("n", "-", "1"), row("name", "-", "Game")]);
        assert_eq!(told(Some(r#"{"role":"ADMIN","note":null}"#), None), [row("role", "ADMIN", "-")]);
        assert_eq!(told(Some(r#"{"tags":["a"]}"#), Some(r#"{"tags":["a","b"]}"#)), [row("tags", r#"["a"]"#, r#"["a","b"]"#)]);
    }

    #[test]
    fn nonsense_changes_nothing() {
        assert_eq!(told(Some("no json"), Some("[1]")), []);
        assert_eq!(told(None, None), []);
    }
}
