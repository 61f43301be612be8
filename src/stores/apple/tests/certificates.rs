use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384};
use time::macros::datetime;

use super::chains::*;
use super::*;
use crate::stores::apple::chain::Chain;
use crate::stores::apple::roots::Roots;

const NAME_CONSTRAINTS: &[u64] = &[2, 5, 29, 30];
const PRIVATE: &[u64] = &[1, 3, 6, 1, 4, 1, 99_999, 1];
const NULL: &[u8] = &[5, 0];

/// The reason of a refusal, and the change to a good certificate that earns it.
type Case = (&'static str, fn(Spec) -> Spec);

/// What becomes of a good transaction under a made chain whose root the app trusts.
async fn answer(spec: &ChainSpec) -> Result<Purchase, Refusal> {
    let chain = spec.make();
    verify(&store(), &app_trusting(&chain.root), &chain.sign(&transaction())).await
}

/// The same, with x5c written by the test.
async fn answer_with(chain: &TestChain, x5c: Value) -> Result<Purchase, Refusal> {
    let token = chain.sign_under(&json!({ "alg": "ES256", "x5c": x5c }), &transaction());
    verify(&store(), &app_trusting(&chain.root), &token).await
}

#[tokio::test]
async fn a_chain_of_the_right_names_needs_the_trusted_key() {
    let (trusted, forger) = (ChainSpec::default().make(), ChainSpec::default().make());
    let app = app_trusting(&trusted.root);
    let forged = async |x5c: [&[u8]; 3]| {
        let x5c = x5c.map(|der| STANDARD.encode(der));
        let token = forger.sign_under(&json!({ "alg": "ES256", "x5c": x5c }), &transaction());
        verify(&store(), &app, &token).await
    };
    let unsigned = "the intermediate certificate is not signed by its issuer";
    assert_refused(forged([&forger.leaf, &forger.intermediate, &forger.root]).await, unsigned);
    assert_refused(forged([&forger.leaf, &forger.intermediate, &trusted.root]).await, unsigned);
    let reason = "the leaf certificate is not signed by its issuer";
    assert_refused(forged([&forger.leaf, &trusted.intermediate, &trusted.root]).await, reason);
    let reason = "the signature does not match the data";
    assert_refused(forged([&trusted.leaf, &trusted.intermediate, &trusted.root]).await, reason);
    let other = ChainSpec::root(|root| Spec { name: "Other Root", ..root }).make();
    let token = other.sign(&transaction());
    assert_refused(verify(&store(), &app, &token).await, "the intermediate certificate was not issued by a root this app trusts");
}

#[tokio::test]
async fn x5c_holds_three_clean_certificates() {
    let chain = ChainSpec::default().make();
    let [leaf, intermediate, root] = <[String; 3]>::try_from(chain.x5c()).unwrap();
    let trailing = |der: &[u8]| STANDARD.encode([der, &[0]].concat());
    let broken = |text: &str, mark: &str| format!("{}{mark}{}", &text[..64], &text[64..]);
    let cases = [
        (json!([]), "x5c must hold three certificates (Xcode's own hold one), not 0"),
        (json!([leaf]), "x5c must hold three certificates (Xcode's own hold one), not 1"),
        (json!([leaf, intermediate]), "x5c must hold three certificates (Xcode's own hold one), not 2"),
        (json!([leaf, intermediate, root, root]), "x5c must hold three certificates (Xcode's own hold one), not 4"),
        (json!([leaf, intermediate, null]), "its header: invalid type: null"),
        (json!([broken(&leaf, "\n"), intermediate, root]), "x5c[0] is not plain base64"),
        (json!([leaf, broken(&intermediate, "\r\n"), root]), "x5c[1] is not plain base64"),
        (json!([format!("{leaf}\n"), intermediate, root]), "x5c[0] is not plain base64"),
        (json!([format!(" {leaf}"), intermediate, root]), "x5c[0] is not plain base64"),
        (json!([leaf.replace(['+', '/', 'A'], "-"), intermediate, root]), "x5c[0] is not plain base64"),
        (json!([trailing(&chain.leaf), intermediate, root]), "the leaf certificate has data after its end"),
        (json!([leaf, trailing(&chain.intermediate), root]), "the intermediate certificate has data after its end"),
        (json!([leaf, root, root]), "the intermediate certificate is its own issuer"),
        (json!([intermediate, root, root]), "the leaf certificate is a CA"),
        (json!([leaf, leaf, root]), "the intermediate certificate is not a CA"),
        (json!([root, intermediate, leaf]), "the leaf certificate is a CA"),
    ];
    for (x5c, reason) in cases {
        assert_refused(answer_with(&chain, x5c).await, reason);
    }
    let foreign = STANDARD.encode(ChainSpec::default().make().root);
    for third in [foreign.as_str(), "AAAA", "!", ""] {
        assert!(answer_with(&chain, json!([leaf, intermediate, third])).await.is_ok(), "the third is never read");
    }
}

#[tokio::test]
async fn a_self_signed_leaf_vouches_for_nobody() {
    let chain = ChainSpec::leaf(|leaf| Spec { name: "Test Intermediate", ..leaf }).make();
    let answer = verify(&store(), &app_trusting(&chain.root), &chain.sign(&transaction())).await;
    assert_refused(answer, "the leaf certificate is its own issuer");
    let chain = ChainSpec::intermediate(|intermediate| Spec { name: "Test Root", ..intermediate }).make();
    let answer = verify(&store(), &app_trusting(&chain.root), &chain.sign(&transaction())).await;
    assert_refused(answer, "the intermediate certificate is its own issuer");
}

/// The payload is signed and looked at on 2026-01-01, 00:00:05, unless the case says otherwise.
#[tokio::test]
async fn certificates_count_when_the_data_was_signed() {
    let (past, present, future) =
        (datetime!(2025-12-31 0:00 UTC), datetime!(2026-01-01 0:00:05 UTC), datetime!(2026-01-02 0:00 UTC));
    let ended = |spec: Spec| Spec { not_after: past, ..spec };
    let unborn = |spec: Spec| Spec { not_before: future, ..spec };
    let above = "the intermediate certificate was not valid, or its root was not, when the data was signed";
    let leaf = "the leaf certificate was not valid when the data was signed";
    let cases = [
        (ChainSpec::leaf(ended), leaf),
        (ChainSpec::leaf(unborn), leaf),
        (ChainSpec::intermediate(ended), above),
        (ChainSpec::intermediate(unborn), above),
        (ChainSpec::root(ended), above),
        (ChainSpec::root(unborn), above),
    ];
    for (spec, reason) in cases {
        assert_refused(answer(&spec).await, reason);
    }
    assert!(answer(&ChainSpec::leaf(|leaf| Spec { not_after: present, ..leaf })).await.is_ok(), "the last second");
    assert!(answer(&ChainSpec::leaf(|leaf| Spec { not_before: present, ..leaf })).await.is_ok(), "the first second");

    let all_ended = ChainSpec::default();
    let all_ended =
        ChainSpec { root: ended(all_ended.root), intermediate: ended(all_ended.intermediate), leaf: ended(all_ended.leaf) };
    let chain = all_ended.make();
    let mut payload = transaction();
    payload["signedDate"] = NOW.plus_millis(-30 * Timestamp::DAY).0.into();
    let app = app_trusting(&chain.root);
    assert!(verify(&store(), &app, &chain.sign(&payload)).await.is_ok(), "old devices keep old data");
    payload["signedDate"] = Value::Null;
    assert_refused(verify(&store(), &app, &chain.sign(&payload)).await, above);
    payload["receiptCreationDate"] = NOW.plus_millis(-30 * Timestamp::DAY).0.into();
    assert!(verify(&store(), &app, &chain.sign(&payload)).await.is_ok(), "an app transaction's date");
}

#[tokio::test]
async fn leaves_that_apple_would_not_issue_are_refused() {
    let cases: &[Case] = &[
        ("lacks the App Store's marker", |leaf| leaf.without(LEAF_MARKER)),
        ("lacks the App Store's marker", |leaf| leaf.without(LEAF_MARKER).and(INTERMEDIATE_MARKER, false, NULL)),
        ("has a critical extension that is not known", |leaf| leaf.instead(LEAF_MARKER, true, NULL)),
        ("has a critical extension that is not known", |leaf| leaf.and(PRIVATE, true, NULL)),
        ("has a critical extension that is not known", |leaf| leaf.and(NAME_CONSTRAINTS, true, &[0x30, 0])),
        ("has no authority key identifier", |leaf| leaf.without(AUTHORITY_KEY_ID)),
        ("has no authority key identifier", |leaf| leaf.instead(AUTHORITY_KEY_ID, false, &[0x30, 0])),
        ("was issued with another key of that name", |leaf| leaf.instead(AUTHORITY_KEY_ID, false, &authority_key_id(9))),
        ("is a CA", |leaf| leaf.instead(BASIC_CONSTRAINTS, true, CA)),
        ("has basicConstraints that are not critical", |leaf| leaf.instead(BASIC_CONSTRAINTS, false, CA)),
        ("is not for signing data: keyUsage", |leaf| leaf.instead(KEY_USAGE, true, SIGNS_CERTIFICATES)),
        ("is not for signing data: keyUsage", |leaf| leaf.instead(KEY_USAGE, true, &[0x03, 0x02, 0x05, 0x20])),
        ("is not for signing data: keyUsage", |leaf| leaf.instead(KEY_USAGE, true, &[0x03, 0x02, 0x02, 0x84])),
        ("has an extension twice", |leaf| leaf.and(PRIVATE, false, NULL).and(PRIVATE, false, NULL)),
        ("has an extension twice", |leaf| leaf.and(BASIC_CONSTRAINTS, true, NOT_CA)),
    ];
    for &(reason, change) in cases {
        assert_refused(answer(&ChainSpec::leaf(change)).await, &format!("the leaf certificate {reason}"));
    }
}

#[tokio::test]
async fn intermediates_that_apple_would_not_issue_are_refused() {
    let no_sign = "may not sign certificates: keyUsage lacks keyCertSign";
    let cases: &[Case] = &[
        ("lacks the App Store's marker", |ca| ca.without(INTERMEDIATE_MARKER)),
        ("lacks the App Store's marker", |ca| ca.without(INTERMEDIATE_MARKER).and(LEAF_MARKER, false, NULL)),
        ("has a critical extension that is not known", |ca| ca.instead(INTERMEDIATE_MARKER, true, NULL)),
        ("has a critical extension that is not known", |ca| ca.and(PRIVATE, true, NULL)),
        ("has no authority key identifier", |ca| ca.without(AUTHORITY_KEY_ID)),
        ("was issued with another key of that name", |ca| ca.instead(AUTHORITY_KEY_ID, false, &authority_key_id(9))),
        ("has no subject key identifier", |ca| ca.without(SUBJECT_KEY_ID)),
        ("is not a CA", |ca| ca.without(BASIC_CONSTRAINTS)),
        ("is not a CA", |ca| ca.instead(BASIC_CONSTRAINTS, true, NOT_CA)),
        ("has basicConstraints that are not critical", |ca| ca.instead(BASIC_CONSTRAINTS, false, CA_PATHLEN_0)),
        (no_sign, |ca| ca.without(KEY_USAGE)),
        (no_sign, |ca| ca.instead(KEY_USAGE, true, SIGNS_DATA)),
        ("has an extension twice", |ca| ca.and(BASIC_CONSTRAINTS, true, CA)),
        ("has an extension that cannot be read", |ca| ca.instead(SUBJECT_KEY_ID, false, &[0xFF])),
        ("has an extension that cannot be read", |ca| ca.instead(AUTHORITY_KEY_ID, false, &[0xFF])),
    ];
    for &(reason, change) in cases {
        assert_refused(answer(&ChainSpec::intermediate(change)).await, &format!("the intermediate certificate {reason}"));
    }
}

/// An unfit root is the settings' fault, not the player's.
#[tokio::test]
async fn roots_that_cannot_serve_are_said_to_be_the_settings_fault() {
    let cases: &[Case] = &[
        ("a trusted root has no subject key identifier", |root| root.without(SUBJECT_KEY_ID)),
        ("a trusted root may not sign certificates: keyUsage lacks keyCertSign", |root| root.without(KEY_USAGE)),
        ("a trusted root is not a CA", |root| root.without(BASIC_CONSTRAINTS)),
        ("a trusted root is not a CA", |root| root.instead(BASIC_CONSTRAINTS, true, NOT_CA)),
        ("a trusted root has basicConstraints that are not critical", |root| root.instead(BASIC_CONSTRAINTS, false, CA)),
        ("a trusted root allows no further CA below it", |root| root.instead(BASIC_CONSTRAINTS, true, CA_PATHLEN_0)),
        ("a trusted root has a critical extension that is not known", |root| root.and(NAME_CONSTRAINTS, true, &[0x30, 0])),
        ("a trusted root has an extension twice", |root| root.and(BASIC_CONSTRAINTS, true, CA)),
    ];
    for &(reason, change) in cases {
        let chain = ChainSpec::root(change).make();
        let good = ChainSpec::default().make();
        // x5c[2] is a sound certificate, so that it is the trusted root that is refused.
        let x5c = json!([chain.x5c()[0], chain.x5c()[1], good.x5c()[2]]);
        let refusal = answer_with(&chain, x5c).await.expect_err(reason);
        assert_eq!((refusal.code, refusal.reason.as_str()), (RefusalCode::StoreCredentials, reason));
    }
    let chain = ChainSpec::default().make();
    let app = app_trusting(&chain.intermediate);
    let refusal = verify(&store(), &app, &chain.sign(&transaction())).await.unwrap_err();
    assert_eq!(refusal.code, RefusalCode::StoreCredentials);
}

#[tokio::test]
async fn only_known_curves_sign() {
    let p384 = ChainSpec::leaf(|leaf| Spec { algorithm: &PKCS_ECDSA_P384_SHA384, ..leaf }).make();
    let signer = ChainSpec::default().make();
    let token = signer.sign_under(&p384.header(), &transaction());
    let reason = "the leaf certificate has a key that is not P-256";
    assert_refused(verify(&store(), &app_trusting(&p384.root), &token).await, reason);
    let ed25519 = ChainSpec::intermediate(|ca| Spec { algorithm: &rcgen::PKCS_ED25519, ..ca }).make();
    let reason = "the intermediate certificate has a key that is neither P-256 nor P-384";
    assert_refused(verify(&store(), &app_trusting(&ed25519.root), &ed25519.sign(&transaction())).await, reason);
}

#[tokio::test]
async fn what_apple_leaves_open_is_accepted() {
    let cases: [(&str, ChainSpec); 8] = [
        ("as it comes", ChainSpec::default()),
        ("leaf without subject key id", ChainSpec::leaf(|leaf| leaf.without(SUBJECT_KEY_ID))),
        ("leaf without basicConstraints", ChainSpec::leaf(|leaf| leaf.without(BASIC_CONSTRAINTS))),
        ("leaf without keyUsage", ChainSpec::leaf(|leaf| leaf.without(KEY_USAGE))),
        ("empty marker", ChainSpec::leaf(|leaf| leaf.instead(LEAF_MARKER, false, &[]))),
        ("unknown extension", ChainSpec::leaf(|leaf| leaf.and(PRIVATE, false, NULL))),
        ("no pathlen", ChainSpec::intermediate(|ca| ca.instead(BASIC_CONSTRAINTS, true, CA))),
        (
            "critical extension in the leaf that is known",
            ChainSpec::leaf(|leaf| leaf.instead(KEY_USAGE, true, &[0x03, 0x02, 0x06, 0xC0])),
        ),
    ];
    for (what, spec) in cases {
        assert!(answer(&spec).await.is_ok(), "{what}");
    }
}

#[tokio::test]
async fn p256_serves_all_the_way_up() {
    let p256 = |spec: Spec| Spec { algorithm: &PKCS_ECDSA_P256_SHA256, ..spec };
    let spec = ChainSpec::default();
    let spec = ChainSpec { root: p256(spec.root), intermediate: p256(spec.intermediate), leaf: spec.leaf };
    answer(&spec).await.unwrap();
    // P-256 with SHA-384, as Apple's test chains have it; made with OpenSSL, as rcgen knows the matched pairs only.
    let root = include_bytes!("vectors/p256_sha384/root.der");
    let leaf = include_bytes!("vectors/p256_sha384/leaf.der").to_vec();
    let intermediate = include_bytes!("vectors/p256_sha384/intermediate.der").to_vec();
    let (roots, app) = (Roots::load(Vec::new()).unwrap(), app_trusting(root));
    let at = Timestamp(1_893_456_000_000);
    let validate = |leaf: Vec<u8>, intermediate: Vec<u8>| Chain::validate(&[leaf, intermediate], &roots.of(&app), at);
    assert!(validate(leaf.clone(), intermediate.clone()).is_ok());
    let mut damaged = leaf.clone();
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(
        validate(damaged, intermediate.clone()).err(),
        Some(Refusal::proof("the leaf certificate is not signed by its issuer"))
    );
    let mut damaged = intermediate;
    *damaged.last_mut().unwrap() ^= 1;
    let reason = "the intermediate certificate is not signed by its issuer";
    assert_eq!(validate(leaf, damaged).err(), Some(Refusal::proof(reason)));
}
