use serde::{Deserialize, Serialize};

use crate::model::StoreCode;

/// What is wrong with a value about a project or an app of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppReason {
    #[error("is no app of this project")]
    NoSuchApp,
    #[error("is the id of another app of this project")]
    StoreAppIdTaken,
    #[error("must be a package name or bundle id, such as com.example.game")]
    NotAStoreAppId,
    #[error("can't change once the app has payments; add another app")]
    EnvironmentFixed,
    #[error("of a TEST app must be SIMULATOR")]
    NotSimulator,
    #[error("are for SIMULATOR apps only")]
    RootsNeedSimulator,
    #[error("must be certificates in DER or PEM")]
    NotACertificate,
    #[error("must be a root certificate that can be used: {0:?}")]
    NotARoot(String),
    #[error("is trusted already")]
    TrustedAlready,
    #[error("is no secret of a store")]
    NoSecret,
    #[error("is no field of {:?}", .0.as_str())]
    NoField(StoreCode),
    #[error("this project has no {:?} app of that id", .0.as_str())]
    NoStoreAppOfId(StoreCode),
    #[error("this project has no {:?} app", .0.as_str())]
    NoStoreApp(StoreCode),
    #[error("this project has several {:?} apps: say which", .0.as_str())]
    SeveralStoreApps(StoreCode),
    #[error("must be set: {free:?} sells for free, so anybody could get the goods of the LIVE app {live:?}")]
    FreeBesideLive { free: String, live: String },
    #[error("must start with sk_ and have {min} to {max} letters, digits, - or _")]
    NotASecretKey { min: usize, max: usize },
    #[error("must be stated: nothing is told to the store without the players' consent")]
    NoConsent,
    #[error("can't be: purchases of {:?} are not verified by their signature alone", .0.as_str())]
    NoOutageMode(StoreCode),
    #[error("can't be: the app has no licence key to check signatures with")]
    NoOutageKey,
    #[error("has {0:?}, which is no address and no network")]
    NotANetwork(String),
}

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
