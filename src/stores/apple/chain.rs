use aws_lc_rs::signature::ParsedPublicKey;
use x509_parser::der_parser::oid;
use x509_parser::der_parser::oid::Oid;

use super::certificate::{Certificate, Fault};
use super::jws::Certificates;
use super::roots::TrustSet;
use crate::model::Timestamp;
use crate::stores::Refusal;

/// What only Apple's signing certificates for App Store receipts carry.
const LEAF_MARKER: Oid<'static> = oid!(1.2.840.113635.100.6.11.1);
/// What only Apple's Worldwide Developer Relations intermediates carry.
const INTERMEDIATE_MARKER: Oid<'static> = oid!(1.2.840.113635.100.6.2.1);

/// A chain that leads to a trusted root: the key it vouches for, and the seconds during which all three certificates hold.
pub struct Chain {
    pub key: ParsedPublicKey,
    not_before: i64,
    not_after: i64,
}

impl Chain {
    /// Validates leaf → intermediate → one of the trusted roots, as OpenSSL does in strict mode, at a moment.
    pub fn validate(certificates: &Certificates, trust: &TrustSet<'_>, at: Timestamp) -> Result<Self, Refusal> {
        let [leaf, intermediate] = certificates;
        let leaf_refused = |fault: Fault| refuse("the leaf certificate", fault);
        let intermediate_refused = |fault: Fault| refuse("the intermediate certificate", fault);
        let leaf = Certificate::parse(leaf).map_err(leaf_refused)?;
        let intermediate = Certificate::parse(intermediate).map_err(intermediate_refused)?;
        check_leaf(&leaf).map_err(leaf_refused)?;
        check_intermediate(&intermediate).map_err(intermediate_refused)?;
        let (not_before, not_after) = find_root(&intermediate, trust, at)?;
        leaf.check_issued_by(&intermediate).map_err(leaf_refused)?;
        let chain = Self {
            key: leaf.signing_key().map_err(leaf_refused)?,
            not_before: not_before.max(leaf.validity().0),
            not_after: not_after.min(leaf.validity().1),
        };
        if chain.covers(at) { Ok(chain) } else { Err(leaf_refused("was not valid when the data was signed")) }
    }

    /// Whether all certificates were valid at a moment.
    pub fn covers(&self, at: Timestamp) -> bool {
        holds_at((self.not_before, self.not_after), at)
    }
}

fn check_leaf(leaf: &Certificate<'_>) -> Result<(), Fault> {
    leaf.check_leaf()?;
    if leaf.is_self_issued() {
        return Err("is its own issuer");
    }
    leaf.has_marker(&LEAF_MARKER).then_some(()).ok_or("lacks the App Store's marker")
}

fn check_intermediate(intermediate: &Certificate<'_>) -> Result<(), Fault> {
    intermediate.check_ca(0)?;
    if intermediate.is_self_issued() {
        return Err("is its own issuer");
    }
    intermediate.has_marker(&INTERMEDIATE_MARKER).then_some(()).ok_or("lacks the App Store's marker")
}

/// The seconds during which the intermediate and a trusted root that issued it both hold. There may be several roots of
/// one name, renewed or simulated: any that fits will do, and the last fault tells why none did.
fn find_root(intermediate: &Certificate<'_>, trust: &TrustSet<'_>, at: Timestamp) -> Result<(i64, i64), Refusal> {
    let mut last_fault = "was not issued by a root this app trusts";
    for root in trust.parse()?.iter().filter(|root| intermediate.names_issuer(root)) {
        match check_root(intermediate, root, at) {
            Ok(window) => return Ok(window),
            Err(fault) => last_fault = fault,
        }
    }
    Err(refuse("the intermediate certificate", last_fault))
}

fn check_root(intermediate: &Certificate<'_>, root: &Certificate<'_>, at: Timestamp) -> Result<(i64, i64), Fault> {
    root.check_ca(1)?;
    let (own, above) = (intermediate.validity(), root.validity());
    let window = (own.0.max(above.0), own.1.min(above.1));
    if !holds_at(window, at) {
        return Err("was not valid, or its root was not, when the data was signed");
    }
    intermediate.check_issued_by(root)?;
    Ok(window)
}

/// Certificates count whole seconds, the last one included.
fn holds_at((not_before, not_after): (i64, i64), at: Timestamp) -> bool {
    (not_before..=not_after).contains(&at.0.div_euclid(Timestamp::SECOND))
}

fn refuse(which: &str, fault: Fault) -> Refusal {
    Refusal::proof(format!("{which} {fault}"))
}
