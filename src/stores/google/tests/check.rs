use super::world::ok;
use super::*;
use crate::model::{FindingCode, Secret};
use crate::stores::http::fake::Reply;

async fn codes(google: &Google, app: &StoreApp) -> Vec<FindingCode> {
    google.store.check(app, NOW).await.into_iter().map(|finding| finding.code).collect()
}

#[tokio::test]
async fn a_good_connection_is_let_in_everywhere() {
    let google = Google::start(|_, _| None).await;
    let good = [FindingCode::SignedIn, FindingCode::PurchasesReadable, FindingCode::OrdersReadable];
    assert_eq!(codes(&google, &app()).await, good);
    let mut silent = app();
    silent.settings.remove("push_service_account");
    assert_eq!(codes(&google, &silent).await.last(), Some(&FindingCode::PushAccountMissing));
}

#[tokio::test]
async fn the_step_that_is_missing_is_named() {
    use FindingCode::{ApiDisabled, PackageUnknown, PurchasesForbidden, SignedIn, Unreachable};
    for (status, reason, code) in [
        (401, "permissionDenied", PurchasesForbidden),
        (403, "accessNotConfigured", ApiDisabled),
        (404, "applicationNotFound", PackageUnknown),
        (503, "backendError", Unreachable),
    ] {
        let google = Google::start(move |_, _| Some(google_error(status, reason))).await;
        assert_eq!(codes(&google, &app()).await, [SignedIn, code], "{reason}");
    }
    let google = Google::start(|path, _| match path.starts_with("orders/") {
        true => Some(google_error(401, "permissionDenied")),
        false => ok(json!({})),
    })
    .await;
    let expected = [SignedIn, FindingCode::PurchasesReadable, FindingCode::OrdersForbidden];
    assert_eq!(codes(&google, &app()).await, expected);
}

#[tokio::test]
async fn a_bad_credential_is_found_before_anything_else() {
    let refused = Google::scripted(|_, _| Reply::Json(400, json!({ "error": "invalid_grant" }))).await;
    assert_eq!(codes(&refused, &app()).await, [FindingCode::AccountRefused]);
    let mut damaged = app();
    damaged.secrets.insert("service_account".into(), Secret("{}".into()));
    assert_eq!(codes(&refused, &damaged).await, [FindingCode::AccountKeyMalformed]);
    damaged.secrets.clear();
    let finding = refused.store.check(&damaged, NOW).await.remove(0);
    assert_eq!((finding.code, finding.detail.as_deref()), (FindingCode::CredentialMissing, Some("service_account")));
}
