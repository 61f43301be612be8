use super::*;
use crate::stores::simulator::Authority;

const RECEIPT: &str = include_str!("../vectors/library/legacyTransaction");
const EMPTY_RECEIPT: &str = include_str!("../vectors/library/xcode-app-receipt-empty");

fn app(setting: &str) -> StoreApp {
    let mut app = app_with_key(Environment::Simulator);
    app.settings.insert("legacy_receipts".into(), setting.into());
    app
}

/// A store with a history of two pages, newest change first.
async fn store_with_history(authority: &Authority) -> (AppleStore, FakeStore) {
    let sign = |id: &str, product: &str, bought: i64, is_revoked: bool| {
        let mut payload = transaction();
        payload["transactionId"] = id.into();
        payload["productId"] = product.into();
        payload["purchaseDate"] = (NOW.0 + bought).into();
        if is_revoked {
            payload["revocationDate"] = NOW.0.into();
        }
        authority.sign_jws(&payload).unwrap()
    };
    let first = [sign("3", "gem_500", 3, true), sign("1", "gem_100", 1, true)];
    let second = [sign("2", "gem_100", 2, false)];
    let pages = [(first.to_vec(), true), (second.to_vec(), false)];
    let fake = FakeStore::start(move |seen, _| {
        let (tokens, has_more) = &pages[usize::from(seen.path.contains("revision=r1"))];
        Reply::Json(200, json!({ "revision": "r1", "hasMore": has_more, "signedTransactions": tokens }))
    })
    .await;
    (AppleStore::new(vec![authority.root_der().to_vec()], hosts(&fake), QUICK).unwrap(), fake)
}

#[tokio::test]
async fn a_receipt_leads_to_the_newest_purchase_that_is_meant() {
    let authority = Authority::generate(NOW).unwrap();
    let (store, fake) = store_with_history(&authority).await;
    for (proof, order_id) in [
        (json!({ "receipt": RECEIPT }), "2"),
        (json!({ "receipt": RECEIPT, "productId": "gem_100" }), "2"),
        (json!({ "receipt": RECEIPT, "productId": "gem_500" }), "3"),
        (json!({ "receipt": RECEIPT, "transactionId": "1" }), "1"),
    ] {
        let purchase = store.verify(&app("YES"), &proof, NOW.into()).await.unwrap();
        assert_eq!(purchase.order_id, order_id, "{proof}");
        assert_eq!(purchase.revoked_at.is_some(), order_id != "2");
    }
    let paths = fake.paths();
    assert_eq!(paths[0], "/simulator/inApps/v2/history/33993399?sort=DESCENDING");
    assert_eq!(paths[1], "/simulator/inApps/v2/history/33993399?revision=r1&sort=DESCENDING");
    assert!(paths[2].ends_with("sort=DESCENDING&productId=gem_100"));
}

#[tokio::test]
async fn a_receipt_is_taken_only_where_the_app_says_so() {
    let authority = Authority::generate(NOW).unwrap();
    let (store, fake) = store_with_history(&authority).await;
    let whole = json!({ "receipt": RECEIPT });
    for (setting, proof, reason) in [
        ("NO", whole.clone(), "legacy_receipts is off"),
        ("", whole, "legacy_receipts is off"),
        ("YES", json!({ "receipt": "" }), "proof.receipt is missing"),
        ("YES", json!({ "receipt": 7 }), "proof.receipt must be text"),
        ("YES", json!({ "receipt": "bm90aGluZw==" }), "neither an app receipt nor a transaction receipt"),
        ("YES", json!({ "receipt": EMPTY_RECEIPT }), "names no purchase"),
    ] {
        assert_refused(store.verify(&app(setting), &proof, NOW.into()).await, reason);
    }
    assert!(fake.seen().is_empty());
    let strange = json!({ "receipt": RECEIPT, "productId": "gem_9" });
    assert_refused(store.verify(&app("YES"), &strange, NOW.into()).await, "leads to no such purchase");
}
