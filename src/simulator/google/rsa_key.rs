//! An RSA key as Google and its developers use them: tokens are signed with SHA-256, what Play's app hands over with SHA-1.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use num_bigint::BigUint;
use serde_json::Value;
use x509_parser::der_parser::parse_der;
use x509_parser::pem::Pem;

use crate::error::{Error, Result};

/// What stands before a SHA-1 hash in a PKCS #1 signature: the algorithm's name, in DER.
const SHA1_INFO: [u8; 15] = [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];

/// A private RSA key.
pub(super) struct RsaKey {
    pair: RsaKeyPair,
    pkcs8: Vec<u8>,
    modulus: BigUint,
    public_exponent: BigUint,
    private_exponent: BigUint,
}

impl RsaKey {
    pub fn generate() -> Result<Self> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let pkcs8: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
        Self::from_pkcs8(pkcs8.as_ref())
    }

    /// Reads a key in PKCS #8.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self> {
        let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(failed)?;
        let (_, outer) = parse_der(pkcs8).map_err(failed)?;
        let inner = outer.as_sequence().ok().and_then(|members| members.get(2)).and_then(|key| key.as_slice().ok());
        let (_, key) = parse_der(inner.ok_or_else(|| failed("no key in it"))?).map_err(failed)?;
        let members = key.as_sequence().map_err(failed)?;
        let number = |place: usize| {
            let bytes = members.get(place).and_then(|number| number.as_slice().ok());
            bytes.map(BigUint::from_bytes_be).ok_or_else(|| failed("a number is missing"))
        };
        Ok(Self { pair, pkcs8: pkcs8.to_vec(), modulus: number(1)?, public_exponent: number(2)?, private_exponent: number(3)? })
    }

    /// Reads a key as a service account's key file has it.
    pub fn from_pem(pem: &str) -> Result<Self> {
        let block = Pem::iter_from_buffer(pem.as_bytes()).next().ok_or_else(|| failed("no PEM block"))?;
        Self::from_pkcs8(&block.map_err(failed)?.contents)
    }

    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The public half as X.509 writes it.
    pub fn public_der(&self) -> Result<Vec<u8>> {
        let der: PublicKeyX509Der<'_> = self.pair.public_key().as_der().map_err(failed)?;
        Ok(der.as_ref().to_vec())
    }

    /// Modulus and exponent, as a JWK writes them.
    pub fn jwk_numbers(&self) -> (String, String) {
        let encode = |number: &BigUint| URL_SAFE_NO_PAD.encode(number.to_bytes_be());
        (encode(&self.modulus), encode(&self.public_exponent))
    }

    /// A compact JWS, RS256.
    pub fn sign_jws(&self, header: &Value, claims: &Value) -> Result<String> {
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(header), encode(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).map_err(failed)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// Whether this key signed a text, RS256.
    pub fn has_signed(&self, signed: &str, signature: &[u8]) -> bool {
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key().as_ref());
        public.verify(signed.as_bytes(), signature).is_ok()
    }

    /// PKCS #1 v1.5 with SHA-1, as Play's app signs a purchase. The padding is as long as the modulus leaves room for.
    pub fn sign_sha1(&self, text: &str) -> Vec<u8> {
        let length = self.pair.public_modulus_len();
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
        let end = [&SHA1_INFO, hash.as_ref()].concat();
        let mut padded = vec![0xff; length];
        padded[0] = 0;
        padded[1] = 1;
        let start = length - end.len();
        padded[start - 1] = 0;
        padded[start..].copy_from_slice(&end);
        let signature = BigUint::from_bytes_be(&padded).modpow(&self.private_exponent, &self.modulus).to_bytes_be();
        [vec![0; length - signature.len()], signature].concat()
    }
}

fn failed(cause: impl std::fmt::Display) -> Error {
    Error::internal(format!("simulated RSA key: {cause}"))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY;

    use super::*;

    #[test]
    fn what_it_signs_is_verified_elsewhere() {
        let key = RsaKey::generate().expect("a key");
        let again = RsaKey::from_pkcs8(key.pkcs8()).expect("the key");
        let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, key.pair.public_key().as_ref());
        let signature = again.sign_sha1("{\"orderId\":\"GPA.1\"}");
        assert!(public.verify(b"{\"orderId\":\"GPA.1\"}", &signature).is_ok());
        assert!(public.verify(b"{\"orderId\":\"GPA.2\"}", &signature).is_err());
        let token = key.sign_jws(&serde_json::json!({ "alg": "RS256" }), &serde_json::json!({ "a": 1 })).expect("a token");
        let (signed, signature) = token.rsplit_once('.').expect("three parts");
        let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
        assert!(again.has_signed(signed, &signature) && !again.has_signed("other", &signature));
    }
}
