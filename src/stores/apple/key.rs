use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    UnparsedPublicKey,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use x509_parser::pem::Pem;

use crate::stores::StoreApp;

/// The names of the fields that hold a key of an app.
pub struct KeyFields {
    /// The first of these that is set.
    issuer_id: &'static [&'static str],
    key_id: &'static str,
    private_key: &'static str,
}

/// The In-App Purchase key: it opens the App Store Server API and signs offers.
pub const PURCHASE_KEY: KeyFields = KeyFields { issuer_id: &["issuer_id"], key_id: "key_id", private_key: "private_key" };
/// A team key of the App Store Connect API: it opens the catalog. A team has one issuer id for all of its keys.
pub const CONNECT_KEY: KeyFields = KeyFields {
    issuer_id: &["app_store_connect_issuer_id", "issuer_id"],
    key_id: "app_store_connect_key_id",
    private_key: "app_store_connect_private_key",
};

impl KeyFields {
    fn issuer_id<'a>(&self, app: &'a StoreApp) -> Option<&'a String> {
        self.issuer_id.iter().find_map(|name| app.settings.get(*name))
    }

    /// Whether an app has any part of the key.
    pub fn is_begun(&self, app: &StoreApp) -> bool {
        app.settings.contains_key(self.key_id) || app.secrets.contains_key(self.private_key)
    }

    /// Issuer, key id and private key as the app has them; empty where it has none.
    pub fn values<'a>(&self, app: &'a StoreApp) -> [&'a str; 3] {
        let text = |value: Option<&'a String>| value.map(String::as_str).unwrap_or_default();
        let key = app.secrets.get(self.private_key).map(|secret| secret.reveal()).unwrap_or_default();
        [text(self.issuer_id(app)), text(app.settings.get(self.key_id)), key]
    }
}

/// A key of an app: it signs the tokens that open Apple's APIs, and offers. Never printed.
pub struct SigningKey {
    pub issuer_id: String,
    pub key_id: String,
    pub bundle_id: String,
    /// Signs with r and s side by side, as JWS wants.
    fixed: EcdsaKeyPair,
    /// Signs in DER, as the original form of offers wants.
    der: EcdsaKeyPair,
}

/// Which credential is missing or unusable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyFault {
    /// The setting of that name was never given.
    Missing(&'static str),
    /// The private key in the field of that name is no PKCS#8 key on P-256.
    Malformed(&'static str),
}

impl std::fmt::Display for KeyFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "this app's {name} is not set"),
            Self::Malformed(name) => write!(f, "this app's {name} is not a PKCS#8 key on P-256"),
        }
    }
}

impl SigningKey {
    /// The In-App Purchase key of an app, when its settings hold one.
    pub fn of(app: &StoreApp) -> Result<Self, KeyFault> {
        Self::read(app, &PURCHASE_KEY)
    }

    /// The key of an app in these fields, when its settings hold one.
    pub fn read(app: &StoreApp, fields: &KeyFields) -> Result<Self, KeyFault> {
        let malformed = KeyFault::Malformed(fields.private_key);
        let pem = app.secrets.get(fields.private_key).ok_or(KeyFault::Missing(fields.private_key))?;
        let pkcs8 = decode_pem(pem.reveal()).ok_or(malformed)?;
        Ok(Self {
            issuer_id: fields.issuer_id(app).cloned().ok_or(KeyFault::Missing(fields.issuer_id[0]))?,
            key_id: app.settings.get(fields.key_id).cloned().ok_or(KeyFault::Missing(fields.key_id))?,
            bundle_id: app.store_app_id.clone(),
            fixed: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8).map_err(|_| malformed)?,
            der: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &pkcs8).map_err(|_| malformed)?,
        })
    }

    /// A compact JWS over the claims, signed with ES256; none when the machine has no randomness.
    pub fn sign_jws(&self, claims: &Value) -> Option<String> {
        let header = json!({ "alg": "ES256", "kid": self.key_id, "typ": "JWT" });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        let signature = self.fixed.sign(&SystemRandom::new(), signed.as_bytes()).ok()?;
        Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// Whether a text was signed with this key, r and s side by side.
    pub fn has_signed(&self, text: &str, signature: &[u8]) -> bool {
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.fixed.public_key().as_ref());
        public.verify(text.as_bytes(), signature).is_ok()
    }

    /// A signature in DER over SHA-256 of the text.
    pub fn sign_der(&self, text: &str) -> Option<Vec<u8>> {
        Some(self.der.sign(&SystemRandom::new(), text.as_bytes()).ok()?.as_ref().to_vec())
    }
}

/// Whether a text is a private key the App Store's API can be called with: the whole .p8 file, PKCS#8 on P-256.
pub fn is_private_key(pem: &str) -> bool {
    let key = decode_pem(pem).map(|pkcs8| EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8));
    key.is_some_and(|key| key.is_ok())
}

fn decode_pem(pem: &str) -> Option<Vec<u8>> {
    let pem = Pem::iter_from_buffer(pem.as_bytes()).next()?.ok()?;
    (pem.label == "PRIVATE KEY").then_some(pem.contents)
}
