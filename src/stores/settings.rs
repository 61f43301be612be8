//! What an app's set-up asks for in each store (docs/stores/nhn.md, App settings), and how a value is checked.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use x509_parser::prelude::FromDer;
use x509_parser::x509::SubjectPublicKeyInfo;

use crate::error::{Error, Result};
use crate::model::{Reason, SetUpReason};

const TEXT_BYTES_MAX: usize = 2_000;

/// One field of a store's set-up.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    /// Sealed at rest and never shown again.
    pub is_secret: bool,
    check: fn(&str) -> Option<Reason>,
}

/// The fields that outage mode is switched by and needs.
#[derive(Debug, Clone, Copy)]
pub struct OutageFields {
    /// `YES` or `NO`.
    pub switch: &'static str,
    /// The key that signed purchases are checked with.
    pub key: &'static str,
}

impl Field {
    /// A field that is shown; `check` says what is wrong with a value.
    pub(super) const fn plain(name: &'static str, check: fn(&str) -> Option<Reason>) -> Self {
        Self { name, is_secret: false, check }
    }

    /// A field that is sealed.
    pub(super) const fn secret(name: &'static str, check: fn(&str) -> Option<Reason>) -> Self {
        Self { name, is_secret: true, check }
    }

    /// Checks a value that is not empty; the error names the field.
    pub fn check(&self, value: &str) -> Result<()> {
        (self.check)(value).map_or(Ok(()), |reason| Err(Error::invalid(self.name, reason)))
    }
}

pub(super) fn one_of(value: &str, words: &[&str]) -> Option<Reason> {
    (!words.contains(&value)).then(|| Reason::one_of(words.iter().copied()))
}

pub(super) fn yes_no(value: &str) -> Option<Reason> {
    one_of(value, &["YES", "NO"])
}

pub(super) fn short_text(value: &str) -> Option<Reason> {
    let is_fit = value.len() <= TEXT_BYTES_MAX && !value.chars().any(char::is_control);
    (!is_fit).then(|| SetUpReason::NotOneLine { bytes_max: TEXT_BYTES_MAX }.into())
}

/// An RSA key as the stores' consoles show it: SubjectPublicKeyInfo in base64.
pub(super) fn rsa_key(value: &str) -> Option<Reason> {
    let der = STANDARD.decode(value).ok();
    let is_key = der.is_some_and(|der| SubjectPublicKeyInfo::from_der(&der).is_ok_and(|(rest, _)| rest.is_empty()));
    (!is_key).then(|| SetUpReason::NotAnRsaKey.into())
}
