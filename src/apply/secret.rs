//! Values that stand elsewhere: `env:NAME`, or `file:PATH` relative to the declaring file.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::BYTE_ORDER_MARK;
use crate::error::{Error, Result};
use crate::model::{DeclaredReason, Reason};

/// Reads a value; text that names no place is taken as it is.
pub fn resolve(field: &str, text: &str, folder: &Path) -> Result<String> {
    match resolve_bytes(field, text, folder)? {
        Some(bytes) => String::from_utf8(bytes)
            .map(|text| text.trim_start_matches(BYTE_ORDER_MARK).trim().to_owned())
            .map_err(|_| Error::invalid(field, DeclaredReason::FileNotText(text.to_owned()))),
        None => Ok(text.to_owned()),
    }
}

/// Reads a secret, which must stand elsewhere.
pub fn resolve_secret(field: &str, text: &str, folder: &Path) -> Result<String> {
    if !text.starts_with("env:") && !text.starts_with("file:") {
        return Err(Error::invalid(field, DeclaredReason::NotElsewhere));
    }
    resolve(field, text, folder)
}

/// Reads a certificate in DER or PEM; DER comes back in base64.
pub fn resolve_certificate(field: &str, text: &str, folder: &Path) -> Result<String> {
    let Some(bytes) = resolve_bytes(field, text, folder)? else { return Ok(text.to_owned()) };
    let pem = std::str::from_utf8(&bytes).ok().map(|text| text.trim_start_matches(BYTE_ORDER_MARK));
    let pem = pem.filter(|text| text.starts_with("-----")).map(str::to_owned);
    Ok(pem.unwrap_or_else(|| STANDARD.encode(bytes)))
}

fn resolve_bytes(field: &str, text: &str, folder: &Path) -> Result<Option<Vec<u8>>> {
    if let Some(name) = text.strip_prefix("env:") {
        let value = std::env::var(name).map_err(|_| Error::invalid(field, DeclaredReason::NoVariable(name.to_owned())))?;
        return Ok(Some(value.into_bytes()));
    }
    let Some(path) = text.strip_prefix("file:") else { return Ok(None) };
    let read = std::fs::read(folder.join(path));
    read.map(Some).map_err(|error| Error::invalid(field, Reason::unreadable(format_args!("{path}: {error}"))))
}
