use super::chains::{ChainSpec, Spec, TestChain};
use super::*;
use crate::model::Environment;

/// A good token signed at a moment.
fn signed_at(chain: &TestChain, at: Timestamp) -> String {
    let mut payload = transaction();
    payload["signedDate"] = at.0.into();
    chain.sign(&payload)
}

async fn verify_at(store: &AppleStore, app: &StoreApp, token: &str, now: Timestamp) -> Result<Purchase, Refusal> {
    verify_json(store, app, &json!({ "signedTransaction": token }), now.into()).await
}

#[tokio::test]
async fn a_known_chain_is_known_to_one_set_of_roots_only() {
    let (chain, other) = (ChainSpec::default().make(), ChainSpec::default().make());
    let (store, token) = (store(), chain.sign(&transaction()));
    let app = app_trusting(&chain.root);
    assert!(verify(&store, &app, &token).await.is_ok());
    assert!(verify(&store, &app, &token).await.is_ok());
    assert_eq!(store.signed_data.chains.count(), 1);
    assert_refused(verify(&store, &app_trusting(&other.root), &token).await, "is not signed by its issuer");
    for environment in [Environment::Live, Environment::Sandbox] {
        let app = StoreApp { environment, accept_sandbox: true, ..app.clone() };
        assert_refused(verify(&store, &app, &token).await, "was not issued by a root this app trusts");
    }
    assert_eq!(verify(&store, &simulated_app(), &token).await.unwrap_err().code, RefusalCode::StoreCredentials);
    let both = StoreApp { trusted_roots: vec![other.root, chain.root.clone()], ..app.clone() };
    assert!(verify(&store, &both, &token).await.is_ok());
    assert_eq!(store.signed_data.chains.count(), 2, "one per set");
}

#[tokio::test]
async fn a_known_chain_does_not_outlive_its_certificates() {
    let (start, end) = (NOW.plus_millis(-Timestamp::DAY), NOW.plus_millis(Timestamp::DAY));
    let at = |moment: Timestamp| time::OffsetDateTime::from_unix_timestamp(moment.0 / Timestamp::SECOND).unwrap();
    let chain = ChainSpec::leaf(|leaf| Spec { not_before: at(start), not_after: at(end), ..leaf }).make();
    let (store, app) = (store(), app_trusting(&chain.root));
    assert!(verify(&store, &app, &signed_at(&chain, NOW)).await.is_ok());
    let cases = [(start.plus_millis(-1), false), (start, true), (end.plus_millis(999), true), (end.plus_millis(1_000), false)];
    for (moment, accepted) in cases {
        let answer = verify(&store, &app, &signed_at(&chain, moment)).await;
        if accepted {
            assert!(answer.is_ok(), "{moment:?}");
        } else {
            assert_refused(answer, "the leaf certificate was not valid when the data was signed");
        }
    }
}

#[tokio::test]
async fn junk_chains_leave_nothing_behind() {
    let (chain, forger) = (ChainSpec::default().make(), ChainSpec::default().make());
    let (store, app) = (store(), app_trusting(&chain.root));
    assert!(verify(&store, &app, &chain.sign(&transaction())).await.is_ok());
    for index in 0..2_000 {
        // Every other one names the true certificates, but the signature is the forger's.
        let mut header = if index % 2 == 0 { chain.header() } else { forger.header() };
        header["kid"] = index.to_string().into();
        let reason = if index % 2 == 0 { "the signature does not match" } else { "is not signed by its issuer" };
        assert_refused(verify(&store, &app, &forger.sign_under(&header, &transaction())).await, reason);
    }
    assert_eq!(store.signed_data.chains.count(), 1);
}

#[tokio::test]
async fn good_chains_are_bounded_too() {
    let chain = ChainSpec::default().make();
    let (store, app) = (store(), app_trusting(&chain.root));
    for index in 0..600 {
        let mut header = chain.header();
        header["kid"] = index.to_string().into();
        verify(&store, &app, &chain.sign_under(&header, &transaction())).await.unwrap();
    }
    let count = store.signed_data.chains.count();
    assert!((1..=256).contains(&count), "{count} kept");
}

#[tokio::test]
async fn a_chain_is_forgotten_after_a_quarter_of_an_hour() {
    let chain = ChainSpec::default().make();
    let (store, app) = (store(), app_trusting(&chain.root));
    let token = chain.sign(&transaction());
    let jws = crate::stores::apple::jws::Jws::split(&token).unwrap();
    let roots = crate::stores::apple::roots::Roots::load(Vec::new()).unwrap();
    let key = crate::stores::apple::cache::Key::new(&jws.digests().0, &roots.of(&app));
    let known = |now| store.signed_data.chains.find(&key, NOW, now).is_some();
    assert!(!known(NOW));
    assert!(verify_at(&store, &app, &token, NOW).await.is_ok());
    let quarter = 15 * Timestamp::MINUTE;
    assert!(known(NOW) && known(NOW.plus_millis(quarter - 1)));
    assert!(!known(NOW.plus_millis(quarter)), "as old as Apple's libraries let it be");
    assert!(!known(NOW.plus_millis(-1)), "a clock set back");
    assert!(verify_at(&store, &app, &token, NOW.plus_millis(quarter)).await.is_ok());
    assert!(known(NOW.plus_millis(2 * quarter - 1)), "validated anew");
}
