//! The certificates Apple signs with today, and the tokens of Apple's own library. `vectors/apple` and `vectors/library`
//! hold data of app-store-server-library-python (MIT licence, Apple Inc.); nobody but Apple has the keys.

use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::chains::{ChainSpec, TestChain};
use super::*;
use crate::model::Environment;
use crate::stores::apple::chain::Chain;
use crate::stores::apple::roots::Roots;

const LEAF: &[u8] = include_bytes!("vectors/apple/leaf.der");
const INTERMEDIATE: &[u8] = include_bytes!("vectors/apple/intermediate.der");
const ROOT: &[u8] = include_bytes!("../AppleRootCA-G3.cer");
/// 2025-11-01, the moment Apple's own tests use.
const EFFECTIVE: Timestamp = Timestamp(1_761_962_975_000);

/// What x5c holds: leaf, intermediate, and the root that nobody reads.
type Certificates = [Vec<u8>; 3];

fn live_app() -> StoreApp {
    StoreApp { environment: Environment::Live, ..simulated_app() }
}

fn validate(certificates: &Certificates, app: &StoreApp, at: Timestamp) -> Result<Chain, String> {
    let roots = Roots::load(Vec::new()).unwrap();
    let [leaf, intermediate, _] = certificates.clone();
    Chain::validate(&[leaf, intermediate], &roots.of(app), at).map_err(|refusal| refusal.reason)
}

fn real() -> Certificates {
    [LEAF.to_vec(), INTERMEDIATE.to_vec(), ROOT.to_vec()]
}

/// A forger's token that names any certificates, in a payload of the effective date.
fn forged(forger: &TestChain, certificates: &Certificates) -> String {
    let x5c: Vec<String> = certificates.iter().map(|der| STANDARD.encode(der)).collect();
    let mut payload = transaction();
    (payload["signedDate"], payload["environment"]) = (EFFECTIVE.0.into(), "Production".into());
    let header = json!({ "alg": "ES256", "x5c": x5c }).to_string();
    forger.sign_text(&header, &payload.to_string(), &ECDSA_P256_SHA256_FIXED_SIGNING)
}

#[test]
fn apples_chain_leads_to_the_pinned_root() {
    for environment in [Environment::Live, Environment::Sandbox] {
        let app = StoreApp { environment, ..simulated_app() };
        let chain = validate(&real(), &app, EFFECTIVE).unwrap();
        // The leaf's, the shortest: 2025-09-19T19:44:51Z to 2027-10-13T17:47:23Z.
        let window = [(1_758_311_090, false), (1_758_311_091, true), (1_823_449_643, true), (1_823_449_644, false)];
        for (second, covered) in window {
            assert_eq!(chain.covers(Timestamp(second * Timestamp::SECOND)), covered, "{second}");
            assert_eq!(validate(&real(), &app, Timestamp(second * Timestamp::SECOND)).is_ok(), covered, "{second}");
        }
    }
}

#[test]
fn apples_certificates_serve_nobody_else() {
    let refused = |certificates: &Certificates, app: &StoreApp| validate(certificates, app, EFFECTIVE).err().unwrap();
    let [leaf, intermediate, root] = real();
    let live = live_app();
    assert!(refused(&real(), &simulated_app()).contains("has no trusted root"));
    assert!(refused(&real(), &app_trusting(ROOT)).contains("is Apple's own"));
    let own = app_trusting(&ChainSpec::default().make().root);
    assert!(refused(&real(), &own).contains("was not issued by a root this app trusts"));
    let swapped = refused(&[intermediate.clone(), leaf.clone(), root.clone()], &live);
    assert_eq!(swapped, "the leaf certificate is a CA");
    let twice = refused(&[leaf.clone(), leaf.clone(), root.clone()], &live);
    assert_eq!(twice, "the intermediate certificate is not a CA");
    let short = refused(&[leaf, root.clone(), root], &live);
    assert_eq!(short, "the intermediate certificate is its own issuer");
}

#[tokio::test]
async fn apples_certificates_without_apples_key_prove_nothing() {
    let forger = ChainSpec::default().make();
    let (store, live) = (store(), live_app());
    assert_refused(verify(&store, &live, &forged(&forger, &real())).await, "the signature does not match the data");
    // The leaf with the forger's key in the place of Apple's.
    let mut certificates = real();
    let point = forger.leaf_key.public_key_raw();
    let start = LEAF.windows(4).position(|bytes| bytes == [0x03, 0x42, 0x00, 0x04]).unwrap() + 3;
    certificates[0][start..start + point.len()].copy_from_slice(point);
    assert_refused(verify(&store, &live, &forged(&forger, &certificates)).await, "leaf certificate is not signed by its issuer");
    // The forger's own chain, with Apple's true root at its end.
    let certificates = [forger.leaf.clone(), forger.intermediate.clone(), ROOT.to_vec()];
    assert_refused(verify(&store, &live, &forged(&forger, &certificates)).await, "not issued by a root this app trusts");
    // The forger's leaf under Apple's true intermediate.
    let certificates = [forger.leaf.clone(), INTERMEDIATE.to_vec(), ROOT.to_vec()];
    assert_refused(verify(&store, &live, &forged(&forger, &certificates)).await, "leaf certificate was issued by somebody else");
    assert_eq!(store.signed_data.chains.count(), 0);
}

/// Their CAs are not marked critical and carry no key identifiers, so the library's own tests switch strict checks off.
#[tokio::test]
async fn the_librarys_mock_data_fails_strict_checks() {
    let lax = "certificate has basicConstraints that are not critical";
    let tokens = [
        (include_str!("vectors/library/testNotification.jws"), lax),
        (include_str!("vectors/library/transactionInfo.jws"), lax),
        (include_str!("vectors/library/renewalInfo.jws"), lax),
        (include_str!("vectors/library/wrongBundleId.jws"), lax),
        (include_str!("vectors/library/missingX5CHeaderClaim.jws"), "its header has no x5c"),
        (include_str!("vectors/library/xcode.jws"), "Xcode's own hold one"),
    ];
    let root = include_bytes!("vectors/library/testCA.der");
    assert_eq!(crate::stores::check_root(root), Err("has basicConstraints that are not critical"));
    for (token, reason) in tokens {
        for app in [app_trusting(root), live_app()] {
            assert_refused(verify(&store(), &app, token).await, reason);
        }
    }
}
