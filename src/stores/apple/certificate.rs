use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    EcdsaVerificationAlgorithm, ParsedPublicKey, UnparsedPublicKey,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::der_parser::oid::Oid;
use x509_parser::extensions::{AuthorityKeyIdentifier, BasicConstraints, KeyUsage, ParsedExtension, X509Extension};
use x509_parser::oid_registry::{
    OID_EC_P256, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_NIST_EC_P384, OID_SIG_ECDSA_WITH_SHA256, OID_SIG_ECDSA_WITH_SHA384,
    OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER, OID_X509_EXT_BASIC_CONSTRAINTS, OID_X509_EXT_KEY_USAGE,
    OID_X509_EXT_SUBJECT_KEY_IDENTIFIER,
};
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Version;

/// Why a certificate is no good, for people.
pub type Fault = &'static str;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Curve {
    P256,
    P384,
}

/// One certificate, parsed and of sound form: version 3, an elliptic curve key, no extension twice, none critical that
/// we do not check. Who issued it is not yet known.
pub struct Certificate<'a> {
    x509: X509Certificate<'a>,
    curve: Curve,
    basic_constraints: Option<BasicConstraints>,
    key_usage: Option<KeyUsage>,
    subject_key_id: Option<&'a [u8]>,
    authority_key_id: Option<&'a [u8]>,
}

impl<'a> Certificate<'a> {
    /// Parses DER, all of it, and checks everything that can be seen without the issuer.
    pub fn parse(der: &'a [u8]) -> Result<Self, Fault> {
        let (rest, x509) = X509Certificate::from_der(der).map_err(|_| "is not a certificate")?;
        if !rest.is_empty() {
            return Err("has data after its end");
        }
        let mut certificate = Self {
            curve: read_curve(&x509)?,
            basic_constraints: None,
            key_usage: None,
            subject_key_id: None,
            authority_key_id: None,
            x509,
        };
        certificate.check_form()?;
        certificate.read_extensions()?;
        Ok(certificate)
    }

    fn check_form(&self) -> Result<(), Fault> {
        let x509 = &self.x509;
        if x509.version() != X509Version::V3 {
            return Err("is not version 3");
        }
        if x509.signature_algorithm != x509.signature {
            return Err("names two signature algorithms");
        }
        if x509.issuer.iter().next().is_none() || x509.subject.iter().next().is_none() {
            return Err("has an empty name");
        }
        x509.extensions_map().map(drop).map_err(|_| "has an extension twice")
    }

    /// Keeps the four extensions that are checked, and refuses critical others, since nobody would check those.
    fn read_extensions(&mut self) -> Result<(), Fault> {
        let extensions: Vec<X509Extension<'a>> = self.x509.extensions().to_vec();
        for extension in extensions {
            let critical = extension.critical;
            match extension.parsed_extension() {
                ParsedExtension::BasicConstraints(found) => {
                    if found.ca && !critical {
                        return Err("has basicConstraints that are not critical");
                    }
                    self.basic_constraints = Some(found.clone());
                }
                ParsedExtension::KeyUsage(found) => self.key_usage = Some(*found),
                _ if critical => return Err("has a critical extension that is not known"),
                ParsedExtension::SubjectKeyIdentifier(found) => self.subject_key_id = Some(found.0),
                ParsedExtension::AuthorityKeyIdentifier(found) => self.authority_key_id = read_key_id(found)?,
                _ if is_checked(&extension.oid) => return Err("has an extension that cannot be read"),
                _ => {}
            }
        }
        Ok(())
    }

    /// May it sign certificates, with `below` more CAs under it at most?
    pub fn check_ca(&self, below: u32) -> Result<(), Fault> {
        let constraints = self.basic_constraints.as_ref().filter(|found| found.ca).ok_or("is not a CA")?;
        if constraints.path_len_constraint.is_some_and(|most| most < below) {
            return Err("allows no further CA below it");
        }
        if !self.key_usage.is_some_and(|usage| usage.key_cert_sign()) {
            return Err("may not sign certificates: keyUsage lacks keyCertSign");
        }
        self.subject_key_id.map(drop).ok_or("has no subject key identifier")
    }

    /// May it sign data, and nothing else, with the one kind of key ES256 knows?
    pub fn check_leaf(&self) -> Result<(), Fault> {
        if self.basic_constraints.as_ref().is_some_and(|found| found.ca || found.path_len_constraint.is_some()) {
            return Err("is a CA");
        }
        if self.key_usage.is_some_and(|usage| usage.key_cert_sign() || !usage.digital_signature()) {
            return Err("is not for signing data: keyUsage");
        }
        if self.curve == Curve::P256 { Ok(()) } else { Err("has a key that is not P-256") }
    }

