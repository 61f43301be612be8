//! The test certificate authority that signs what the simulated App Store sells. Knows no sale.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384,
};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use x509_parser::pem::Pem;

use crate::clock::Clock;
use crate::db::{self, Db};
use crate::error::{Error, Result};
use crate::keys::Keys;
use crate::model::Timestamp;

/// The name the sealed authority is kept under.
const INSTANCE_NAME: &str = "simulator_authority";

/// The marks Apple's own certificates carry, which verifiers ask for.
const LEAF_MARKER: &[u64] = &[1, 2, 840, 113_635, 100, 6, 11, 1];
const INTERMEDIATE_MARKER: &[u64] = &[1, 2, 840, 113_635, 100, 6, 2, 1];
const DER_NULL: [u8; 2] = [0x05, 0x00];
/// Wide enough for a simulated clock moved years either way.
const VALID_BEFORE: Duration = Duration::days(15 * 365);
const VALID_AFTER: Duration = Duration::days(30 * 365);
const ORGANIZATION: &str = "Purser Simulator - not a real store";

/// The simulator's stand-in for Apple's certificates: root → intermediate → leaf, with their keys, which sign what the
/// simulated App Store sells. It is made once and kept, so that a root configured in a client stays good.
pub struct Authority {
    root: Holder,
    intermediate: Holder,
    leaf: Holder,
    signer: EcdsaKeyPair,
    /// The protected header of every token, encoded: it never changes.
    header: String,
}

/// The simulator's certificates and keys: made at first start, kept sealed, the same for every process.
pub async fn load_authority(db: &Db, keys: &Keys, clock: &Clock) -> Result<Authority> {
    let found = db::instance::find(&mut db.read().await?, INSTANCE_NAME).await?;
    let sealed = match found {
        Some(sealed) => sealed,
        None => {
            let made = Authority::generate(clock.now())?;
            let sealed = keys.sealer.seal(INSTANCE_NAME, made.to_pem().as_bytes())?;
            db::instance::get_or_insert(db, INSTANCE_NAME, &sealed, clock.now()).await?
        }
    };
    let pem = String::from_utf8(keys.sealer.open(INSTANCE_NAME, &sealed)?).map_err(Error::internal)?;
    Authority::from_pem(&pem)
}

/// A certificate in DER and its private key in PKCS#8.
struct Holder {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Authority {
    /// Makes new keys and certificates, valid 15 years back and 30 ahead.
    pub fn generate(now: Timestamp) -> Result<Self> {
        let keys = [&PKCS_ECDSA_P384_SHA384, &PKCS_ECDSA_P384_SHA384, &PKCS_ECDSA_P256_SHA256];
        let [root_key, intermediate_key, leaf_key] = keys.map(KeyPair::generate_for);
        let (root_key, intermediate_key, leaf_key) =
            (root_key.map_err(failed)?, intermediate_key.map_err(failed)?, leaf_key.map_err(failed)?);
        let (root, intermediate, leaf) = (root_params(now)?, intermediate_params(now)?, leaf_params(now)?);
        let root_der = root.self_signed(&root_key).map_err(failed)?;
        let by_root = Issuer::from_params(&root, &root_key);
        let intermediate_der = intermediate.signed_by(&intermediate_key, &by_root).map_err(failed)?;
        let by_intermediate = Issuer::from_params(&intermediate, &intermediate_key);
        let leaf_der = leaf.signed_by(&leaf_key, &by_intermediate).map_err(failed)?;
        let hold = |certificate: rcgen::Certificate, key: &KeyPair| Holder {
            certificate: certificate.der().to_vec(),
            key: key.serialize_der(),
        };
        Self::assemble(hold(root_der, &root_key), hold(intermediate_der, &intermediate_key), hold(leaf_der, &leaf_key))
    }

    fn assemble(root: Holder, intermediate: Holder, leaf: Holder) -> Result<Self> {
        let signer = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &leaf.key).map_err(failed)?;
        let x5c = [&leaf, &intermediate, &root].map(|holder| STANDARD.encode(&holder.certificate));
        let header = URL_SAFE_NO_PAD.encode(json!({ "alg": "ES256", "x5c": x5c }).to_string());
        Ok(Self { root, intermediate, leaf, signer, header })
    }

    /// Signs any payload as Apple signs: a compact JWS, ES256, the three certificates in its header.
    pub fn sign_jws(&self, payload: &Value) -> Result<String> {
        let signed = format!("{}.{}", self.header, URL_SAFE_NO_PAD.encode(payload.to_string()));
        let signature = self.signer.sign(&SystemRandom::new(), signed.as_bytes()).map_err(failed)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The root certificate in DER, as clients and `AppleStore::new` are given it.
    pub fn root_der(&self) -> &[u8] {
        &self.root.certificate
    }

    /// The root certificate for people to download.
    pub fn root_pem(&self) -> String {
        to_pem("CERTIFICATE", &self.root.certificate)
    }

    /// Everything, private keys included, for safe keeping: certificate and key of root, intermediate and leaf in turn.
    pub fn to_pem(&self) -> String {
        let holders = [&self.root, &self.intermediate, &self.leaf];
        holders.map(|holder| to_pem("CERTIFICATE", &holder.certificate) + &to_pem("PRIVATE KEY", &holder.key)).concat()
    }

    /// Reads what `to_pem` wrote.
    pub fn from_pem(pem: &str) -> Result<Self> {
        let blocks: Vec<Pem> = Pem::iter_from_buffer(pem.as_bytes()).collect::<Result<_, _>>().map_err(failed)?;
        let mut holders = blocks.chunks_exact(2).map(|pair| match pair {
            [certificate, key] if certificate.label == "CERTIFICATE" && key.label == "PRIVATE KEY" => {
                Ok(Holder { certificate: certificate.contents.clone(), key: key.contents.clone() })
            }
            _ => Err(failed("its parts are out of order")),
        });
        match (holders.next(), holders.next(), holders.next(), blocks.len()) {
            (Some(root), Some(intermediate), Some(leaf), 6) => Self::assemble(root?, intermediate?, leaf?),
            _ => Err(failed("it must have three certificates and three keys")),
        }
    }
}

fn root_params(now: Timestamp) -> Result<CertificateParams> {
    let mut params = params(now, "Purser Simulator Root CA")?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn intermediate_params(now: Timestamp) -> Result<CertificateParams> {
    let mut params = params(now, "Purser Simulator Intermediate CA")?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    params.custom_extensions = vec![CustomExtension::from_oid_content(INTERMEDIATE_MARKER, DER_NULL.to_vec())];
    Ok(params)
}

fn leaf_params(now: Timestamp) -> Result<CertificateParams> {
    let mut params = params(now, "Purser Simulator Receipt Signing")?;
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    params.custom_extensions = vec![CustomExtension::from_oid_content(LEAF_MARKER, DER_NULL.to_vec())];
    Ok(params)
}

fn params(now: Timestamp, name: &str) -> Result<CertificateParams> {
    let now = OffsetDateTime::from_unix_timestamp(now.0.div_euclid(Timestamp::SECOND)).map_err(failed)?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    subject.push(DnType::OrganizationName, ORGANIZATION);
    let mut params = CertificateParams::default();
    params.distinguished_name = subject;
    params.not_before = now - VALID_BEFORE;
    params.not_after = now + VALID_AFTER;
    Ok(params)
}

fn to_pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.extend(line.iter().map(|byte| char::from(*byte)));
        pem.push('\n');
    }
    pem + &format!("-----END {label}-----\n")
}

fn failed(cause: impl std::fmt::Display) -> Error {
    Error::internal(format!("simulator authority: {cause}"))
}
