use super::world::ok;
use super::*;
use crate::stores::{StoreError, TakenBack};

#[tokio::test]
async fn voided_purchases_come_in_pages() {
    let google = Google::start(|path, _| match path.contains("token=next") {
        true => ok(json!({})),
        false => ok(json!({
            "tokenPagination": { "nextPageToken": "next" },
            "voidedPurchases": [
                { "purchaseToken": "a", "orderId": "GPA.1", "voidedTimeMillis": "1767225000000", "voidedReason": 7, "voidedSource": 0 },
                { "purchaseToken": "b", "orderId": "GPA.2", "voidedTimeMillis": "1767225000000", "voidedQuantity": 2 },
                { "purchaseToken": "c", "voidedTimeMillis": "1767225000000" },
            ],
        })),
    })
    .await;
    let from = NOW.plus_millis(-Timestamp::DAY);
    let first = google.store.list_refunds(&app(), from, None, NOW.into()).await.unwrap();
    let taken_back = |order_id: &str, token: &str, quantity, reason: Option<&str>| TakenBack {
        order_id: order_id.into(),
        purchase_token: token.into(),
        at: Timestamp(1_767_225_000_000),
        quantity,
        reason: reason.map(str::to_owned),
    };
    let expected =
        [taken_back("GPA.1", "a", None, Some("7")), taken_back("GPA.2", "b", Some(2), None), taken_back("c", "c", None, None)];
    assert_eq!(first.items, expected);
    let second = google.store.list_refunds(&app(), from, first.next_cursor.as_deref(), NOW.into()).await.unwrap();
    assert_eq!((second.items.len(), second.next_cursor), (0, None));
    let query = "type=1&includeQuantityBasedPartialRefund=true&maxResults=1000";
    let expected = [
        format!("purchases/voidedpurchases?{query}&startTime={}", from.0),
        format!("purchases/voidedpurchases?{query}&token=next"),
    ];
    assert_eq!(google.asked(), expected);
}

#[tokio::test]
async fn no_more_is_asked_for_than_google_lists() {
    let google = Google::start(|_, _| ok(json!({}))).await;
    google.store.list_refunds(&app(), Timestamp(0), None, NOW.into()).await.unwrap();
    let earliest = NOW.0 - 30 * Timestamp::DAY + Timestamp::MINUTE;
    assert!(google.asked()[0].ends_with(&format!("&startTime={earliest}")));
}

#[tokio::test]
async fn a_cursor_google_forgot_is_lost() {
    let google = Google::start(|_, _| Some(google_error(400, "badRequest"))).await;
    let failure = google.store.list_refunds(&app(), NOW, Some("old"), NOW.into()).await.unwrap_err();
    assert!(matches!(failure, StoreError::CursorLost(_)), "{failure:?}");
}
