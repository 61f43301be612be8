use serde::{Deserialize, Serialize};

/// What is wrong with a field of a store's set-up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SetUpReason {
    #[error("must be one line of at most {bytes_max} bytes")]
    NotOneLine { bytes_max: usize },
    #[error("must be a package name, such as com.example.game")]
    NotAPackageName,
    #[error("must be a number")]
    NotANumber,
    #[error("must be a UUID, as the store's console shows it")]
    NotAnIssuerId,
    #[error("must be the 10 letters and digits of the key's id")]
    NotAKeyId,
    #[error("must be the whole .p8 file: a PKCS#8 private key on P-256, from BEGIN to END PRIVATE KEY")]
    NotAP8File,
    #[error("must be the store's RSA public key in base64 on one line (it starts with MI)")]
    NotAnRsaKey,
    #[error("must be the whole JSON key of a service account (type, client_email, private_key)")]
    NotAServiceAccount,
    #[error("its private_key must be a PEM private key")]
    NoPemInside,
}
