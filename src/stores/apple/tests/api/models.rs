//! The bodies Apple's own server libraries are tested with are read without losing a member.

use serde::de::DeserializeOwned;

use super::*;
use crate::stores::apple::api::ErrorBody;
use crate::stores::apple::api::wire::*;
use crate::stores::apple::jws::Payload;
use crate::stores::apple::payloads::{AppTransaction, RenewalInfo, Signed, Transaction};

macro_rules! model {
    ($name:literal) => {
        include_str!(concat!("../vectors/library/models/", $name, ".json"))
    };
}

/// Read as if it had been signed.
fn payload<T: DeserializeOwned>(text: &str) -> T {
    Signed::read("payload", "", Payload::parse(text.into()).unwrap()).unwrap().data
}

fn body<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap()
}

#[test]
fn transactions() {
    let read: Transaction = payload(model!("signedTransaction"));
    assert!(read.other.is_empty(), "{:?}", read.other);
    assert_eq!(read.transaction_id.as_deref(), Some("23456"));
    assert_eq!(read.expires_date, Some(Timestamp(1_698_149_000_000)));
    assert_eq!((read.price, read.currency.as_deref()), (Some(10_990), Some("USD")));
    assert_eq!((read.offer_type, read.offer_period.as_deref()), (Some(1), Some("P1Y")));
    assert_eq!(read.kind.as_deref(), Some("Auto-Renewable Subscription"));
    let commitment = read.commitment_info.unwrap();
    assert!(commitment.other.is_empty());
    assert_eq!((commitment.billing_period_number, commitment.commitment_price), (Some(3), Some(119_880)));
    let revoked: Transaction = payload(model!("signedTransactionWithRevocation"));
    assert!(revoked.other.is_empty(), "{:?}", revoked.other);
    assert_eq!((revoked.revocation_type.as_deref(), revoked.revocation_percentage), (Some("REFUND_PRORATED"), Some(50_000)));
}

#[test]
fn renewal_infos() {
    let read: RenewalInfo = payload(model!("signedRenewalInfo"));
    assert!(read.other.is_empty(), "{:?}", read.other);
    assert_eq!(read.auto_renew_product_id.as_deref(), Some("com.example.product.2"));
    assert_eq!(read.grace_period_expires_date, Some(Timestamp(1_698_148_900_000)));
    assert_eq!(read.eligible_win_back_offer_ids, Some(vec!["eligible1".into(), "eligible2".into()]));
    assert!(read.commitment_info.unwrap().other.is_empty());
}

#[test]
fn app_transactions() {
    let read: AppTransaction = payload(model!("appTransaction"));
    assert!(read.other.is_empty(), "{:?}", read.other);
    assert_eq!(read.version_external_identifier, Some(512));
    assert_eq!(read.original_platform.as_deref(), Some("iOS"));
}

#[test]
fn answers() {
    let page: SignedPage = body(model!("transactionHistoryResponse"));
    assert_eq!((page.revision.as_deref(), page.has_more, page.signed_transactions.len()), (Some("revision_output"), true, 2));
    assert_eq!(body::<SignedPage>(model!("getRefundHistoryResponse")).signed_transactions.len(), 2);
    // A new word for an environment does no harm; `hasMore` that is no boolean does.
    assert!(body::<SignedPage>(model!("transactionHistoryResponseWithMalformedEnvironment")).has_more);
    assert!(serde_json::from_str::<SignedPage>(model!("transactionHistoryResponseWithMalformedAppAppleId")).is_err());
    assert_eq!(
        body::<TransactionInfo>(model!("transactionInfoResponse")).signed_transaction_info,
        "signed_transaction_info_value"
    );
    assert!(!body::<AppTransactionInfo>(model!("appTransactionInfoResponse")).signed_app_transaction_info.is_empty());
    let statuses: Statuses = body(model!("getAllSubscriptionStatusesResponse"));
    let found: Vec<i64> = statuses.data.iter().flat_map(|group| &group.last_transactions).map(|last| last.status).collect();
    assert_eq!(found, [1, 5, 2]);
    let order: OrderLookup = body(model!("lookupOrderIdResponse"));
    assert_eq!((order.status, order.signed_transactions.len()), (1, 2));
    let extended: ExtensionAnswer = body(model!("extendSubscriptionRenewalDateResponse"));
    assert_eq!((extended.success, extended.effective_date), (true, Some(Timestamp(1_698_148_900_000))));
    let mass: MassExtensionAnswer = body(model!("extendRenewalDateForAllActiveSubscribersResponse"));
    assert_eq!(mass.request_identifier, "758883e8-151b-47b7-abd0-60c4d804c2f5");
    let status: MassExtensionStatus = body(model!("getStatusOfSubscriptionRenewalDateExtensionsResponse"));
    assert_eq!((status.complete, status.succeeded_count, status.failed_count), (true, Some(30), Some(2)));
    let history: NotificationHistoryResponse = body(model!("getNotificationHistoryResponse"));
    assert_eq!((history.items.len(), history.items[0].send_attempts.len()), (2, 2));
    let test: TestNotification = body(model!("getTestNotificationStatusResponse"));
    assert_eq!(test.send_attempts[1].send_attempt_result.as_deref(), Some("SUCCESS"));
    assert!(!body::<TestNotificationAnswer>(model!("requestTestNotificationResponse")).test_notification_token.is_empty());
}

#[test]
fn errors() {
    for (text, code) in [
        (model!("apiException"), 5_000_000),
        (model!("apiTooManyRequestsException"), 4_290_000),
        (model!("apiUnknownError"), 9_990_000),
        (model!("transactionIdNotFoundError"), 4_040_010),
        (model!("invalidTransactionIdError"), 4_000_006),
        (model!("invalidAppAccountTokenUUIDError"), 4_000_183),
        (model!("familyTransactionNotSupportedError"), 4_000_185),
        (model!("transactionIdNotOriginalTransactionId"), 4_000_187),
        (model!("appTransactionDoesNotExistError"), 4_040_019),
    ] {
        let read = ErrorBody::read(text.as_bytes());
        assert_eq!(read.error_code, Some(code));
        assert!(read.error_message.is_some());
    }
    for junk in ["", "<html>", "[]", r#"{"errorCode":"4040010"}"#] {
        assert_eq!(ErrorBody::read(junk.as_bytes()).error_code, None);
    }
}

#[test]
fn numbers_are_taken_as_apples_libraries_take_them() {
    let read = |text: &str| Signed::<Transaction>::read("transaction", "", Payload::parse(text.into()).unwrap());
    let signed = read(r#"{"price":990.0,"signedDate":1767225605000.7,"expiresDate":null,"newMember":[1],"type":"A new word"}"#);
    let signed = signed.unwrap();
    assert_eq!((signed.data.price, signed.data.signed_date), (Some(990), Some(Timestamp(1_767_225_605_000))));
    assert_eq!((signed.data.expires_date, signed.data.kind.as_deref()), (None, Some("A new word")));
    assert_eq!(signed.data.other["newMember"], json!([1]));
    assert_eq!(signed.payload.members["newMember"], json!([1]));
    for (text, named) in [
        (r#"{"price":"990"}"#, "expected a JSON number"),
        (r#"{"price":990.5}"#, "must be a whole number"),
        (r#"{"transactionId":123}"#, "expected a string"),
        (r#"{"signedDate":"now"}"#, "expected a JSON number"),
        (r#"{"signedDate":1e300}"#, "must be milliseconds"),
    ] {
        let refusal = read(text).unwrap_err();
        assert!(refusal.reason.contains("transaction.") && refusal.reason.contains(named), "{}", refusal.reason);
    }
}
