use super::*;
use crate::model::ProductType;
use crate::stores::http::fake::Reply;
use crate::stores::{Denial, StoreError, Unfinished};

fn unfinished(product_type: ProductType) -> Unfinished<'static> {
    Unfinished { purchase_token: TOKEN, product_id: "gem", product_type, account_token: None }
}

/// Answers telling ONE store with one thing, and reading the purchase with another.
async fn store(told: impl Fn() -> Reply + Send + Sync + 'static, read: Value) -> ScriptedStore {
    ScriptedStore::start(move |_, seen| if seen.method == "POST" { Some(told()) } else { ok(read.clone()) }).await
}

fn success() -> Reply {
    Reply::Json(200, json!({ "result": { "code": "Success", "message": "Request has been completed successfully." } }))
}

#[tokio::test]
async fn each_type_is_finished_in_its_way() {
    let all = format!("purchases/all/products/gem/{TOKEN}/acknowledge");
    for (product_type, path) in [
        (ProductType::Consumable, format!("purchases/inapp/products/gem/{TOKEN}/consume")),
        (ProductType::NonConsumable, all.clone()),
        (ProductType::AutoSubscription, all.clone()),
        (ProductType::ConsumableAutoSubscription, all),
    ] {
        for body in ["{}", r#"{"code":"Success"}"#, ""] {
            let store = store(move || Reply::Raw(200, vec![], body), json!({})).await;
            assert_eq!(store.store.finish(&app(), &unfinished(product_type), NOW.into()).await, Ok(()));
            assert_eq!(store.asked(), [path.as_str()]);
            assert_eq!(store.fake.seen().pop().unwrap().json(), json!({}), "no payload that could differ is sent");
        }
    }
    let mut other = app();
    other.settings.insert("acknowledge_path".into(), "SUBSCRIPTION".into());
    let store = store(success, json!({})).await;
    store.store.finish(&other, &unfinished(ProductType::AutoSubscription), NOW.into()).await.unwrap();
    assert_eq!(store.asked(), [format!("purchases/subscription/products/gem/{TOKEN}/acknowledge")]);
}

#[tokio::test]
async fn what_the_app_was_quicker_with_is_done() {
    for (code, product_type, read, is_done) in [
        ("InvalidConsumeState", ProductType::Consumable, json!({ "consumptionState": 1, "purchaseState": 0 }), true),
        ("InvalidPurchaseState", ProductType::NonConsumable, json!({ "acknowledgeState": 1, "purchaseState": 0 }), true),
        ("InvalidConsumeState", ProductType::Consumable, json!({ "acknowledgeState": 1, "purchaseState": 0 }), false),
        ("InvalidConsumeState", ProductType::Consumable, json!({ "purchaseState": 0 }), false),
    ] {
        let store = store(move || error(409, code), read).await;
        let answer = store.store.finish(&app(), &unfinished(product_type), NOW.into()).await;
        match is_done {
            true => assert_eq!(answer, Ok(())),
            false => assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}"),
        }
    }
    let taken_back = store(|| error(409, "InvalidPurchaseState"), json!({ "purchaseState": 1 })).await;
    let answer = taken_back.store.finish(&app(), &unfinished(ProductType::Consumable), NOW.into()).await;
    assert!(matches!(answer, Err(StoreError::Denied(Denial::NotEligible, _))), "{answer:?}");
}

#[tokio::test]
async fn a_subscription_that_is_over_can_not_be_acknowledged_any_more() {
    let read = |expiry: i64, state: i64| json!({ "expiryTimeMillis": expiry, "acknowledgementState": state });
    for (detail, is_done) in [(read(NOW.0 + 1, 1), true), (read(NOW.0 - 1, 0), false)] {
        let store = store(|| error(409, "InvalidPurchaseState"), detail).await;
        let answer = store.store.finish(&app(), &unfinished(ProductType::AutoSubscription), NOW.into()).await;
        assert_eq!(answer.is_ok(), is_done, "{answer:?}");
    }
}

#[tokio::test]
async fn a_purchase_is_finished_where_it_was_made() {
    let in_sandbox = |path: &str, _: &_| path.starts_with("sandbox/").then(success);
    let store = ScriptedStore::start(in_sandbox).await;
    let mut live = app_of(Environment::Live);
    live.accept_sandbox = true;
    assert_eq!(store.store.finish(&live, &unfinished(ProductType::Consumable), NOW.into()).await, Ok(()));
    assert_eq!(store.asked().len(), 2);
    live.accept_sandbox = false;
    let answer = store.store.finish(&live, &unfinished(ProductType::Consumable), NOW.into()).await;
    assert!(matches!(answer, Err(StoreError::NotFound(_))), "{answer:?}");
}
