use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{
    CertificateParams, CustomExtension, DistinguishedName, DnType, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256,
    PKCS_ECDSA_P384_SHA384, SignatureAlgorithm,
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::datetime;

pub const BASIC_CONSTRAINTS: &[u64] = &[2, 5, 29, 19];
pub const KEY_USAGE: &[u64] = &[2, 5, 29, 15];
pub const SUBJECT_KEY_ID: &[u64] = &[2, 5, 29, 14];
pub const AUTHORITY_KEY_ID: &[u64] = &[2, 5, 29, 35];
pub const LEAF_MARKER: &[u64] = &[1, 2, 840, 113_635, 100, 6, 11, 1];
pub const INTERMEDIATE_MARKER: &[u64] = &[1, 2, 840, 113_635, 100, 6, 2, 1];

pub const CA: &[u8] = &[0x30, 0x03, 0x01, 0x01, 0xFF];
pub const CA_PATHLEN_0: &[u8] = &[0x30, 0x06, 0x01, 0x01, 0xFF, 0x02, 0x01, 0x00];
pub const NOT_CA: &[u8] = &[0x30, 0x00];
pub const SIGNS_CERTIFICATES: &[u8] = &[0x03, 0x02, 0x01, 0x06];
pub const SIGNS_DATA: &[u8] = &[0x03, 0x02, 0x07, 0x80];

/// One certificate to be made; every extension is in the list, so that a test can break any.
#[derive(Clone)]
pub struct Spec {
    pub name: &'static str,
    pub algorithm: &'static SignatureAlgorithm,
    pub extensions: Vec<(&'static [u64], bool, Vec<u8>)>,
    pub not_before: OffsetDateTime,
    pub not_after: OffsetDateTime,
}

impl Spec {
    fn new(name: &'static str, algorithm: &'static SignatureAlgorithm) -> Self {
        let (not_before, not_after) = (datetime!(2020-01-01 0:00 UTC), datetime!(2040-01-01 0:00 UTC));
        Self { name, algorithm, extensions: Vec::new(), not_before, not_after }
    }

    fn with(mut self, oid: &'static [u64], critical: bool, value: &[u8]) -> Self {
        self.extensions.push((oid, critical, value.to_vec()));
        self
    }

    pub fn without(mut self, oid: &[u64]) -> Self {
        let before = self.extensions.len();
        self.extensions.retain(|extension| extension.0 != oid);
        assert!(self.extensions.len() < before, "there was none to take away");
        self
    }

    /// Puts another value in the place of an extension's, or adds one that was not there.
    pub fn instead(mut self, oid: &'static [u64], critical: bool, value: &[u8]) -> Self {
        self.extensions.retain(|extension| extension.0 != oid);
        self.with(oid, critical, value)
    }

    pub fn and(self, oid: &'static [u64], critical: bool, value: &[u8]) -> Self {
        self.with(oid, critical, value)
    }

    fn params(&self) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, self.name);
        (params.not_before, params.not_after) = (self.not_before, self.not_after);
        let extension = |(oid, critical, value): &(&[u64], bool, Vec<u8>)| {
            let mut extension = CustomExtension::from_oid_content(oid, value.clone());
            extension.set_criticality(*critical);
            extension
        };
        params.custom_extensions = self.extensions.iter().map(extension).collect();
        params
    }
}

/// A whole chain to be made; as it comes it is good.
#[derive(Clone)]
pub struct ChainSpec {
    pub root: Spec,
    pub intermediate: Spec,
    pub leaf: Spec,
}

