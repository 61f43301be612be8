use super::*;
use crate::model::FindingCode;
use crate::stores::http::fake::Reply;

async fn codes(store: &ScriptedStore, app: &StoreApp) -> Vec<FindingCode> {
    store.store.check(app, NOW).await.into_iter().map(|finding| finding.code).collect()
}

#[tokio::test]
async fn a_good_connection_is_let_in_everywhere() {
    let store = ScriptedStore::start(|path, _| path.starts_with("voided-purchases").then(|| ok(json!({}))).flatten()).await;
    let good = [FindingCode::SignedIn, FindingCode::PurchasesReadable, FindingCode::RefundsReadable];
    assert_eq!(codes(&store, &app()).await, good);
    let mut keyless = app();
    keyless.settings.remove("license_key");
    assert_eq!(codes(&store, &keyless).await.last(), Some(&FindingCode::LicenseKeyMissing));
    let mut both = app_of(Environment::Live);
    both.accept_sandbox = true;
    let findings = store.store.check(&both, NOW).await;
    let worlds: Vec<_> = findings.iter().map(|finding| finding.world.as_deref().unwrap()).collect();
    assert_eq!(worlds, ["COMMERCIAL", "COMMERCIAL", "COMMERCIAL", "SANDBOX", "SANDBOX", "SANDBOX"]);
}

#[tokio::test]
async fn the_step_that_is_missing_is_named() {
    use FindingCode::{ClientNotPermitted, ClientUnknown, PurchasesReadable, RefundsUnreadable, SignedIn, Unreachable};
    for (status, code, found) in [
        (403, "UnauthorizedAccess", ClientNotPermitted),
        (403, "AccessBlocked", ClientNotPermitted),
        (404, "ResourceNotFound", ClientUnknown),
        (503, "ServiceMaintenance", Unreachable),
    ] {
        let store = ScriptedStore::start(move |_, _| Some(error(status, code))).await;
        assert_eq!(codes(&store, &app()).await, [SignedIn, found], "{code}");
    }
    let store = ScriptedStore::start(|path, _| path.starts_with("voided").then(|| error(403, "UnauthorizedAccess"))).await;
    assert_eq!(codes(&store, &app()).await, [SignedIn, PurchasesReadable, RefundsUnreadable]);
}

#[tokio::test]
async fn a_bad_credential_is_found_before_anything_else() {
    let refused = ScriptedStore::scripted(|_, _| Reply::Json(401, json!({ "error": { "code": "InvalidClient" } }))).await;
    assert_eq!(codes(&refused, &app()).await, [FindingCode::ClientRefused]);
    let mut bare = app();
    bare.secrets.clear();
    let finding = refused.store.check(&bare, NOW).await.remove(0);
    assert_eq!((finding.code, finding.detail.as_deref()), (FindingCode::CredentialMissing, Some("client_secret")));
}