    /// Did `issuer` sign it, by name, by key identifier and in fact?
    pub fn check_issued_by(&self, issuer: &Certificate<'_>) -> Result<(), Fault> {
        if !self.names_issuer(issuer) {
            return Err("was issued by somebody else");
        }
        let key_id = self.authority_key_id.ok_or("has no authority key identifier")?;
        if issuer.subject_key_id != Some(key_id) {
            return Err("was issued with another key of that name");
        }
        self.check_signature(issuer)
    }

    /// Whether the issuer's name is, byte for byte, that certificate's subject.
    pub fn names_issuer(&self, issuer: &Certificate<'_>) -> bool {
        self.x509.issuer.as_raw() == issuer.x509.subject.as_raw()
    }

    /// Whether it carries its own subject as issuer, as roots do.
    pub fn is_self_issued(&self) -> bool {
        self.names_issuer(self)
    }

    pub(super) fn check_signature(&self, issuer: &Certificate<'_>) -> Result<(), Fault> {
        let algorithm = self.signature_algorithm(issuer.curve)?;
        let value = &self.x509.signature_value;
        if value.unused_bits != 0 {
            return Err("has a damaged signature");
        }
        UnparsedPublicKey::new(algorithm, issuer.x509.public_key().raw)
            .verify(self.x509.tbs_certificate.as_ref(), &value.data)
            .map_err(|_| "is not signed by its issuer")
    }

    fn signature_algorithm(&self, issuer: Curve) -> Result<&'static EcdsaVerificationAlgorithm, Fault> {
        let algorithm = &self.x509.signature_algorithm;
        if algorithm.parameters().is_some() {
            return Err("has parameters beside its signature algorithm");
        }
        let (sha256, sha384) = (OID_SIG_ECDSA_WITH_SHA256, OID_SIG_ECDSA_WITH_SHA384);
        match issuer {
            Curve::P256 if *algorithm.oid() == sha256 => Ok(&ECDSA_P256_SHA256_ASN1),
            Curve::P256 if *algorithm.oid() == sha384 => Ok(&ECDSA_P256_SHA384_ASN1),
            Curve::P384 if *algorithm.oid() == sha256 => Ok(&ECDSA_P384_SHA256_ASN1),
            Curve::P384 if *algorithm.oid() == sha384 => Ok(&ECDSA_P384_SHA384_ASN1),
            _ => Err("is signed with an algorithm that is not allowed"),
        }
    }

    /// Whether the extension is there and, as Apple has it, not critical. (Critical ones do not get through `parse`.)
    pub fn has_marker(&self, oid: &Oid<'_>) -> bool {
        self.x509.extensions().iter().any(|extension| extension.oid == *oid && !extension.critical)
    }

    /// First and last second of its validity, epoch seconds.
    pub fn validity(&self) -> (i64, i64) {
        let validity = self.x509.validity();
        (validity.not_before.timestamp(), validity.not_after.timestamp())
    }

    /// The public key's own bits, whatever certificate they stand in.
    pub fn key_bits(&self) -> &[u8] {
        &self.x509.public_key().subject_public_key.data
    }

    /// The key that verifies ES256 signatures of this certificate's owner.
    pub fn signing_key(&self) -> Result<ParsedPublicKey, Fault> {
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, self.x509.public_key().raw).map_err(|_| "has a damaged key")
    }
}

/// The curve of a named-curve key whose point is written in full.
fn read_curve(x509: &X509Certificate<'_>) -> Result<Curve, Fault> {
    let key = x509.public_key();
    let name = key.algorithm.parameters().and_then(|parameters| parameters.as_oid().ok());
    let (curve, point_bytes) = match name {
        Some(name) if name == OID_EC_P256 => (Curve::P256, 65),
        Some(name) if name == OID_NIST_EC_P384 => (Curve::P384, 97),
        _ => return Err("has a key that is neither P-256 nor P-384"),
    };
    let point = &key.subject_public_key;
    let sound = *key.algorithm.oid() == OID_KEY_TYPE_EC_PUBLIC_KEY && point.unused_bits == 0 && point.data.len() == point_bytes;
    if sound { Ok(curve) } else { Err("has a damaged key") }
}

/// The issuer's key identifier. The other way to point at an issuer is refused, so that no hint stays unchecked.
fn read_key_id<'a>(found: &AuthorityKeyIdentifier<'a>) -> Result<Option<&'a [u8]>, Fault> {
    if found.authority_cert_issuer.is_some() || found.authority_cert_serial.is_some() {
        return Err("points at its issuer by serial number");
    }
    Ok(found.key_identifier.as_ref().map(|id| id.0))
}

/// Those of which an unreadable one must not pass for an absent one.
fn is_checked(oid: &Oid<'_>) -> bool {
    [
        OID_X509_EXT_BASIC_CONSTRAINTS,
        OID_X509_EXT_KEY_USAGE,
        OID_X509_EXT_SUBJECT_KEY_IDENTIFIER,
        OID_X509_EXT_AUTHORITY_KEY_IDENTIFIER,
    ]
    .contains(oid)
}