impl Default for ChainSpec {
    fn default() -> Self {
        let root = Spec::new("Test Root", &PKCS_ECDSA_P384_SHA384)
            .with(BASIC_CONSTRAINTS, true, CA)
            .with(KEY_USAGE, true, SIGNS_CERTIFICATES)
            .with(SUBJECT_KEY_ID, false, &subject_key_id(1));
        let intermediate = Spec::new("Test Intermediate", &PKCS_ECDSA_P384_SHA384)
            .with(BASIC_CONSTRAINTS, true, CA_PATHLEN_0)
            .with(KEY_USAGE, true, SIGNS_CERTIFICATES)
            .with(SUBJECT_KEY_ID, false, &subject_key_id(2))
            .with(AUTHORITY_KEY_ID, false, &authority_key_id(1))
            .with(INTERMEDIATE_MARKER, false, &[5, 0]);
        let leaf = Spec::new("Test Leaf", &PKCS_ECDSA_P256_SHA256)
            .with(BASIC_CONSTRAINTS, true, NOT_CA)
            .with(KEY_USAGE, true, SIGNS_DATA)
            .with(SUBJECT_KEY_ID, false, &subject_key_id(3))
            .with(AUTHORITY_KEY_ID, false, &authority_key_id(2))
            .with(LEAF_MARKER, false, &[5, 0]);
        Self { root, intermediate, leaf }
    }
}

pub fn subject_key_id(id: u8) -> Vec<u8> {
    [&[0x04, 20][..], &[id; 20]].concat()
}

pub fn authority_key_id(id: u8) -> Vec<u8> {
    [&[0x30, 22, 0x80, 20][..], &[id; 20]].concat()
}

/// A made chain and what signs with it.
pub struct TestChain {
    pub root: Vec<u8>,
    pub intermediate: Vec<u8>,
    pub leaf: Vec<u8>,
    pub leaf_key: KeyPair,
}

impl ChainSpec {
    pub fn root(change: impl Fn(Spec) -> Spec) -> Self {
        let spec = Self::default();
        Self { root: change(spec.root), ..spec }
    }

    pub fn intermediate(change: impl Fn(Spec) -> Spec) -> Self {
        let spec = Self::default();
        Self { intermediate: change(spec.intermediate), ..spec }
    }

    pub fn leaf(change: impl Fn(Spec) -> Spec) -> Self {
        let spec = Self::default();
        Self { leaf: change(spec.leaf), ..spec }
    }

    pub fn make(&self) -> TestChain {
        let root_key = KeyPair::generate_for(self.root.algorithm).unwrap();
        let intermediate_key = KeyPair::generate_for(self.intermediate.algorithm).unwrap();
        let leaf_key = KeyPair::generate_for(self.leaf.algorithm).unwrap();
        let (root, intermediate, leaf) = (self.root.params(), self.intermediate.params(), self.leaf.params());
        let root_der = root.self_signed(&root_key).unwrap().der().to_vec();
        let by_root = Issuer::from_params(&root, &root_key);
        let intermediate_der = intermediate.signed_by(&intermediate_key, &by_root).unwrap().der().to_vec();
        let by_intermediate = Issuer::from_params(&intermediate, &intermediate_key);
        let leaf_der = leaf.signed_by(&leaf_key, &by_intermediate).unwrap().der().to_vec();
        TestChain { root: root_der, intermediate: intermediate_der, leaf: leaf_der, leaf_key }
    }
}

impl TestChain {
    pub fn x5c(&self) -> Vec<String> {
        [&self.leaf, &self.intermediate, &self.root].map(|der| STANDARD.encode(der)).to_vec()
    }

    pub fn header(&self) -> Value {
        json!({ "alg": "ES256", "x5c": self.x5c() })
    }

    /// A token as Apple makes it.
    pub fn sign(&self, payload: &Value) -> String {
        self.sign_under(&self.header(), payload)
    }

    /// A token with any header.
    pub fn sign_under(&self, header: &Value, payload: &Value) -> String {
        self.sign_text(&header.to_string(), &payload.to_string(), &ECDSA_P256_SHA256_FIXED_SIGNING)
    }

    /// A token of any header and payload text, signed in any way.
    pub fn sign_text(&self, header: &str, payload: &str, algorithm: &'static EcdsaSigningAlgorithm) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let key = EcdsaKeyPair::from_pkcs8(algorithm, self.leaf_key.serialized_der()).unwrap();
        let signature = key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
