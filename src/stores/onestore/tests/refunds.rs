use super::*;
use crate::stores::{StoreError, TakenBack};

fn page(next: Option<&str>, numbers: &[&str]) -> Value {
    let row = |number: &&str| json!({ "purchaseId": number, "purchaseToken": TOKEN, "purchaseTime": 1, "voidedTime": NOW.0 - 5 });
    json!({ "continuationKey": next, "voidedPurchaseList ": numbers.iter().map(row).collect::<Vec<_>>() })
}

#[tokio::test]
async fn all_pages_of_all_environments_are_read() {
    let store = ScriptedStore::start(|path, _| match (path.starts_with("commercial/"), path.contains("continuationKey=k1")) {
        (true, false) => ok(page(Some("k1"), &["1", "2"])),
        (true, true) => ok(page(None, &["3"])),
        (false, _) => ok(page(None, &["4"])),
    })
    .await;
    let mut live = app_of(Environment::Live);
    live.accept_sandbox = true;
    let (mut cursor, mut numbers): (Option<String>, Vec<String>) = (None, Vec::new());
    loop {
        let found = store.store.list_refunds(&live, Timestamp(0), cursor.as_deref(), NOW.into()).await.unwrap();
        numbers.extend(found.items.into_iter().map(|item| item.order_id));
        cursor = found.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((numbers, store.asked().len()), (["1", "2", "3", "4"].map(String::from).to_vec(), 3));
}

#[tokio::test]
async fn the_window_is_a_month_and_a_row_says_what_it_can() {
    let store = ScriptedStore::start(|_, _| ok(page(None, &["1"]))).await;
    let found = store.store.list_refunds(&app(), Timestamp(0), None, NOW.into()).await.unwrap();
    let expected =
        TakenBack { order_id: "1".into(), purchase_token: TOKEN.into(), at: Timestamp(NOW.0 - 5), quantity: None, reason: None };
    assert_eq!(found.items, [expected]);
    let query = |from: i64| format!("voided-purchases?startTime={from}&maxResults=100");
    assert_eq!(store.asked(), [query(NOW.0 - days(28))]);
    let recent = Timestamp(NOW.0 - days(2));
    store.store.list_refunds(&app(), recent, None, NOW.into()).await.unwrap();
    assert_eq!(store.asked()[1], query(recent.0));
}

#[tokio::test]
async fn a_key_that_is_refused_begins_the_list_anew() {
    let store = ScriptedStore::start(|_, _| Some(error(400, "InvalidRequest"))).await;
    let list = async |cursor| store.store.list_refunds(&app(), Timestamp(0), cursor, NOW.into()).await.unwrap_err();
    assert!(matches!(list(Some("SIMULATOR:k")).await, StoreError::CursorLost(_)));
    assert!(matches!(list(None).await, StoreError::Rejected(_)));
}
