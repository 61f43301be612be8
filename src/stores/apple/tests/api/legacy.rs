use super::*;
use crate::simulator::apple::Authority;
use crate::stores::apple::receipt::ReceiptItem;
use crate::stores::apple::receipt_text::write_receipt;

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
        let purchase = verify_json(&store, &app("YES"), &proof, NOW.into()).await.unwrap();
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
        assert_refused(verify_json(&store, &app(setting), &proof, NOW.into()).await, reason);
    }
    assert!(fake.seen().is_empty());
    let strange = json!({ "receipt": RECEIPT, "productId": "gem_9" });
    assert_refused(verify_json(&store, &app("YES"), &strange, NOW.into()).await, "leads to no such purchase");
}

/// A receipt of before StoreKit 2 that names these purchases: id, product, when it was bought.
fn receipt(items: &[(&str, &str, i64)]) -> String {
    let item = |(id, product, at): &(&str, &str, i64)| ReceiptItem {
        transaction_id: (*id).into(),
        product_id: Some((*product).into()),
        purchased_at: Some(NOW.plus_millis(*at)),
        ..ReceiptItem::default()
    };
    write_receipt(&items.iter().map(item).collect::<Vec<_>>())
}

/// A store that knows a customer's purchases (id, product, type, when, whether refunded) and no other id.
async fn store_that_knows(authority: &Authority, all: &[(&str, &str, &str, i64, bool)]) -> (AppleStore, FakeStore) {
    let sign = |(id, product, kind, at, is_revoked): &(&str, &str, &str, i64, bool)| {
        let mut payload = transaction();
        payload["transactionId"] = (*id).into();
        payload["productId"] = (*product).into();
        payload["type"] = (*kind).into();
        payload["purchaseDate"] = (NOW.0 + at).into();
        if *is_revoked {
            payload["revocationDate"] = NOW.0.into();
        }
        ((*id).to_owned(), (*product).to_owned(), authority.sign_jws(&payload).unwrap())
    };
    let all: Vec<_> = all.iter().map(sign).collect();
    let fake = FakeStore::start(move |seen, _| {
        let (path, query) = seen.path.split_once('?').unwrap_or((&seen.path, ""));
        let asked = path.rsplit('/').next().unwrap_or_default();
        let Some((_, _, token)) = all.iter().find(|(id, ..)| id == asked) else { return Reply::error(4_040_010) };
        if path.contains("/transactions/") {
            return Reply::Json(200, json!({ "signedTransactionInfo": token }));
        }
        let product = query.split_once("productId=").map(|(_, rest)| rest);
        let meant = all.iter().filter(|(_, own, _)| product.is_none_or(|product| product == own));
        let tokens: Vec<&String> = meant.map(|(.., token)| token).collect();
        Reply::Json(200, json!({ "revision": "r", "hasMore": false, "signedTransactions": tokens }))
    })
    .await;
    (AppleStore::new(vec![authority.root_der().to_vec()], hosts(&fake), QUICK).unwrap(), fake)
}

#[tokio::test]
async fn every_purchase_that_waits_in_a_receipt_is_reachable() {
    let authority = Authority::generate(NOW).unwrap();
    let consumable = "Consumable";
    let all = [
        ("1", "gem_100", consumable, 1, false),
        ("2", "gem_500", consumable, 2, false),
        ("3", "no_ads", "Non-Consumable", 3, false),
        ("4", "gem_100", consumable, 4, false),
        ("5", "gem_900", consumable, 5, true),
        ("99", "gem_100", consumable, 9, false),
    ];
    let (store, _fake) = store_that_knows(&authority, &all).await;
    let whole = receipt(&[("1", "gem_100", 1), ("2", "gem_500", 2), ("3", "no_ads", 3), ("77", "gem_100", 8)]);
    for (proof, order_id) in [
        (json!({ "receipt": whole, "transactionId": "1" }), "1"),
        (json!({ "receipt": whole, "transactionId": "2" }), "2"),
        (json!({ "receipt": whole, "transactionId": "3", "productId": "no_ads" }), "3"),
        (json!({ "receipt": whole, "transactionId": "4" }), "4"),
        (json!({ "receipt": whole, "productId": "gem_500" }), "2"),
        (json!({ "receipt": whole, "productId": "gem_100" }), "1"),
        (json!({ "receipt": whole, "productId": "no_ads" }), "3"),
        (json!({ "receipt": receipt(&[("1", "gem_100", 1)]) }), "1"),
        (
            json!({ "receipt": receipt(&[("3", "no_ads", 3), ("2", "gem_500", 2)]).replace('=', "%3D"), "productId": "gem_500" }),
            "2",
        ),
        (json!({ "receipt": receipt(&[("3", "no_ads", 3), ("4", "gem_100", 4)]) }), "4"),
        (json!({ "receipt": receipt(&[("5", "gem_900", 5), ("3", "no_ads", 3)]) }), "3"),
        (json!({ "receipt": receipt(&[("5", "gem_900", 5)]) }), "5"),
    ] {
        let purchase =
            verify_json(&store, &app("YES"), &proof, NOW.into()).await.unwrap_or_else(|refusal| panic!("{proof}: {refusal:?}"));
        assert_eq!(purchase.order_id, order_id, "{proof}");
        // What is kept of it while the store is away leads to the same.
        let form = store.read_proof(&app("YES"), &proof).unwrap();
        let kept = &form.to_json();
        assert_eq!(store.read_proof(&app("YES"), kept).unwrap(), form);
        assert_eq!(verify_json(&store, &app("YES"), kept, NOW.into()).await.unwrap().order_id, order_id);
    }
    assert_refused(
        verify_json(&store, &app("YES"), &json!({ "receipt": whole }), NOW.into()).await,
        "hand in transactionId beside it, one of 3 (no_ads), 2 (gem_500), 1 (gem_100)",
    );
    let twice = json!({ "receipt": receipt(&[("1", "gem_100", 1), ("4", "gem_100", 4)]), "productId": "gem_100" });
    assert_refused(verify_json(&store, &app("YES"), &twice, NOW.into()).await, "one of 4 (gem_100), 1 (gem_100)");
}

#[tokio::test]
async fn ids_the_store_does_not_know_stand_in_nobodys_way() {
    let authority = Authority::generate(NOW).unwrap();
    let (store, fake) = store_that_knows(&authority, &[("1", "gem_100", "Consumable", 1, false)]).await;
    let some = receipt(&[("71", "gem_100", 9), ("72", "gem_100", 8), ("1", "gem_100", 1)]);
    let purchase = verify_json(&store, &app("YES"), &json!({ "receipt": some }), NOW.into()).await.unwrap();
    assert_eq!((purchase.order_id.as_str(), fake.seen().len()), ("1", 3));
    let named = json!({ "receipt": some, "transactionId": "71" });
    assert_refused(verify_json(&store, &app("YES"), &named, NOW.into()).await, "leads to no such purchase");
    let none = json!({ "receipt": receipt(&[("71", "gem_100", 9), ("72", "gem_100", 8)]) });
    assert_refused(verify_json(&store, &app("YES"), &none, NOW.into()).await, "holds ids the store does not know: 71, 72");
}
