use std::sync::Arc;

use serde_json::{Map, Value};

use super::cache::{ChainCache, Key};
use super::chain::Chain;
use super::jws::{Jws, Payload};
use super::roots::TrustSet;
use crate::model::Timestamp;
use crate::stores::Refusal;
use crate::stores::fields::Fields;

/// Verifies what Apple signs: transactions, renewal infos and notifications all come in the same envelope.
pub struct SignedData {
    pub(super) chains: ChainCache,
}

impl SignedData {
    pub fn new() -> Self {
        Self { chains: ChainCache::new() }
    }

    /// The payload of a JWS that was signed under one of the trusted roots, by certificates valid when it was signed.
    pub fn verify(&self, token: &str, trust: &TrustSet<'_>, now: Timestamp) -> Result<Payload, Refusal> {
        let jws = Jws::split(token)?;
        let payload = jws.payload()?;
        check_claims(&payload.members, now)?;
        let at = signed_at(&payload.members)?.unwrap_or(now);
        self.check_signature(&jws, trust, at, now)?;
        Ok(payload)
    }

    /// The same for a notification or what it carries. A date of a form we do not know is as good as none: the certificates
    /// must be valid now.
    pub fn verify_notification(&self, jws: &Jws<'_>, trust: &TrustSet<'_>, now: Timestamp) -> Result<Payload, Refusal> {
        let payload = jws.payload()?;
        check_claims(&payload.members, now)?;
        let at = signed_at(&payload.members).ok().flatten().unwrap_or(now);
        self.check_signature(jws, trust, at, now)?;
        Ok(payload)
    }

    fn check_signature(&self, jws: &Jws<'_>, trust: &TrustSet<'_>, at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
        let (header, signed) = jws.digests();
        let key = Key::new(&header, trust);
        let (chain, is_new) = match self.chains.find(&key, at, now) {
            Some(chain) => (chain, false),
            None => (Arc::new(Chain::validate(&jws.certificates()?, trust, at)?), true),
        };
        let verified = chain.key.verify_digest_sig(&signed, &jws.signature);
        verified.map_err(|_| Refusal::proof("the signature does not match the data"))?;
        if is_new {
            self.chains.keep(key, chain, now);
        }
        Ok(())
    }
}

/// The claims that every JWT library enforces where they stand, in seconds. Apple's data has none of them, so one that has
/// was made for something else.
fn check_claims(payload: &Map<String, Value>, now: Timestamp) -> Result<(), Refusal> {
    let fields = Fields::new("payload", payload);
    let now = now.0.div_euclid(Timestamp::SECOND);
    if fields.integer("exp")?.is_some_and(|end| end <= now) {
        return Err(fields.refuse("exp", "is past"));
    }
    for name in ["nbf", "iat"] {
        if fields.integer(name)?.is_some_and(|start| start > now) {
            return Err(fields.refuse(name, "is yet to come"));
        }
    }
    match fields.find("aud") {
        Some(_) => Err(fields.refuse("aud", "is there: the data is for somebody else")),
        None => Ok(()),
    }
}

/// When Apple says it signed. Devices keep data longer than certificates live, so this, not the present, decides
/// whether the certificates were valid.
fn signed_at(payload: &Map<String, Value>) -> Result<Option<Timestamp>, Refusal> {
    let fields = Fields::new("payload", payload);
    Ok(fields.moment("signedDate")?.or(fields.moment("receiptCreationDate")?))
}
