//! What Google's client library signs for the app (docs/stores/google.md, Signed purchase data). It proves where a purchase came
//! from, not how it stands: Google is asked all the same, but in outage mode (`offline`).

use aws_lc_rs::signature::{RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::settings::LICENSE_KEY;
use crate::stores::{Refusal, SignedData, StoreApp};

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct PurchaseData {
    package_name: String,
    purchase_token: String,
}

/// Refuses data that the app's licence key did not sign, or that is of another app or purchase. False for an app without the key,
/// which checks nothing.
pub(super) fn check_signed_data(app: &StoreApp, signed: &SignedData, purchase_token: &str) -> Result<bool, Refusal> {
    let Some(key) = app.settings.get(LICENSE_KEY).filter(|key| !key.is_empty()) else { return Ok(false) };
    let signature = STANDARD.decode(signed.signature.trim()).map_err(|_| Refusal::proof("proof.signature is not base64"))?;
    let key = STANDARD.decode(key.trim()).unwrap_or_default();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY, key);
    let forged = |_| Refusal::proof("proof.signature is not of this app's license_key over proof.data");
    key.verify(signed.data.as_bytes(), &signature).map_err(forged)?;
    let data: PurchaseData = serde_json::from_str(&signed.data).map_err(|_| Refusal::proof("proof.data is not JSON"))?;
    if data.package_name != app.store_app_id {
        let reason = format!("proof.data is of the app {:?}, not of {:?}", data.package_name, app.store_app_id);
        return Err(Refusal::proof(reason));
    }
    match data.purchase_token == purchase_token {
        true => Ok(true),
        false => Err(Refusal::proof("proof.data is of another purchase than proof.purchaseToken")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stores::simulated_app;

    /// A published vector of a 1024 bit key (test "normal" of github.com/awa/go-iap, playstore/validator_test.go, MIT).
    const KEY: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDGvModvVUrqJ9C5fy8J77ZQ7JDC6+tf5iK8C74/3mjmcvwo4nmprCgzR/BQIEuZWJi8KX+\
        jiJUXKXF90JPsXHkKAPq6A1SCga7kWvs/M8srMpjNS9zJdwZF+eDOR0+lJEihO04zlpAV9ybPJ3Q621y1HUeVpwdxDNLQpJTuIflnwIDAQAB";
    const DATA: &str = r#"{"orderId":"GPA.xxxx-xxxx-xxxx-xxxxx","packageName":"my.package","productId":"myproduct","purchaseTime":1437564796303,"purchaseState":0,"developerPayload":"user001","purchaseToken":"some-token"}"#;
    const SIGNATURE: &str = "gj0N8LANKXOw4OhWkS1UZmDVUxM1UIP28F6bDzEp7BCqcVAe0DuDxmAY5wXdEgMRx/VM1Nl2crjogeV60OqCsbIaWqS/ZJwdP127aKR0jk8s\
        bX36ssyYZ0DdZdBdCr1tBZ/eSW1GlGuD/CgVaxns0JaWecXakgoV7j+RF2AFbS4=";

    fn app(package_name: &str) -> StoreApp {
        let mut app = StoreApp { store_app_id: package_name.into(), ..simulated_app() };
        app.settings.insert("license_key".into(), KEY.into());
        app
    }

    fn signed(data: &str) -> SignedData {
        SignedData { data: data.into(), signature: SIGNATURE.into() }
    }

    #[test]
    fn takes_what_the_licence_key_signed_of_this_purchase() {
        assert_eq!(check_signed_data(&app("my.package"), &signed(DATA), "some-token"), Ok(true));
        let reason = |answer: Result<bool, Refusal>| answer.unwrap_err().reason;
        assert!(reason(check_signed_data(&app("game.example"), &signed(DATA), "some-token")).contains("game.example"));
        assert!(reason(check_signed_data(&app("my.package"), &signed(DATA), "another")).contains("another purchase"));
        let changed = signed(&DATA.replace("some-token", "same-token"));
        assert!(reason(check_signed_data(&app("my.package"), &changed, "same-token")).starts_with("proof.signature is not of"));
        let garbled = SignedData { signature: "%".into(), ..signed(DATA) };
        assert_eq!(reason(check_signed_data(&app("my.package"), &garbled, "some-token")), "proof.signature is not base64");
    }

    #[test]
    fn without_a_key_nothing_is_checked() {
        let keyless = StoreApp { settings: Default::default(), ..app("my.package") };
        assert_eq!(check_signed_data(&keyless, &signed("{}"), "some-token"), Ok(false));
    }
}
