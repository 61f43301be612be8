use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaSigningAlgorithm,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::PKCS_ECDSA_P384_SHA384;

use super::chains::{ChainSpec, Spec, TestChain};
use super::*;

const ES256: &EcdsaSigningAlgorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;

/// A store that has already taken a good token of this chain, so that nothing is refused for the wrong reason, and
/// nothing slips by because the chain is known.
async fn trusting_store(chain: &TestChain) -> (AppleStore, StoreApp) {
    let (store, app) = (store(), app_trusting(&chain.root));
    verify(&store, &app, &chain.sign(&transaction())).await.unwrap();
    (store, app)
}

async fn assert_all_refused(chain: &TestChain, cases: Vec<(String, &str)>) {
    let (store, app) = trusting_store(chain).await;
    for (token, reason) in cases {
        assert_refused(verify(&store, &app, &token).await, reason);
    }
}

/// The token with one of its three parts changed.
fn with_part(token: &str, index: usize, change: impl Fn(&str) -> String) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    parts[index] = change(&parts[index]);
    parts.join(".")
}

#[tokio::test]
async fn only_es256_is_an_algorithm() {
    let chain = ChainSpec::default().make();
    let x5c = json!(chain.x5c()).to_string();
    let payload = transaction().to_string();
    let cases = [
        (format!(r#"{{"alg":"none","x5c":{x5c}}}"#), r#"signed with "none", not ES256"#),
        (format!(r#"{{"alg":"HS256","x5c":{x5c}}}"#), r#"signed with "HS256", not ES256"#),
        (format!(r#"{{"alg":"RS256","x5c":{x5c}}}"#), r#"signed with "RS256", not ES256"#),
        (format!(r#"{{"alg":"ES384","x5c":{x5c}}}"#), r#"signed with "ES384", not ES256"#),
        (format!(r#"{{"alg":"es256","x5c":{x5c}}}"#), r#"signed with "es256", not ES256"#),
        (format!(r#"{{"alg":"","x5c":{x5c}}}"#), r#"signed with "", not ES256"#),
        (format!(r#"{{"x5c":{x5c}}}"#), "its header has no alg"),
        (format!(r#"{{"alg":null,"x5c":{x5c}}}"#), "its header: invalid type: null"),
        (format!(r#"{{"alg":["ES256"],"x5c":{x5c}}}"#), "its header: invalid type: sequence"),
        (format!(r#"{{"alg":"ES256","crit":["exp"],"x5c":{x5c}}}"#), "crit demands what we do not know"),
        (format!(r#"{{"alg":"ES256","crit":[],"x5c":{x5c}}}"#), "crit demands what we do not know"),
        (format!(r#"{{"alg":"none","alg":"ES256","x5c":{x5c}}}"#), "a member stands twice"),
        (format!(r#"{{"alg":"ES256","x5c":[],"x5c":{x5c}}}"#), "a member stands twice"),
        (format!(r#"{{"alg":"ES256","kid":"a","kid":"a","x5c":{x5c}}}"#), "a member stands twice"),
        (format!(r#"{{"alg":"ES256","x5c":{x5c}}} {{}}"#), "its header: trailing characters"),
        (r#"{"alg":"ES256"}"#.into(), "its header has no x5c"),
        (r#"{"alg":"ES256","x5c":"MIIB"}"#.into(), "its header: invalid type: string"),
        ("[]".into(), "its header: invalid type: sequence, expected an object"),
        (String::new(), "its header: EOF"),
    ];
    let sign = |(header, reason): (String, _)| (chain.sign_text(&header, &payload, ES256), reason);
    assert_all_refused(&chain, cases.into_iter().map(sign).collect()).await;

    let members: serde_json::Map<_, _> = (0..40).map(|index| (format!("x{index}"), json!(index))).collect();
    let crowded = chain.sign_under(&json!(members), &transaction());
    assert_all_refused(&chain, vec![(crowded, "too many members")]).await;
}

#[tokio::test]
async fn header_members_apple_may_add_do_no_harm() {
    let chain = ChainSpec::default().make();
    let mut header = chain.header();
    header["kid"] = "any".into();
    header["typ"] = "JWT".into();
    let (store, app) = trusting_store(&chain).await;
    assert!(verify(&store, &app, &chain.sign_under(&header, &transaction())).await.is_ok());
}

#[tokio::test]
async fn es384_is_refused_even_with_a_fitting_key() {
    let spec = ChainSpec::leaf(|leaf| Spec { algorithm: &PKCS_ECDSA_P384_SHA384, ..leaf });
    let chain = spec.make();
    let header = json!({ "alg": "ES384", "x5c": chain.x5c() });
    let token = chain.sign_text(&header.to_string(), &transaction().to_string(), &ECDSA_P384_SHA384_FIXED_SIGNING);
    assert_refused(verify(&store(), &app_trusting(&chain.root), &token).await, "the signature is not 64 bytes of r and s");
}

#[tokio::test]
async fn a_token_is_three_whole_parts() {
    let chain = ChainSpec::default().make();
    let good = chain.sign(&transaction());
    let parts: Vec<&str> = good.split('.').collect();
    let long = json!({ "transactionId": "1", "filler": "x".repeat(32 * 1024) });
    let mut cases = vec![
        (parts[0].to_owned(), "three parts"),
        (parts[..2].join("."), "three parts"),
        (format!("{good}."), "three parts"),
        (format!("{good}.{}", parts[2]), "three parts"),
        (good[..good.len() - 1].to_owned(), "its signature is not base64url"),
        (good[..good.len() - 2].to_owned(), "the signature is not 64 bytes of r and s"),
        (with_part(&good, 2, |_| String::new()), "the signature is not 64 bytes of r and s"),
        (with_part(&good, 2, |part| format!("{part}==")), "its signature is not base64url"),
        (with_part(&good, 1, |part| format!("{part}=")), "its payload is not base64url"),
        (chain.sign(&long), "longer than 32 KiB"),
        (format!(" {good}"), "its header is not base64url"),
        (format!("{good}\n"), "its signature is not base64url"),
    ];
    for bad in ["+", "/", "=", " ", "\n", "é", "\0"] {
        cases.push((with_part(&good, 1, |part| format!("{bad}{}", &part[1..])), "its payload is not base64url"));
        cases.push((with_part(&good, 2, |part| format!("{bad}{}", &part[1..])), "its signature is not base64url"));
        cases.push((with_part(&good, 0, |part| format!("{bad}{}", &part[1..])), "its header is not base64url"));
    }
    // The last letter of a signature has four bits to spare; only zeros are its canonical form.
    let spare = |part: &str| {
        let last = part.as_bytes()[part.len() - 1];
        format!("{}{}", &part[..part.len() - 1], char::from(last + 1))
    };
    cases.push((with_part(&good, 2, spare), "its signature is not base64url"));
    assert_all_refused(&chain, cases).await;
}

#[tokio::test]
async fn no_bit_of_the_signature_may_differ() {
    let chain = ChainSpec::default().make();
    let good = chain.sign(&transaction());
    let signature = URL_SAFE_NO_PAD.decode(good.rsplit('.').next().unwrap()).unwrap();
    let with_signature = |bytes: &[u8]| with_part(&good, 2, |_| URL_SAFE_NO_PAD.encode(bytes));
    let mut cases = vec![
        (with_signature(&[0; 64]), "does not match"),
        (with_signature(&[0xFF; 64]), "does not match"),
        (with_signature(&[&signature[32..], &signature[..32]].concat()), "does not match"),
    ];
    for bit in 0..512 {
        let mut bytes = signature.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        cases.push((with_signature(&bytes), "the signature does not match the data"));
    }
    let der = chain.sign_text(&chain.header().to_string(), &transaction().to_string(), &ECDSA_P256_SHA256_ASN1_SIGNING);
    cases.push((der, "the signature is not 64 bytes of r and s"));
    assert_all_refused(&chain, cases).await;
}

#[tokio::test]
async fn a_good_signature_covers_header_and_payload() {
    let chain = ChainSpec::default().make();
    let good = chain.sign(&transaction());
    let altered = |name: &str, value: Value| {
        let mut payload = transaction();
        payload[name] = value;
        with_part(&good, 1, |_| URL_SAFE_NO_PAD.encode(payload.to_string()))
    };
    let header = chain.header();
    let mut own_key = header.clone();
    let forger = ChainSpec::default().make();
    own_key["jwk"] = json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" });
    let reason = "the signature does not match the data";
    let cases = vec![
        (altered("productId", json!("gem_1000")), reason),
        (altered("transactionId", json!("2000000000000002")), reason),
        (altered("quantity", json!(100)), reason),
        (with_part(&good, 1, |_| URL_SAFE_NO_PAD.encode(format!("{} ", transaction()))), reason),
        (with_part(&good, 0, |_| URL_SAFE_NO_PAD.encode(format!("{header} "))), reason),
        (forger.sign_under(&header, &transaction()), reason),
        (forger.sign_under(&own_key, &transaction()), reason),
    ];
    assert_all_refused(&chain, cases).await;
}

#[tokio::test]
async fn a_payload_is_an_object_with_dates_that_are_dates() {
    let chain = ChainSpec::default().make();
    let header = chain.header().to_string();
    let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(200), "]".repeat(200));
    let no_object = "its payload is not a JSON object";
    let date = "must be milliseconds since 1970";
    let cases = [
        ("", no_object),
        ("[]", no_object),
        ("\"text\"", no_object),
        ("7", no_object),
        ("null", no_object),
        ("{", no_object),
        ("{} {}", no_object),
        ("{\"a\":NaN}", no_object),
        (&deep, no_object),
        (r#"{"signedDate":"2026-01-01"}"#, date),
        (r#"{"signedDate":1e30}"#, date),
        (r#"{"signedDate":[1767225605000]}"#, date),
        ("{}", "transaction.bundleId is missing"),
    ];
    let sign = |(payload, reason): (&str, _)| (chain.sign_text(&header, payload, ES256), reason);
    assert_all_refused(&chain, cases.into_iter().map(sign).collect()).await;
}

#[tokio::test]
async fn the_proof_names_its_token() {
    let cases = [
        (json!({}), "proof.signedTransaction is missing"),
        (json!({ "signedTransaction": null }), "proof.signedTransaction is missing"),
        (json!({ "signedTransaction": "" }), "proof.signedTransaction is missing"),
        (json!({ "signedTransaction": 7 }), "proof.signedTransaction must be text"),
        (json!({ "SignedTransaction": "a.b.c" }), "proof.signedTransaction is missing"),
        (json!([]), "proof must be an object"),
        (json!("a.b.c"), "proof must be an object"),
        (json!(null), "proof must be an object"),
        (json!({ "transactionId": "2000000000000001", "signedTransaction": "a" }), "three parts"),
    ];
    for (proof, reason) in cases {
        assert_refused(verify_json(&store(), &simulated_app(), &proof, NOW.into()).await, reason);
    }
    let refusal =
        verify_json(&store(), &simulated_app(), &json!({ "transactionId": "2000000000000001" }), NOW.into()).await.unwrap_err();
    assert_eq!(refusal.code, RefusalCode::StoreCredentials);
    assert_eq!(refusal.reason, "this app's private_key is not set");
}

#[tokio::test]
async fn claims_of_other_tokens_are_enforced() {
    let chain = ChainSpec::default().make();
    let (store, app) = trusting_store(&chain).await;
    let now = NOW.0 / 1_000;
    let cases = [
        ("exp", json!(now), Some("payload.exp is past")),
        ("exp", json!("never"), Some("payload.exp must be a whole number")),
        ("exp", json!(now + 1), None),
        ("nbf", json!(now + 1), Some("payload.nbf is yet to come")),
        ("nbf", json!(now), None),
        ("iat", json!(now + 1), Some("payload.iat is yet to come")),
        ("aud", json!("appstoreconnect-v1"), Some("payload.aud is there")),
        ("aud", Value::Null, None),
    ];
    for (name, value, reason) in cases {
        let mut payload = transaction();
        payload[name] = value;
        let answer = verify(&store, &app, &chain.sign(&payload)).await;
        match reason {
            Some(reason) => assert_refused(answer, reason),
            None => assert!(answer.is_ok(), "{name}: {answer:?}"),
        }
    }
}
