use serde_json::json;

use super::*;
use crate::model::{Environment, Money, PurchaseKind, SimulatedPurchase, StoreCode, StoreEnvironment};
use crate::simulator::apple::Authority;
use crate::simulator::apple::payloads::{self, transaction_id};

fn sign_purchase(authority: &Authority, id: &str) -> String {
    let purchase = SimulatedPurchase {
        account_token: Some("0b9a6c1e-3f57-4d0c-9c7a-6f2b1d5e8a40".into()),
        quantity: 2,
        price: Some(Money { price_micros: 8_800_000_000, currency: "KRW".into() }),
        ..SimulatedPurchase::consumable(StoreCode::AppStore, id, "game.example", "gem_100", NOW.plus_millis(-5_000))
    };
    authority.sign_jws(&payloads::transaction(&purchase, NOW)).unwrap()
}

#[tokio::test]
async fn a_minted_purchase_is_accepted_and_read() {
    let authority = Authority::generate(NOW).unwrap();
    let store = store_with(vec![authority.root_der().to_vec()]);
    let id = transaction_id(StoreEnvironment::Sandbox, 7);
    assert!(id.len() == 16 && id.starts_with("2000000"));
    let purchase = verify(&store, &simulated_app(), &sign_purchase(&authority, &id)).await.unwrap();
    assert_eq!((purchase.order_id.as_str(), purchase.original_order_id.as_str()), (id.as_str(), id.as_str()));
    assert_eq!((purchase.product_id.as_str(), purchase.quantity), ("gem_100", 2));
    assert_eq!(purchase.account_token.as_deref(), Some("0b9a6c1e-3f57-4d0c-9c7a-6f2b1d5e8a40"));
    assert_eq!(purchase.environment, Environment::Simulator);
    assert_eq!(purchase.purchased_at, NOW.plus_millis(-5_000));
    assert_eq!((purchase.expires_at, purchase.revoked_at, purchase.pending), (None, None, false));
    assert_eq!(purchase.price, Some(Money { price_micros: 8_800_000_000, currency: "KRW".into() }));
    assert_eq!(purchase.kind, Some(PurchaseKind::Consumable));
    let evidence = purchase.evidence.read();
    assert_eq!((&evidence["storefront"], &evidence["price"]), (&json!("KOR"), &json!(8_800_000)));
}

#[tokio::test]
async fn the_authority_outlives_a_restart() {
    let authority = Authority::generate(NOW).unwrap();
    let again = Authority::from_pem(&authority.to_pem()).unwrap();
    assert_eq!(again.root_pem(), authority.root_pem());
    let store = store_with(vec![authority.root_der().to_vec()]);
    assert!(verify(&store, &simulated_app(), &sign_purchase(&again, "2000000000000001")).await.is_ok());
    let pem = authority.to_pem();
    let half = pem.split_at(pem.rfind("-----BEGIN").unwrap()).0;
    for bad in ["", "junk", half, &authority.root_pem(), &pem.replacen("CERTIFICATE", "PRIVATE KEY", 2)] {
        assert!(Authority::from_pem(bad).is_err());
    }
}

#[tokio::test]
async fn only_simulator_apps_trust_the_simulator() {
    let authority = Authority::generate(NOW).unwrap();
    let store = store_with(vec![authority.root_der().to_vec()]);
    let token = sign_purchase(&authority, "2000000000000001");
    assert!(verify(&store, &simulated_app(), &token).await.is_ok());
    for environment in [Environment::Live, Environment::Sandbox] {
        let app = StoreApp { environment, accept_sandbox: true, ..app_trusting(authority.root_der()) };
        assert_refused(verify(&store, &app, &token).await, "was not issued by a root this app trusts");
    }
    let off = store_with(Vec::new());
    assert_eq!(verify(&off, &simulated_app(), &token).await.unwrap_err().code, RefusalCode::StoreCredentials);
    assert!(verify(&off, &app_trusting(authority.root_der()), &token).await.is_ok(), "its own trusted root");
    let other = Authority::generate(NOW).unwrap();
    let other = store_with(vec![other.root_der().to_vec()]);
    assert_refused(verify(&other, &simulated_app(), &token).await, "issued with another key of that name");
}

#[tokio::test]
async fn a_moved_clock_stays_within_the_certificates() {
    let authority = Authority::generate(NOW).unwrap();
    let store = store_with(vec![authority.root_der().to_vec()]);
    for (years, accepted) in [(-16, false), (-14, true), (29, true), (31, false)] {
        let mut payload = transaction();
        payload["signedDate"] = NOW.plus_millis(years * 365 * Timestamp::DAY).0.into();
        let answer = verify(&store, &simulated_app(), &authority.sign_jws(&payload).unwrap()).await;
        assert_eq!(answer.is_ok(), accepted, "{years} years");
    }
}
