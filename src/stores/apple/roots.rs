use aws_lc_rs::digest::{self, Context, SHA256, SHA256_OUTPUT_LEN};

use super::certificate::{Certificate, Fault};
use crate::error::Error;
use crate::model::{Environment, RefusalCode};
use crate::stores::{Refusal, StoreApp};

/// Apple Root CA - G3, 2014 to 2039: the one anchor of LIVE and SANDBOX.
const APPLE_ROOT_CA_G3: &[u8] = include_bytes!("AppleRootCA-G3.cer");
/// The fingerprint Apple publishes for it.
const APPLE_ROOT_CA_G3_SHA256: [u8; SHA256_OUTPUT_LEN] = [
    0x63, 0x34, 0x3A, 0xBF, 0xB8, 0x9A, 0x6A, 0x03, 0xEB, 0xB5, 0x7E, 0x9B, 0x3F, 0x5F, 0xA7, 0xBE, //
    0x7C, 0x4F, 0x5C, 0x75, 0x6F, 0x30, 0x17, 0xB3, 0xA8, 0xC4, 0x88, 0xC3, 0x65, 0x3E, 0x91, 0x79,
];
const ROOTS_MAX: usize = 16;

/// The trust anchors of this server, and which apps may use which.
pub struct Roots {
    simulator: Vec<Vec<u8>>,
    apple_id: [u8; SHA256_OUTPUT_LEN],
    /// Of the simulator's alone.
    simulator_id: [u8; SHA256_OUTPUT_LEN],
}

impl Roots {
    /// Fails when Apple's root is not the one we know, or a simulator root is unusable.
    pub fn load(simulator: Vec<Vec<u8>>) -> Result<Self, Error> {
        if digest::digest(&SHA256, APPLE_ROOT_CA_G3).as_ref() != APPLE_ROOT_CA_G3_SHA256 {
            return Err(Error::internal("the embedded Apple root certificate is damaged"));
        }
        for root in &simulator {
            check_root(root).map_err(|fault| Error::internal(format!("a simulator root {fault}")))?;
        }
        let simulator_id = name_set("simulator", &Vec::from_iter(simulator.iter().map(Vec::as_slice)));
        Ok(Self { simulator, apple_id: name_set("apple", &[APPLE_ROOT_CA_G3]), simulator_id })
    }

    /// LIVE and SANDBOX apps trust Apple and nobody else; SIMULATOR apps trust the simulator and their own roots, never Apple.
    pub fn of<'a>(&'a self, app: &'a StoreApp) -> TrustSet<'a> {
        match app.environment {
            Environment::Live | Environment::Sandbox => TrustSet { id: self.apple_id, anchors: Anchors::Apple },
            Environment::Simulator => {
                let roots: Vec<&[u8]> = self.simulator.iter().chain(&app.trusted_roots).map(Vec::as_slice).collect();
                let id = if app.trusted_roots.is_empty() { self.simulator_id } else { name_set("simulator", &roots) };
                TrustSet { id, anchors: Anchors::Simulator(roots) }
            }
        }
    }
}

/// The anchors one app trusts, with a name no other set has.
pub struct TrustSet<'a> {
    pub id: [u8; SHA256_OUTPUT_LEN],
    anchors: Anchors<'a>,
}

enum Anchors<'a> {
    Apple,
    Simulator(Vec<&'a [u8]>),
}

impl TrustSet<'_> {
    /// The anchors, parsed. Fails for settings that can't work, which says nothing against the proof.
    pub fn parse(&self) -> Result<Vec<Certificate<'_>>, Refusal> {
        let roots = match &self.anchors {
            Anchors::Apple => Certificate::parse(APPLE_ROOT_CA_G3).map(|root| vec![root]),
            Anchors::Simulator(roots) if roots.is_empty() => {
                return Err(misconfigured("this SIMULATOR app has no trusted root: switch the simulator on or add one"));
            }
            Anchors::Simulator(roots) if roots.len() > ROOTS_MAX => {
                return Err(misconfigured("this app has too many trusted roots"));
            }
            Anchors::Simulator(roots) => roots.iter().map(|root| parse_root(root)).collect(),
        };
        roots.map_err(|fault| misconfigured(format!("a trusted root {fault}")))
    }
}

/// Whether a certificate in DER may serve as a trusted root of a SIMULATOR app; says what is wrong with it.
pub fn check_root(der: &[u8]) -> Result<(), &'static str> {
    parse_root(der).map(drop)
}

fn parse_root(der: &[u8]) -> Result<Certificate<'_>, Fault> {
    let root = Certificate::parse(der)?;
    root.check_ca(1)?;
    if !root.is_self_issued() {
        return Err("is not a root: somebody else issued it");
    }
    if root.key_bits() == Certificate::parse(APPLE_ROOT_CA_G3)?.key_bits() {
        return Err("is Apple's own, which a simulator has no use for");
    }
    Ok(root)
}

/// A name for a set of roots: equal for equal sets only, and never across kinds.
fn name_set(kind: &str, roots: &[&[u8]]) -> [u8; SHA256_OUTPUT_LEN] {
    let mut context = Context::new(&SHA256);
    context.update(kind.as_bytes());
    for root in roots {
        context.update(&(root.len() as u64).to_be_bytes());
        context.update(root);
    }
    let mut id = [0; SHA256_OUTPUT_LEN];
    id.copy_from_slice(context.finish().as_ref());
    id
}

fn misconfigured(reason: impl Into<String>) -> Refusal {
    Refusal::new(RefusalCode::StoreCredentials, reason)
}
