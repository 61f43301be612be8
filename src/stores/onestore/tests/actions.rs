use super::*;
use crate::stores::http::fake::Reply;
use crate::stores::{Action, ActionOutcome, Denial, RevokeRefund, StoreError, Subject};

async fn act(store: &ScriptedStore, action: Action) -> Result<ActionOutcome, StoreError> {
    let subject = Subject { id: TOKEN, product_id: Some("vip") };
    store.store.act(&app(), subject, &action, NOW.into()).await
}

fn success() -> Option<Reply> {
    ok(json!({ "result": { "code": "Success" } }))
}

#[tokio::test]
async fn a_subscription_is_cancelled_taken_back_and_deferred() {
    let store = ScriptedStore::start(|_, _| success()).await;
    for (action, verb, body) in [
        (Action::Cancel, "cancel", Value::Null),
        (Action::Reactivate, "reactivate", Value::Null),
        (Action::Defer { days: 3, from: NOW }, "defer", json!({ "deferPeriod": 3 })),
    ] {
        act(&store, action).await.unwrap();
        assert_eq!(store.asked().pop().unwrap(), format!("purchases/subscription/products/vip/{TOKEN}/{verb}"));
        assert_eq!(store.fake.seen().pop().unwrap().json(), body);
    }
}

#[tokio::test]
async fn a_monthly_payment_is_cancelled_and_taken_back_and_can_not_be_deferred() {
    let store = ScriptedStore::start(|path, _| path.starts_with("purchases/auto/").then(success).flatten()).await;
    act(&store, Action::Cancel).await.unwrap();
    act(&store, Action::Reactivate).await.unwrap();
    assert_eq!(store.asked()[3], format!("purchases/auto/products/vip/{TOKEN}/reactivate"));
    assert!(matches!(act(&store, Action::Defer { days: 1, from: NOW }).await, Err(StoreError::NotFound(_))));
}

#[tokio::test]
async fn what_one_store_does_not_do_is_said() {
    let store = ScriptedStore::start(|_, _| Some(error(409, "InvalidPurchaseState"))).await;
    assert!(matches!(act(&store, Action::Cancel).await, Err(StoreError::Denied(Denial::NotEligible, _))));
    for action in [Action::Revoke { refund: RevokeRefund::Full }, Action::Refund { ends_access: true }] {
        assert!(matches!(act(&store, action).await, Err(StoreError::Unsupported(_))));
    }
    let unnamed = store.store.act(&app(), Subject::of(TOKEN), &Action::Cancel, NOW.into()).await;
    assert!(matches!(unnamed, Err(StoreError::Rejected(_))), "ONE store wants the product too");
    assert_eq!(store.asked().len(), 1);
}
