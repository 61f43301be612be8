//! Time-based codes (RFC 6238) as every authenticator app makes them: SHA-1, six digits, thirty seconds.

use qrcode::{Color, EcLevel, QrCode};
use totp_rs::{Builder, Secret, Totp};

use crate::error::{Error, Result};
use crate::keys::random_bytes;
use crate::model::{QrPicture, Timestamp, TotpDraft};

const SECRET_BYTES: usize = 20;
const RECOVERY_BYTES: usize = 10;
const ISSUER: &str = "Purser";
/// A code of the step before or after counts too: clocks differ, and people type.
const SKEW_STEPS: u16 = 1;
/// The white margin that readers need, in modules.
const QUIET: usize = 4;

/// A secret for a new second factor.
pub(super) fn new_secret() -> Result<[u8; SECRET_BYTES]> {
    random_bytes()
}

/// A recovery code as people read it: 80 random bits, `XXXX-XXXX-XXXX-XXXX`.
pub(super) fn new_recovery_code() -> Result<String> {
    let bytes: [u8; RECOVERY_BYTES] = random_bytes()?;
    Ok(in_groups(&Secret::from(bytes.as_slice()).to_base32(), '-'))
}

/// The time step whose code this is, near the present one.
pub(super) fn matching_step(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let seconds = u64::try_from(now.0 / Timestamp::SECOND).ok()?;
    let step = totp(secret, "").check(code, seconds)?;
    i64::try_from(step).ok()
}

/// What an authenticator app needs to take the secret up.
pub(super) fn draft(secret: &[u8], email: &str) -> Result<TotpDraft> {
    let url = totp(secret, email).to_url().map_err(Error::internal)?;
    let qr = picture(&url)?;
    Ok(TotpDraft { secret: in_groups(&Secret::from(secret).to_base32(), ' '), url, qr })
}

fn totp(secret: &[u8], email: &str) -> Totp {
    // A colon would end the issuer's name in the label.
    let account = email.replace(':', "_");
    let builder = Builder::new().with_secret(secret).with_skew(SKEW_STEPS).with_account_name(account);
    builder.with_issuer(Some(ISSUER)).build_noncompliant()
}

/// The dark modules as one path, each row's runs as bars a module high.
fn picture(text: &str) -> Result<QrPicture> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(Error::internal)?;
    let width = code.width();
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let run = modules[column..].iter().take_while(|module| **module == Color::Dark).count();
            if run > 0 {
                path.push_str(&format!("M{} {}h{run}v1h-{run}z", column + QUIET, row + QUIET));
            }
            column += run.max(1);
        }
    }
    Ok(QrPicture { size: width + 2 * QUIET, path })
}

/// In fours, so that people don't lose their place.
fn in_groups(text: &str, between: char) -> String {
    let mut out = String::with_capacity(text.len() * 5 / 4);
    for (number, letter) in text.chars().enumerate() {
        if number > 0 && number % 4 == 0 {
            out.push(between);
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests;
