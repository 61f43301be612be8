use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};
use x509_parser::pem::Pem;

use super::hosts::TOKEN_ENDPOINT;
use crate::stores::StoreApp;
use crate::stores::http::{CredentialName, credential_name};

/// The one scope the Developer API has.
const SCOPE: &str = "https://www.googleapis.com/auth/androidpublisher";
/// Google refuses an assertion that lives longer.
const ASSERTION_SECONDS: i64 = 3_600;

/// What an app signs in to Google with. Never printed.
pub enum Credential {
    ServiceAccount(Box<ServiceAccount>),
    /// The rights of a person who consented once.
    RefreshToken {
        client_id: String,
        client_secret: String,
        refresh_token: String,
    },
}

/// A service account's key, from its JSON file.
pub struct ServiceAccount {
    pub client_email: String,
    key_id: Option<String>,
    key: RsaKeyPair,
}

/// Which credential is missing or unusable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialFault {
    /// The setting of that name was never given.
    Missing(&'static str),
    /// The service account's file holds no usable RSA key.
    Malformed,
}

impl std::fmt::Display for CredentialFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "this app's {name} is not set"),
            Self::Malformed => f.write_str("this app's service_account is not a key file with an RSA private key"),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct KeyFile {
    client_email: String,
    private_key: String,
    private_key_id: Option<String>,
}

impl Credential {
    /// The credential of an app, of the kind its settings name.
    pub fn of(app: &StoreApp) -> Result<Self, CredentialFault> {
        let secret =
            |name: &'static str| app.secrets.get(name).map(|secret| secret.reveal()).ok_or(CredentialFault::Missing(name));
        if !takes_refresh_token(app) {
            return Ok(Self::ServiceAccount(Box::new(ServiceAccount::parse(secret("service_account")?)?)));
        }
        let client_id = app.settings.get("client_id").cloned().ok_or(CredentialFault::Missing("client_id"))?;
        let (client_secret, refresh_token) = (secret("client_secret")?.to_owned(), secret("refresh_token")?.to_owned());
        Ok(Self::RefreshToken { client_id, client_secret, refresh_token })
    }

    /// The fields of the request for an access token; none when the machine has no randomness.
    pub fn grant(&self, now_seconds: i64) -> Option<Vec<(&'static str, String)>> {
        Some(match self {
            Self::ServiceAccount(account) => vec![
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned()),
                ("assertion", account.assertion(now_seconds)?),
            ],
            Self::RefreshToken { client_id, client_secret, refresh_token } => vec![
                ("grant_type", "refresh_token".to_owned()),
                ("client_id", client_id.clone()),
                ("client_secret", client_secret.clone()),
                ("refresh_token", refresh_token.clone()),
            ],
        })
    }
}

impl ServiceAccount {
    /// Reads a key file.
    pub fn parse(json: &str) -> Result<Self, CredentialFault> {
        let file: KeyFile = serde_json::from_str(json).map_err(|_| CredentialFault::Malformed)?;
        let pem = Pem::iter_from_buffer(file.private_key.as_bytes()).next().and_then(Result::ok);
        let pem = pem.filter(|pem| pem.label == "PRIVATE KEY").ok_or(CredentialFault::Malformed)?;
        let key = RsaKeyPair::from_pkcs8(&pem.contents).map_err(|_| CredentialFault::Malformed)?;
        Ok(Self { client_email: file.client_email, key_id: file.private_key_id, key })
    }

    fn assertion(&self, now_seconds: i64) -> Option<String> {
        let mut header = json!({ "alg": "RS256", "typ": "JWT" });
        if let Some(key_id) = &self.key_id {
            header["kid"] = json!(key_id);
        }
        let claims = json!({
            "iss": self.client_email, "scope": SCOPE, "aud": TOKEN_ENDPOINT, "iat": now_seconds,
            "exp": now_seconds + ASSERTION_SECONDS,
        });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).ok()?;
        Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// Whether an app signs in with the rights of a person. An app that does not say so does when it has nothing else.
fn takes_refresh_token(app: &StoreApp) -> bool {
    match app.settings.get("auth_method").map(String::as_str) {
        Some(method) => method == "SUPERVISOR",
        None => !app.secrets.contains_key("service_account") && app.secrets.contains_key("refresh_token"),
    }
}

/// Names all that goes into an access token; no secret can be read from it.
pub fn fingerprint(app: &StoreApp, token_endpoint: &str) -> CredentialName {
    let secret = |name: &str| app.secrets.get(name).map(|secret| secret.reveal()).unwrap_or_default();
    let setting = |name: &str| app.settings.get(name).map(String::as_str).unwrap_or_default();
    credential_name([
        token_endpoint,
        setting("auth_method"),
        setting("client_id"),
        secret("service_account"),
        secret("client_secret"),
        secret("refresh_token"),
    ])
}
