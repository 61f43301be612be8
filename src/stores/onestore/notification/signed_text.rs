//! The text ONE store signs of a message: the same JSON object without its member `signature`, the others in the order they came in,
//! without spaces, numbers and letters as they are.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

const SIGNATURE: &str = "signature";

/// How the texts within a message are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Texts {
    AsTheyCame,
    /// With the escapes a JSON library writes by itself: ONE store signs before the message is sent, and who forwards it may write it
    /// in another way.
    Rewritten,
}

/// A message taken apart into its members.
pub(super) struct Message {
    members: Vec<(String, Box<RawValue>)>,
}

impl Message {
    /// Takes a message apart; none when it is no object, or has more than one signature.
    pub(super) fn split(bytes: &[u8]) -> Option<Self> {
        let Members(members) = serde_json::from_slice(bytes).ok()?;
        let signatures = members.iter().filter(|(name, _)| name == SIGNATURE).count();
        (signatures <= 1).then_some(Self { members })
    }

    /// The signature, as text.
    pub(super) fn signature(&self) -> Option<String> {
        let (_, value) = self.members.iter().find(|(name, _)| name == SIGNATURE)?;
        serde_json::from_str(value.get()).ok()
    }

    /// What is signed.
    pub(super) fn signed_text(&self, texts: Texts) -> String {
        let signed = self.members.iter().filter(|(name, _)| name != SIGNATURE);
        let members: Vec<String> =
            signed.map(|(name, value)| format!("{}:{}", encode(name), compact(value.get(), texts))).collect();
        format!("{{{}}}", members.join(","))
    }
}

/// The members of an object in the order they came in.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

/// JSON without the spaces between its parts.
fn compact(json: &str, texts: Texts) -> String {
    let (mut out, mut rest) = (String::with_capacity(json.len()), json);
    while let Some(start) = rest.find('"') {
        out.extend(rest[..start].chars().filter(|c| !c.is_ascii_whitespace()));
        let text = &rest[start..];
        let (text, after) = text.split_at(text_length(text));
        match (texts, serde_json::from_str::<String>(text)) {
            (Texts::Rewritten, Ok(decoded)) => out.push_str(&encode(&decoded)),
            _ => out.push_str(text),
        }
        rest = after;
    }
    out.extend(rest.chars().filter(|c| !c.is_ascii_whitespace()));
    out
}

/// How long the text is that JSON begins with, its quotes counted.
fn text_length(json: &str) -> usize {
    let mut is_escaped = false;
    for (index, byte) in json.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return index + 1,
            _ => {}
        }
    }
    json.len()
}

fn encode(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_taken_out_wherever_it_stands_and_nothing_else_is_touched() {
        let compact = r#"{"b":1.50,"a":"한 글 \"x\" {,}","list":[{"m":"DCB","n":null}],"big":12345678901234567890}"#;
        for message in [
            r#"{"b":1.50,"a":"한 글 \"x\" {,}","list":[{"m":"DCB","n":null}],"big":12345678901234567890,"signature":"c2ln"}"#,
            r#"{"signature":"c2ln","b":1.50,"a":"한 글 \"x\" {,}","list":[{"m":"DCB","n":null}],"big":12345678901234567890}"#,
            "{ \"b\" : 1.50,\r\n\t\"a\":\"한 글 \\\"x\\\" {,}\", \"signature\" : \"c2ln\", \"list\":[ {\"m\" :\"DCB\" ,\"n\":null } ],\"big\":12345678901234567890 }\n",
        ] {
            let split = Message::split(message.as_bytes()).unwrap();
            assert_eq!(split.signed_text(Texts::AsTheyCame), compact);
            assert_eq!(split.signature().as_deref(), Some("c2ln"));
        }
        let within = Message::split(br#"{"a":{"signature":"x"}}"#).unwrap();
        assert_eq!((within.signature(), within.signed_text(Texts::AsTheyCame).as_str()), (None, r#"{"a":{"signature":"x"}}"#));
    }

    #[test]
    fn texts_written_with_other_escapes_are_written_anew() {
        let split = Message::split(br#"{"name":"\ud55c\u0041\/b","signature":"x"}"#).unwrap();
        assert_eq!(split.signed_text(Texts::AsTheyCame), r#"{"name":"\ud55c\u0041\/b"}"#);
        assert_eq!(split.signed_text(Texts::Rewritten), r#"{"name":"한A/b"}"#);
    }

    #[test]
    fn what_is_no_object_or_has_two_signatures_is_no_message() {
        for bad in ["", "[]", "\"x\"", "{", r#"{"signature":"a","signature":"b"}"#] {
            assert!(Message::split(bad.as_bytes()).is_none(), "{bad}");
        }
    }
}
