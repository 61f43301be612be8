use std::collections::HashSet;

use aws_lc_rs::digest::{Context, Digest, SHA256};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use memchr::memchr_iter;
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::stores::Refusal;

/// Real transactions are under 6 KiB.
pub const TOKEN_BYTES_MAX: usize = 32 * 1024;
/// A notification holds two more inside. The smallest real one has 19 KB; how large one may get, Apple does not say, so this is
/// as much as a request may bring.
pub const NOTIFICATION_BYTES_MAX: usize = 512 * 1024;
/// r and s of ECDSA on P-256, 32 bytes each.
const SIGNATURE_BYTES: usize = 64;
const HEADER_MEMBERS_MAX: usize = 32;

/// Leaf and intermediate, each in DER; not checked in any way yet.
pub type Certificates = [Vec<u8>; 2];

/// A compact JWS taken apart; nothing in it is trusted yet.
pub struct Jws<'a> {
    /// The member it was handed in as, for the refusal's words.
    noun: &'static str,
    header: &'a str,
    payload: &'a str,
    signed: &'a str,
    pub signature: [u8; SIGNATURE_BYTES],
}

impl<'a> Jws<'a> {
    /// Splits a transaction's `header.payload.signature`; refuses any other number of parts, and a signature of another
    /// length.
    pub fn split(token: &'a str) -> Result<Self, Refusal> {
        Self::split_member("signedTransaction", token, TOKEN_BYTES_MAX)
    }

    /// The same for a notification or what it carries, `noun` being the member's name.
    pub fn split_notification(noun: &'static str, token: &'a str) -> Result<Self, Refusal> {
        Self::split_member(noun, token, NOTIFICATION_BYTES_MAX)
    }

    fn split_member(noun: &'static str, token: &'a str, bytes_max: usize) -> Result<Self, Refusal> {
        if token.len() > bytes_max {
            return Err(refuse(noun, format!("longer than {} KiB", bytes_max / 1024)));
        }
        let mut dots = memchr_iter(b'.', token.as_bytes());
        let (Some(first), Some(second), None) = (dots.next(), dots.next(), dots.next()) else {
            return Err(refuse(noun, "not a compact JWS of three parts"));
        };
        let (header, payload, signature) = (&token[..first], &token[first + 1..second], &token[second + 1..]);
        let decoded = decode_part(noun, signature, "signature")?;
        let signature = decoded.try_into().map_err(|_| refuse(noun, "the signature is not 64 bytes of r and s"))?;
        Ok(Self { noun, header, payload, signed: &token[..second], signature })
    }

    /// SHA-256 of the header as it stands, which names the certificates, and of all that is signed. The second goes on
    /// where the first stopped, so the long header is read once.
    pub fn digests(&self) -> (Digest, Digest) {
        let mut context = Context::new(&SHA256);
        context.update(self.header.as_bytes());
        let header = context.clone().finish();
        context.update(&self.signed.as_bytes()[self.header.len()..]);
        (header, context.finish())
    }

    /// The certificates the header names; refuses every algorithm but ES256. There must be three, but the third is never
    /// read: the root that counts is one of ours, and Apple's own libraries do the same.
    pub fn certificates(&self) -> Result<Certificates, Refusal> {
        let refuse = |what: String| refuse(self.noun, what);
        let json = decode_part(self.noun, self.header, "header")?;
        let header: Header = serde_json::from_slice(&json).map_err(|error| refuse(format!("its header: {error}")))?;
        match header.alg.as_deref() {
            Some("ES256") => {}
            Some(other) => return Err(refuse(format!("signed with {other:?}, not ES256"))),
            None => return Err(refuse("its header has no alg".into())),
        }
        let x5c = header.x5c.ok_or_else(|| refuse("its header has no x5c".into()))?;
        let count = x5c.len();
        let [leaf, intermediate, _] = <[String; 3]>::try_from(x5c)
            .map_err(|_| refuse(format!("x5c must hold three certificates (Xcode's own hold one), not {count}")))?;
        let mut certificates = Certificates::default();
        for (index, (text, der)) in [leaf, intermediate].iter().zip(&mut certificates).enumerate() {
            *der = STANDARD.decode(text).map_err(|_| refuse(format!("x5c[{index}] is not plain base64")))?;
        }
        Ok(certificates)
    }

    /// Not to be believed before the signature was checked.
    pub fn payload(&self) -> Result<Payload, Refusal> {
        let no_object = || refuse(self.noun, "its payload is not a JSON object");
        Payload::parse(decode_part(self.noun, self.payload, "payload")?).ok_or_else(no_object)
    }
}

/// What was signed, which is always a JSON object.
#[derive(Debug, Clone, PartialEq)]
pub struct Payload {
    pub members: Map<String, Value>,
    /// All of it, word for word.
    pub text: String,
}

impl Payload {
    /// Reads a JSON object; none when it is no such thing.
    pub fn parse(json: Vec<u8>) -> Option<Self> {
        let text = String::from_utf8(json).ok()?;
        let members = serde_json::from_str(&text).ok()?;
        Some(Self { members, text })
    }
}

/// Unpadded base64url in its one canonical form.
fn decode_part(noun: &str, text: &str, name: &str) -> Result<Vec<u8>, Refusal> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| refuse(noun, format!("its {name} is not base64url")))
}

fn refuse(noun: &str, what: impl std::fmt::Display) -> Refusal {
    Refusal::proof(format!("{noun} is no good: {what}"))
}

/// The protected header: what matters of it. Members we do not know are let pass, unless they say they must not be.
#[derive(Default)]
struct Header {
    alg: Option<String>,
    x5c: Option<Vec<String>>,
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeaderVisitor)
    }
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = Header;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Header, A::Error> {
        let mut header = Header::default();
        let mut seen = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            match name.as_str() {
                "alg" => header.alg = Some(members.next_value()?),
                "x5c" => header.x5c = Some(members.next_value()?),
                "crit" => return Err(A::Error::custom("crit demands what we do not know")),
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
            if !seen.insert(name) {
                return Err(A::Error::custom("a member stands twice"));
            }
            if seen.len() > HEADER_MEMBERS_MAX {
                return Err(A::Error::custom("too many members"));
            }
        }
        Ok(header)
    }
}
