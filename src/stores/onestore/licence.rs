//! What ONE store signs with an app's licence key (docs/stores/onestore.md, Signatures): RSASSA-PKCS1-v1_5 with SHA-512. A key has no
//! id, so that after a change the one before counts too.

use aws_lc_rs::signature::{RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::stores::StoreApp;

/// Whether one of the app's licence keys signed it.
pub(super) fn is_signed(app: &StoreApp, signed: &[u8], signature: &[u8]) -> bool {
    app.license_keys().filter_map(|key| STANDARD.decode(key).ok()).any(|key| {
        // Older apps have keys of 1024 bits.
        let key = UnparsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY, key);
        key.verify(signed, signature).is_ok()
    })
}

/// A signature as ONE store writes it.
pub(super) fn read_signature(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.trim()).ok()
}
